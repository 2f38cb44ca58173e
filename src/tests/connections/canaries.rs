//! A secret or a token is never printed or stored, whatever a partner does with it.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use url::form_urlencoded::byte_serialize;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::program::{Configured, Server, check, command};

const SECRET: &str = "canary+s3cret/=%:x";
const TOKEN: &str = "canary-t0ken.body~sig";
const HTML: &str = "text/html";

/// Every form in which the two might be found: raw, encoded, and inside a Basic header.
fn forms() -> Vec<String> {
    let mut forms = Vec::new();
    for canary in [SECRET, TOKEN] {
        let encoded: String = byte_serialize(canary.as_bytes()).collect();
        for text in [canary, &encoded, &encoded.replace('+', "%20"), &format!("id:{canary}"), &format!("id:{encoded}")]
        {
            forms.extend([text.to_owned(), STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)]);
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for form in forms() {
        if let Some(at) = text.find(&form) {
            let start = text[..at].char_indices().rev().nth(200).map_or(0, |(index, _)| index);
            panic!("{form} in {what}: {}", &text[start..at + form.len()]);
        }
    }
}

/// A partner that echoes what it was sent in every place that it can.
async fn echoing_partner(token: ResponseTemplate) -> MockServer {
    let server = MockServer::builder().start().await;
    Mock::given(path_regex("token$")).respond_with(token).mount(&server).await;
    let echo = ResponseTemplate::new(401)
        .insert_header("x-request-id", TOKEN)
        .insert_header("www-authenticate", format!("Bearer error=\"{TOKEN}\"").as_str())
        .set_body_json(json!({ "error": "invalid_token", "error_description": format!("{TOKEN} {SECRET}") }));
    Mock::given(path_regex("/integrations/"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "status": format!("ended {TOKEN}"), "hint": SECRET })),
        )
        .mount(&server)
        .await;
    Mock::given(method("GET")).respond_with(echo.clone()).mount(&server).await;
    Mock::given(method("POST")).respond_with(echo).mount(&server).await;
    server
}

fn given() -> ResponseTemplate {
    ResponseTemplate::new(200).insert_header("x-request-id", SECRET).set_body_json(json!({
        "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "hint": SECRET,
    }))
}

fn refused() -> ResponseTemplate {
    ResponseTemplate::new(401).insert_header("x-request-id", SECRET).set_body_json(json!({
        "error": "invalid_client", "error_description": format!("{SECRET} is wrong"),
    }))
}

fn connections(partner: &MockServer) -> Vec<(String, &'static str)> {
    let needs = |kind: &str| match kind {
        "oneconnect" => "scope = \"s\"\nintegration_id = \"i\"\n",
        "partner-json" => "probe = \"/things\"\n",
        _ => "",
    };
    let one = |kind: &str, auth: &str| {
        let text = format!(
            "name = \"{kind}-{auth}\"\nkind = \"{kind}\"\nenvironment = \"sandbox\"\nbase_url = \"{}\"\n\
             client_id = \"id\"\nclient_auth = \"{auth}\"\n{}",
            partner.uri(),
            needs(kind),
        );
        (text, SECRET)
    };
    let mut all = vec![one("partner-json", "post")];
    for kind in ["oneid", "oneconnect", "oneio", "keycloak"] {
        all.extend([one(kind, "post"), one(kind, "basic")]);
    }
    all
}

fn assert_files_are_clean(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("secret-") {
            assert_clean(&name, &fs::read(&path).unwrap());
        }
    }
}

async fn use_everything(server: &Server, names: &[String]) {
    for name in names {
        let checked = [("name", name.as_str()), ("document", "{}")];
        for path in ["check", "send-test-message", "detail"] {
            for accept in [HTML, "application/json"] {
                let posted = server.post(&format!("/api/connections/{path}"), &checked, accept, "admins").await;
                assert_clean(path, format!("{posted:?}").as_bytes());
            }
        }
        for page in [
            "/",
            "/connections",
            &format!("/connections/{name}"),
            &format!("/{name}/organisations"),
            &format!("/{name}/clients?token=x"),
            "/audit",
            "/audit/1",
            "/audit/2",
            "/audit/3",
        ] {
            let (_, body) = server.get(page, HTML).await;
            assert_clean(page, body.as_bytes());
        }
    }
    for path in ["list", "check-all"] {
        let posted = server.post(&format!("/api/connections/{path}"), &[], "application/json", "admins").await;
        assert_clean(path, format!("{posted:?}").as_bytes());
    }
}

#[tokio::test]
async fn nothing_that_is_shown_logged_or_stored_holds_a_secret_or_a_token() {
    for token in [given(), refused()] {
        let partner = echoing_partner(token).await;
        let connections = connections(&partner);
        let names: Vec<String> =
            connections.iter().map(|(text, _)| text.split('"').nth(1).unwrap().to_owned()).collect();
        let configured = Configured::new("listen = \"127.0.0.1:0\"\n[checks]\ninterval_s = 1\n", &connections);
        let mut serve = command();
        serve.arg("serve").arg("--config").arg(&configured.path).env("RUST_LOG", "trace");
        let server = Server::start(serve).await.read_from_configuration();
        use_everything(&server, &names).await;
        let log = server.stop();
        assert!(log.contains("TRACE"), "the log is at its most talkative");
        assert_clean("the log", log.as_bytes());
        assert_files_are_clean(configured.directory.path());
        let output = check(&configured.path, &["--json"], &[("RUST_LOG", "trace".to_owned())]).await;
        assert_clean("check", &output.stdout);
        assert_clean("the log of check", &output.stderr);
        assert!(partner.received_requests().await.unwrap().len() > 30, "the partner was asked");
    }
}
