//! The demo: everybody on this machine is whom they choose to be, and nobody else comes near it.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::support::TestApp;
use crate::support::program::command;

#[tokio::test]
async fn the_demo_can_be_seen_as_each_role() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.page("/account").await.fact("Role"), "admin");
    for (role, may_edit, may_read_log) in
        [("viewer", false, false), ("auditor", false, true), ("editor", true, false), ("admin", true, true)]
    {
        let menu = browser.page("/connections").await.form("form[action='/auth/demo-role']", "/connections");
        let before = browser.cookie("session");
        let answer = browser.submit(&menu.set("role", role)).await;
        assert_eq!(answer.location(), "/connections", "back to where the menu was opened");
        assert_ne!(browser.cookie("session"), before, "another session for another person");
        let account = browser.page("/account").await;
        assert_eq!(account.fact("Role"), role);
        assert_eq!(account.texts(".account-roles [aria-pressed=true]").len(), 1, "{role}");
        let status = |may| if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(browser.get("/sandbox/organisations/new").await.status, status(may_edit), "{role}");
        assert_eq!(browser.get("/audit").await.status, status(may_read_log), "{role}");
    }
    let nonsense = browser.post_form("/auth/demo-role", &[("role", "emperor"), ("next", "https://evil.example")]).await;
    assert_eq!(nonsense.location(), "/");
    assert_eq!(browser.page("/account").await.fact("Role"), "admin", "an unknown role is the one at the start");
}

#[tokio::test]
async fn every_page_of_the_demo_says_that_it_is_one() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/", "/sandbox/organisations", "/production/clients", "/audit", "/connections", "/account", "/nowhere"]
    {
        let page = browser.get(path).await.page();
        assert!(page.texts(".topbar .pill").contains(&"Demo tour".to_owned()), "{path}");
        assert!(page.text(".band-note").starts_with("Demo: sample data"), "{path}");
    }
}

#[tokio::test]
async fn a_name_that_was_pointed_at_this_machine_does_not_reach_the_demo() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for host in ["rebound.example:3000", "127.0.0.1:3001", "localhost"] {
        let mut request = browser.request(Method::GET, "/").body(Body::empty()).unwrap();
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[test]
fn the_demo_listens_on_this_machine_alone() {
    for (option, address) in [
        ("--listen", "0.0.0.0:0"),
        ("--listen", "[::]:0"),
        ("--listen", "192.0.2.1:0"),
        ("--sandbox-listen", "0.0.0.0:0"),
    ] {
        let output = command().args(["demo", option, address]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option} {address}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"), "{output:?}");
    }
}
