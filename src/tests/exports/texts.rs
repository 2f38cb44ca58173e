//! Names that mean harm: to the file, to a spreadsheet, or because they are secrets.

use partner_dashboard::server::sandbox::SandboxOptions;
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, ResponseTemplate};

use super::{download, objects, rows};
use crate::support::{PartnerServer, TestApp, TestOptions};

/// Names, and the cell that each becomes.
const NAMES: &[(&str, &str)] = &[
    ("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")"),
    ("+44 20 7946 0000", "'+44 20 7946 0000"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r'=1"),
    ("a\n=1\r\n+2", "a\n'=1\r\n'+2"),
    ("quote \" comma, semicolon; \r\n line", "quote \" comma, semicolon; \r\n line"),
    ("nothing \0 and \u{7} bell", "nothing \0 and \u{7} bell"),
    ("\0=1", "'\0=1"),
    ("Zoë ﷽ 👩‍👩‍👧", "Zoë ﷽ 👩‍👩‍👧"),
    ("</script><b>", "</script><b>"),
];

#[tokio::test]
async fn a_hostile_name_is_one_cell_of_text_and_exact_in_json() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let mut cells = Vec::new();
    for (name, cell) in NAMES {
        let id = partner.create("/organisations", &json!({"name": name, "allowed_scopes": ["=scope", "b"]})).await;
        cells.push((id, *name, *cell));
    }
    let lines = objects(&browser, "/sandbox/organisations.jsonl").await;
    let rows = rows(&browser, "/sandbox/organisations.csv").await;
    assert_eq!((lines.len(), rows.len()), (NAMES.len() + 1, NAMES.len() + 1));
    for (id, name, cell) in cells {
        let line = lines.iter().find(|line| line["id"] == id.as_str()).unwrap();
        assert_eq!((&line["name"], &line["allowed_scopes"]), (&json!(name), &json!(["=scope", "b"])));
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        assert_eq!((row["name"].as_str(), row["allowed_scopes"].as_str()), (cell, "'=scope\nb"), "{name:?}");
    }
}

#[tokio::test]
async fn a_secret_is_in_no_file() {
    let sandbox = SandboxOptions { secret_on_get: true, ..SandboxOptions::default() };
    let app = TestApp::with(TestOptions { sandbox, ..TestOptions::default() }).await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let client = partner.client("Copperfield Books", "gift-cards").await;
    let object = partner.get(&format!("/clients/{client}")).await;
    let secret = object["secret"].as_str().unwrap();
    for file in ["clients.csv", "clients.jsonl", "organisations.csv", "organisations.jsonl"] {
        let answer = download(&browser, &format!("/sandbox/{file}")).await;
        assert_eq!(answer.body.contains(&client), file.starts_with("clients"), "{file}");
        assert!(!format!("{:?}{}", answer.headers, answer.body).contains(secret), "{file}");
        assert!(!answer.body.contains("secret"), "{file}");
    }
}

#[tokio::test]
async fn parents_that_are_missing_or_go_round_are_exported_as_they_are() {
    let server = PartnerServer::start().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let grant = json!({"access_token": "token-of-the-partner", "token_type": "Bearer", "expires_in": 3600});
    let post = Mock::given(method("POST"));
    post.respond_with(ResponseTemplate::new(200).set_body_json(grant)).mount(server.mock()).await;
    let list = json!([
        {"id": "1", "name": "One", "parent_id": "2"},
        {"id": "2", "name": "Two", "parent_id": "1"},
        {"id": "3", "name": "Own", "parent_id": "3"},
        {"id": "4", "parent_id": "nowhere"},
    ]);
    server.answer(200, list).await;
    let lines = objects(&app.browser(), "/sandbox/organisations.jsonl").await;
    let by_name = json!([
        {"id": "4", "parent_id": "nowhere", "path": []},
        {"id": "1", "name": "One", "parent_id": "2", "parent_name": "Two", "path": ["One", "Two"]},
        {"id": "3", "name": "Own", "parent_id": "3", "parent_name": "Own", "path": ["Own"]},
        {"id": "2", "name": "Two", "parent_id": "1", "parent_name": "One", "path": ["One"]},
    ]);
    assert_eq!(json!(lines), by_name);
}
