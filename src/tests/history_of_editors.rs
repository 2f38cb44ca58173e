//! Who may edit sees the history of what they see: by name, without addresses; the whole log stays with others.

use axum::http::StatusCode;

use crate::support::{TestApp, TestOptions};

/// The address of the proxy, which requests come from.
const PEER: &str = "10.2.14.7";

#[tokio::test]
async fn an_editor_sees_what_happened_and_not_how_to_reach_whoever_did_it() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let admin = app.browser_of("root@partner.example", "admins");
    let id = app.partner().await.organisation("Copperfield Books").await;
    let path = format!("/sandbox/organisations/{id}");
    let form = admin.form(&format!("{path}/edit")).await.set("name", "Copperfield & Co");
    let review = admin.submit(&form).await.location();
    admin.submit(&admin.form(&review).await).await.location();
    let editor = app.browser_of("eve", "editors");
    let history = editor.page(&format!("{path}/history")).await;
    assert_eq!(history.count("tbody tr"), 1);
    assert!(history.text("tbody tr").contains("root"), "{}", history.text("tbody tr"));
    let entry = history.link("Copperfield Books");
    let page = editor.page(&entry).await;
    assert_eq!((page.text("del"), page.text("ins")), ("Copperfield Books".to_owned(), "Copperfield & Co".to_owned()));
    for shown in [
        &history,
        &page,
        &editor.page(&path).await,
        &editor.page(&entry.replace("/audit/", "/audit/compare?from=")).await,
    ] {
        assert!(!shown.main().contains("partner.example"), "no address: {}", shown.main());
        assert!(!shown.main().contains(PEER), "not from where: {}", shown.main());
    }
    assert!(!page.has("#proof") && !page.has("#related"), "{}", page.main());
    let whole = admin.page(&entry).await;
    assert!(whole.main().contains("root@partner.example") && whole.has("#proof"), "{}", whole.main());
    assert!(whole.main().contains(PEER), "{}", whole.main());
    let call = editor.post_island("/api/audit/entry", &[("id", entry.rsplit('/').next().unwrap())]).await;
    assert!(
        call.status == StatusCode::OK && !call.body.contains("root@partner.example") && !call.body.contains(PEER),
        "{}",
        call.body
    );
    assert_eq!(editor.get("/audit").await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.browser_of("vito", "viewers").get(&entry).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_entry_that_does_not_exist_is_answered_as_one_that_is_not_for_the_editor() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let admin = app.browser_of("root", "admins");
    admin.post_island("/api/connections/check", &[("name", "sandbox")]).await;
    let editor = app.browser_of("eve", "editors");
    for entry in ["/audit/1", "/audit/999"] {
        assert_eq!(editor.get(entry).await.status, StatusCode::FORBIDDEN, "{entry}");
    }
}
