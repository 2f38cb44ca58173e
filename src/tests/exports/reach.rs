//! Who may have which part of a list as a file.

use axum::http::StatusCode;
use partner_dashboard::domain::principal::{Role, Subtree};
use partner_dashboard::server::auth::RoleTable;
use serde_json::json;

use super::{download, objects, rows, texts};
use crate::support::{TestApp, TestOptions};

const TOP: &str = "Harbour & Vale Lettings";

/// People of the group `lettings` see one part of the tree alone.
async fn limited() -> TestApp {
    // The sample's ids are the same at every start.
    let organisation = TestApp::start().await.partner().await.organisation(TOP).await;
    let within = Subtree { connection: "sandbox".to_owned(), organisation };
    let mut options = TestOptions::behind_a_proxy();
    let mut roles = RoleTable::default();
    roles.add("lettings".to_owned(), Role::Viewer, Some(within));
    roles.add("viewers".to_owned(), Role::Viewer, None);
    options.roles = roles;
    TestApp::with(options).await
}

/// The ID of the organisation at the top of their part, and of the one above it.
async fn top_and_parent(app: &TestApp) -> (String, String) {
    let partner = app.partner().await;
    let top = partner.organisation(TOP).await;
    let parent = partner.get(&format!("/organisations/{top}")).await["parent_id"].as_str().unwrap().to_owned();
    (top, parent)
}

#[tokio::test]
async fn a_limited_role_exports_its_part_and_learns_nothing_of_what_is_above_it() {
    let app = limited().await;
    let (all, part) = (app.browser_of("ada", "viewers"), app.browser_of("eve", "lettings"));
    let (top, parent) = top_and_parent(&app).await;
    let whole = objects(&all, "/sandbox/organisations.jsonl").await;
    assert!(whole.iter().any(|line| line["parent_id"] == parent.as_str()));

    let organisations = objects(&part, "/sandbox/organisations.jsonl").await;
    assert_eq!(organisations.len(), 4);
    assert!(texts(&organisations, "name").iter().all(|name| name.starts_with(TOP)));
    let own = organisations.iter().find(|line| line["id"] == top.as_str()).unwrap();
    assert_eq!((&own["path"], own.get("parent_id"), own.get("parent_name")), (&json!([]), None, None));
    let below = organisations.iter().find(|line| line["id"] != top.as_str()).unwrap();
    assert_eq!((&below["parent_id"], &below["path"]), (&json!(top), &json!([TOP])));

    let clients = rows(&part, "/sandbox/clients.csv").await;
    assert!(clients.iter().any(|row| row["name"] == "tenant-portal"), "{clients:?}");
    assert!(clients.iter().all(|row| row["path"].starts_with(TOP)), "{clients:?}");
    for file in ["organisations.csv", "organisations.jsonl", "clients.csv", "clients.jsonl"] {
        for query in ["", "?q=copperfield", "?sort=-name", "?scope=openid"] {
            let answer = download(&part, &format!("/sandbox/{file}{query}")).await;
            for outside in ["Copperfield", "Meridian", "gift-cards", parent.as_str()] {
                assert!(!answer.body.contains(outside), "{file}{query} tells {outside}");
            }
        }
        let elsewhere = part.get(&format!("/production/{file}")).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{file}");
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_or_has_no_role_gets_no_file() {
    let app = limited().await;
    for file in ["organisations.csv", "organisations.jsonl", "clients.csv", "clients.jsonl"] {
        let path = format!("/sandbox/{file}");
        let nobody = app.browser().get(&path).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{file}");
        let stranger = app.browser_of("mallory", "strangers").get(&path).await;
        assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{file}");
        for answer in [nobody, stranger] {
            assert!(!answer.headers.contains_key("content-disposition") && !answer.body.contains("Copperfield"));
        }
    }
}

#[tokio::test]
async fn neither_an_order_nor_a_filter_tells_a_limited_role_what_is_above_its_part() {
    let app = limited().await;
    let (all, part) = (app.browser_of("ada", "viewers"), app.browser_of("eve", "lettings"));
    let (_, parent) = top_and_parent(&app).await;
    let file = "/sandbox/organisations.jsonl";
    let sorted = objects(&part, &format!("{file}?sort=organisation")).await;
    assert_eq!(sorted, objects(&part, file).await, "an order by the names of parents would tell the first");
    for (query, of_all, of_part) in [("within", 5, 0), ("not_within", 1, 4)] {
        let path = format!("{file}?{query}={parent}");
        assert!(objects(&all, &path).await.len() >= of_all, "{query}");
        assert_eq!(objects(&part, &path).await.len(), of_part, "{query}");
    }
    let page = part.page(&format!("/sandbox/organisations?within={parent}")).await;
    assert!(page.main().contains("No matching organisations"), "{}", page.main());
}
