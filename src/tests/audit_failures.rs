//! No record, no change: what happens when the audit log cannot be written.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Outcome, Place};

use crate::support::{Form, TestApp, changes};

/// From now on no intent, or no completion, can be written.
const NO_INTENTS: &str =
    "CREATE TRIGGER fails BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END";
const NO_COMPLETIONS: &str =
    "CREATE TRIGGER fails BEFORE INSERT ON audit_completions BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END";

async fn filled(app: &TestApp) -> Form {
    app.browser().form("/sandbox/organisations/new").await.set("name", "Meridian")
}

#[tokio::test]
async fn without_an_intent_nothing_reaches_the_partner() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let client = partner.client("Lantern Pet", "vet-portal").await;
    let create = browser.form("/sandbox/organisations/new").await.set("name", "Meridian");
    let path = format!("/sandbox/organisations/{organisation}/clients/new");
    let create_client = browser.form(&path).await.named("till");
    let mut forms = vec![create, create_client];
    for edited in [format!("organisations/{organisation}"), format!("clients/{client}")] {
        let form = browser.form(&format!("/sandbox/{edited}/edit")).await.set("name", "Renamed");
        let review = browser.submit(&form).await.location();
        forms.push(browser.form(&review).await);
    }
    app.sql(NO_INTENTS).await;
    app.sandbox.clear_requests();
    for form in forms {
        let answer = browser.submit(&form).await;
        let (location, request_id) = (answer.location(), answer.headers["x-request-id"].to_str().unwrap());
        let island = browser.call(&form).await;
        assert_eq!(island.status, StatusCode::SERVICE_UNAVAILABLE, "{}", form.action);
        assert_eq!(island.json()["code"], "audit_unavailable");
        assert!(app.writes().is_empty(), "{}: {:?}", form.action, app.writes());
        app.sql("DROP TRIGGER fails").await;
        let page = browser.page(&location).await;
        let words = page.text("[role=alert]");
        assert!(
            words.contains("The audit log cannot be written to") && words.contains("Nothing has been sent"),
            "{words}"
        );
        assert!(words.contains(&format!("quote the request ID {request_id}")), "that of the save: {words}");
        if location.contains("/new?") {
            assert_eq!(page.form("form.form", "").values("name"), form.values("name"), "what was typed is kept");
        }
        app.sql(NO_INTENTS).await;
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_completed_in_the_log_is_told_and_stops_the_next_one() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    app.sql(NO_COMPLETIONS).await;
    let answer = browser.submit(&filled(&app).await).await;
    let first = answer.location();
    assert!(first.starts_with("/sandbox/organisations/") && !first.contains("draft"), "it is done: {first}");
    assert_eq!(partner.count("Meridian").await, 1);
    app.sandbox.clear_requests();
    let second = browser.submit(&filled(&app).await.set("name", "Second")).await.location();
    assert!(second.contains("?draft="), "{second}");
    assert!(app.writes().is_empty(), "nothing more is sent");
    assert_eq!(app.audit.unwritten().await, 1);

    app.sql("DROP TRIGGER fails").await;
    let page = browser.page(&second).await;
    let told = page.texts(".flash").join(" ");
    assert!(told.contains("“Meridian” has been created. The outcome is not in the audit log yet"), "{told}");
    assert!(told.contains("The audit log cannot be written to"), "{told}");
    let third = browser.submit(&page.form("form.form", &second)).await.location();
    assert!(!third.contains("draft"), "it goes on: {third}");
    assert_eq!((app.audit.unwritten().await, partner.count("Second").await), (0, 1));
    let entries = app.audit.list(&changes(), Place::Newest, 10).await.unwrap();
    assert_eq!(entries.count.number, 2);
    assert!(entries.items.iter().all(|entry| entry.outcome() == Outcome::Applied), "both are in the log by now");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_a_page_and_does_not_take_the_lists_down() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.sql("ALTER TABLE audit_intents RENAME TO elsewhere").await;
    let answer = browser.get("/audit").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.page().link("Try again"), "/audit");
    assert!(!answer.body.contains("audit_intents") && !answer.body.contains("sqlite"), "no inner detail");
    assert_eq!(browser.get("/sandbox/organisations").await.status, StatusCode::OK);
    assert_eq!(browser.get("/sandbox/clients").await.status, StatusCode::OK);
}

#[tokio::test]
async fn entries_are_never_changed_and_never_removed() {
    let app = TestApp::empty().await;
    app.browser().submit(&filled(&app).await).await.location();
    for statement in [
        "UPDATE audit_intents SET actor_subject = 'somebody else'",
        "DELETE FROM audit_intents",
        "UPDATE audit_completions SET outcome = 'refused'",
        "DELETE FROM audit_completions",
    ] {
        let refused = sqlx::query(statement).execute(app.pool()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("never")), "{statement}");
    }
}

#[tokio::test]
async fn the_server_is_not_ready_while_the_log_cannot_be_used() {
    let app = TestApp::empty().await;
    assert_eq!(app.ready().await, StatusCode::OK);
    app.sql("ALTER TABLE audit_completions RENAME TO elsewhere").await;
    assert_eq!(app.ready().await, StatusCode::SERVICE_UNAVAILABLE, "it cannot be read");
    app.sql("ALTER TABLE elsewhere RENAME TO audit_completions").await;
    app.sql(NO_COMPLETIONS).await;
    app.browser().submit(&filled(&app).await).await.location();
    app.sql("DROP TRIGGER fails").await;
    assert_eq!(app.ready().await, StatusCode::SERVICE_UNAVAILABLE, "something waits to be written");
    app.browser().submit(&filled(&app).await.set("name", "Second")).await.location();
    assert_eq!(app.ready().await, StatusCode::OK);
}
