//! Who may do what: identity from a proxy's headers, roles, and requests that other sites forge.

use axum::http::{StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::json;

use crate::support::{Form, TestApp, TestOptions};

async fn behind_a_proxy() -> TestApp {
    TestApp::with(TestOptions::behind_a_proxy()).await
}

#[tokio::test]
async fn headers_of_a_peer_that_is_not_trusted_are_nobody() {
    let app = behind_a_proxy().await;
    for peer in ["192.0.2.1:80", "127.0.0.1:80", "[::1]:80"] {
        let browser = app.browser_of("lindqvist", "admins").from(peer);
        for path in ["/", "/sandbox/organisations", "/audit", "/account", "/nowhere"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{peer} {path}");
            assert_eq!(answer.page().text("h1"), "You are not signed in");
            assert!(!answer.body.contains("lindqvist"));
        }
        let island = browser.post_island("/api/overview", &[]).await;
        assert_eq!(
            (island.status, island.json()["code"].clone()),
            (StatusCode::UNAUTHORIZED, json!("unauthenticated"))
        );
    }
    let nobody = app.browser().from("10.0.0.1:80").get("/").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "a trusted peer that names nobody");
    let mapped = app.browser_of("ada", "admins").from("[::ffff:10.0.0.1]:80").get("/").await;
    assert_eq!(mapped.status, StatusCode::OK, "the same peer in IPv6 notation");
}

#[tokio::test]
async fn a_header_that_looks_like_the_identity_is_refused() {
    let app = behind_a_proxy().await;
    for (name, value) in [
        ("X_Forwarded_User", "mallory"),
        ("X.Forwarded.User", "mallory"),
        ("X-Forwarded_Groups", "admins"),
        ("X-Forwarded-User", "mallory"),
        ("X-Forwarded-Email", "mallory@evil.example"),
    ] {
        let answer = app.browser_of("ada", "viewers").header(name, value).get("/").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(!answer.body.contains("mallory"));
    }
}

#[tokio::test]
async fn somebody_without_a_role_gets_a_page_that_says_whom_to_ask() {
    let app = behind_a_proxy().await;
    for groups in ["", "strangers", "Admins", "admin"] {
        let answer = app.browser_of("ada", groups).get("/sandbox/organisations").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{groups:?}");
        assert_eq!(answer.page().text("h1"), "You don’t have access");
        assert!(answer.page().main().contains("Ask the operator"));
    }
}

/// The write of each kind on each connection, by the address that would accept it.
async fn writes(app: &TestApp) -> Vec<(&'static str, Form)> {
    let admin = app.browser_of("root", "admins");
    let mut writes = Vec::new();
    for connection in ["sandbox", "production"] {
        let list = admin.page(&format!("/{connection}/organisations")).await;
        let path = list.attribute("tbody th a:not(.tree-toggle)", "href");
        for form in [format!("/{connection}/organisations/new"), format!("{path}/clients/new"), format!("{path}/edit")]
        {
            writes.push((connection, admin.form(&form).await.named("By role")));
        }
    }
    writes
}

#[tokio::test]
async fn each_role_may_write_where_the_table_says_whatever_the_page_shows() {
    let app = behind_a_proxy().await;
    let writes = writes(&app).await;
    for (role, may_sandbox, may_production) in
        [("viewers", false, false), ("auditors", false, false), ("editors", true, false), ("admins", true, true)]
    {
        let browser = app.browser_of("ada", role);
        for (connection, form) in &writes {
            let may = if *connection == "sandbox" { may_sandbox } else { may_production };
            app.sandbox.clear_requests();
            let island = browser.call(form).await;
            let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(island.status, expected, "{role} {connection} {}: {}", form.action, island.body);
            if !may {
                let permission = if *connection == "sandbox" { "edit_sandbox" } else { "edit_production" };
                assert_eq!(island.json()["code"], json!({"forbidden": permission}));
                let location = browser.submit(form).await.location();
                let told = browser.get(&location).await;
                assert!(told.body.contains("You don’t have permission"), "{role} {location}");
                assert!(app.writes().is_empty(), "{role} {}", form.action);
            }
        }
    }
}

#[tokio::test]
async fn a_draft_does_not_lend_its_authors_role() {
    let app = behind_a_proxy().await;
    let browser = app.browser_of("ada", "admins");
    let id = app.partner().await.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Renamed");
    let review = browser.submit(&form).await.location();
    let save = browser.form(&review).await;
    app.sandbox.clear_requests();
    // The same person, after they have lost the role.
    let demoted = app.browser_of("ada", "viewers");
    assert_eq!(demoted.get(&review).await.status, StatusCode::FORBIDDEN);
    assert_eq!(demoted.call(&save).await.status, StatusCode::FORBIDDEN);
    assert!(app.writes().is_empty());
}

#[tokio::test]
async fn what_a_role_may_not_do_is_shown_disabled_with_the_reason() {
    let app = behind_a_proxy().await;
    let id = app.partner().await.organisation("Copperfield Books").await;
    let viewer = app.browser_of("ada", "viewers");
    let page = viewer.page(&format!("/sandbox/organisations/{id}")).await;
    for words in ["Edit", "Create client"] {
        let button = page.control(words).unwrap();
        assert!(button.attr("disabled").is_some() && button.attr("href").is_none(), "{words}");
        assert_eq!(button.attr("title"), Some("Only editors and admins can create and edit."));
    }
    let editor = app.browser_of("ada", "editors");
    assert!(editor.page("/sandbox/organisations").await.link("Create organisation").ends_with("/new"));
    let page = editor.page("/production/organisations").await;
    let button = page.control("Create organisation").unwrap();
    assert_eq!(button.attr("title"), Some("Only admins can create and edit in production."));
    for path in ["/sandbox/organisations/new", &format!("/sandbox/organisations/{id}/edit")] {
        assert_eq!(viewer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(editor.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn only_auditors_and_admins_read_the_audit_log() {
    let app = behind_a_proxy().await;
    let admin = app.browser_of("root", "admins");
    let form = admin.form("/sandbox/organisations/new").await.set("name", "Watched");
    let path = admin.submit(&form).await.location();
    for (role, may, may_see) in
        [("viewers", false, false), ("editors", false, true), ("auditors", true, true), ("admins", true, true)]
    {
        let browser = app.browser_of("ada", role);
        let status = |may: bool| if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        let expected = status(may);
        assert_eq!(browser.get("/audit").await.status, expected, "{role}");
        assert_eq!(browser.get("/audit/1").await.status, expected, "{role}: it is about no object");
        assert_eq!(browser.get(&format!("{path}/history")).await.status, status(may_see), "{role}");
        for (with_changes, may, reason) in [
            (path.as_str(), may_see, "Only editors, auditors and admins can view the history."),
            ("/", may, "Only auditors and admins can view the audit log."),
        ] {
            let page = browser.page(with_changes).await;
            assert!(page.has("#last-changes"), "{role} {with_changes}: shown to all");
            assert_eq!(page.has("section:has(#last-changes) .feed"), may, "{role} {with_changes}: filled for some");
            let said = page.text("section:has(#last-changes)").contains(reason);
            assert_eq!(said, !may, "{role} {with_changes}: the reason in its place");
        }
        assert_eq!(browser.page("/").await.has("nav a[href='/audit']"), may, "{role}");
        let call =
            browser.post_island("/api/audit/list", &[("filter[connection]", "sandbox"), ("place", "Newest")]).await;
        assert_eq!(call.status, expected, "{role}: {}", call.body);
    }
}

#[tokio::test]
async fn a_request_from_another_site_changes_nothing_on_any_endpoint() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let endpoints: Vec<_> = server_fn_paths().collect();
    assert!(endpoints.len() >= 13, "{endpoints:?}");
    for (path, method) in endpoints {
        for forged in [
            vec![("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
            vec![("origin", "https://evil.example")],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:4000")],
            vec![("origin", "null")],
        ] {
            for accept in ["text/html", "application/json"] {
                let mut request = browser.request(method.clone(), path).header(header::ACCEPT, accept);
                for (name, value) in &forged {
                    request = request.header(*name, *value);
                }
                let form = Form { action: path.to_owned(), page: String::new(), fields: Vec::new() };
                let answer = browser.send(form.request(request)).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {forged:?}");
            }
        }
    }
    assert!(app.sandbox.requests().is_empty(), "the partner was not asked at all");
}

#[tokio::test]
async fn the_account_page_says_who_and_why() {
    let app = behind_a_proxy().await;
    let page = app.browser_of("ada", "staff, auditors").page("/account").await;
    assert_eq!(page.fact("User"), "ada");
    assert_eq!(page.fact("Email"), "ada@partner.example");
    assert_eq!(page.fact("Role"), "auditor");
    assert_eq!(page.fact("View the audit log"), "Yes");
    assert_eq!(page.fact("Create and edit in production"), "No");
}
