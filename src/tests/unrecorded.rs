//! The database fails in the middle of a change: nothing is sent unrecorded, and nothing that was done is lost.

use axum::http::{Method, StatusCode};
use partner_dashboard::domain::audit::{Outcome, Place};
use partner_dashboard::server::sandbox::FaultKind;

use crate::support::{TestApp, TestOptions, changes};

/// From here on nothing is written to a table, as when the disk is full.
async fn fail_writes(app: &TestApp, tables: &[&str]) {
    for table in tables {
        for event in ["INSERT", "UPDATE"] {
            let trigger = format!(
                "CREATE TRIGGER full_{table}_{event} BEFORE {event} ON {table}
                 BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            );
            sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(app.pool()).await.unwrap();
        }
    }
}

/// From here on the commit of an intent fails, after the insert itself has gone well.
async fn fail_commits_of_intents(app: &TestApp) {
    app.sql("CREATE TABLE empty (id INTEGER PRIMARY KEY)").await;
    app.sql("CREATE TABLE unkept (id INTEGER REFERENCES empty (id) DEFERRABLE INITIALLY DEFERRED)").await;
    app.sql("CREATE TRIGGER fails AFTER INSERT ON audit_intents BEGIN INSERT INTO unkept VALUES (1); END").await;
}

#[tokio::test]
async fn a_record_that_fails_at_its_commit_sends_nothing_and_the_next_one_goes_on() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let create = browser.form("/sandbox/organisations/new").await.set("name", "Meridian");
    let edit = browser.form(&format!("/sandbox/organisations/{organisation}/edit")).await.set("name", "Renamed");
    let save = browser.form(&browser.submit(&edit).await.location()).await;
    fail_commits_of_intents(&app).await;
    app.sandbox.clear_requests();
    for form in [&create, &save] {
        for _ in 0..2 {
            let answer = browser.call(form).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}: {}", form.action, answer.body);
            assert_eq!(answer.json()["code"], "audit_unavailable");
        }
        let page = browser.page(&browser.submit(form).await.location()).await;
        assert!(page.text("[role=alert]").contains("Nothing has been sent"), "{}", page.main());
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
    assert_eq!(app.audit.list(&changes(), Place::Newest, 10).await.unwrap().count.number, 0);

    app.sql("DROP TRIGGER fails").await;
    for form in [&create, &save] {
        assert!(!browser.submit(form).await.location().contains("draft"), "{}", form.action);
    }
    let entries = app.audit.list(&changes(), Place::Newest, 10).await.unwrap();
    let told: Vec<_> = entries.items.iter().map(|entry| (entry.intent.target.name.as_str(), entry.outcome())).collect();
    assert_eq!(told, [("Copperfield Books", Outcome::Applied), ("Meridian", Outcome::Applied)]);
}

#[tokio::test]
async fn what_was_done_and_not_recorded_is_told_in_the_answer_itself_with_the_secret() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let form = browser.form(&format!("/sandbox/organisations/{root}/clients/new")).await.named("till");
    fail_writes(&app, &["audit_completions", "messages", "sessions", "drafts"]).await;
    let answer = browser.submit(&form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let page = answer.page();
    assert!(page.main().contains("“till” has been created. The outcome is not in the audit log yet"));
    assert!(page.text("output#secret").len() >= 16);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let clients = partner.get(&format!("/organisations/{root}/clients")).await;
    let id = clients[0]["id"].as_str().unwrap();
    assert_eq!(page.link("Go to the new object"), format!("/sandbox/clients/{id}"));
    assert_eq!(app.audit.unwritten().await, 1);
}

#[tokio::test]
async fn a_save_that_is_not_recorded_is_told_in_the_answer_itself() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Renamed");
    let save = browser.form(&browser.submit(&form).await.location()).await;
    fail_writes(&app, &["audit_completions", "messages", "drafts"]).await;
    let answer = browser.submit(&save).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.page().main().contains("“Renamed” has been saved. The outcome is not in the audit log yet"));
    assert_eq!(answer.page().link("Go to the saved object"), format!("/sandbox/organisations/{id}"));
    assert_eq!(partner.get(&format!("/organisations/{id}")).await["name"], "Renamed");
}

#[tokio::test]
async fn a_save_whose_answer_is_lost_is_told_also_when_nothing_can_be_kept() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{id}/edit")).await.set("name", "Renamed");
    let save = browser.form(&browser.submit(&form).await.location()).await;
    app.fault(&Method::PUT, FaultKind::DropAfter);
    fail_writes(&app, &["drafts", "messages"]).await;
    let answer = browser.submit(&save).await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
    assert!(
        answer.page().main().contains("The outcome is unknown: OneID may have applied the change."),
        "{}",
        answer.page().main()
    );
}

#[tokio::test]
async fn what_can_be_neither_sent_nor_kept_is_told_and_nothing_is_promised_of_the_browser() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    let mut forms = Vec::new();
    for path in [
        "organisations/new".to_owned(),
        format!("organisations/{root}/clients/new"),
        format!("organisations/{root}/edit"),
    ] {
        forms.push(browser.form(&format!("/sandbox/{path}")).await.named("Typed"));
    }
    fail_writes(&app, &["audit_intents", "submissions", "messages", "sessions", "drafts"]).await;
    app.sandbox.clear_requests();
    for form in forms {
        let answer = browser.submit(&form).await;
        assert!(answer.status.is_server_error(), "{}: {}", form.action, answer.status);
        let words = answer.page().main();
        assert!(words.contains("your browser may still show what you typed"), "{}: {words}", form.action);
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
}

#[tokio::test]
async fn a_check_and_a_test_message_that_are_not_recorded_say_so() {
    for (path, form, told) in [
        ("check", &[("name", "share-now")] as &[_], "share-now: Healthy."),
        ("check-all", &[], "All connections are healthy."),
        ("send-test-message", &[("name", "oneio-qa"), ("document", "{}")], "The test message was accepted."),
    ] {
        let app = TestApp::with(TestOptions { is_monitored: true, ..TestOptions::default() }).await;
        let browser = app.browser();
        fail_writes(&app, &["audit_completions"]).await;
        let answer = browser.post_form(&format!("/api/connections/{path}"), form).await;
        let flash = browser.page(&answer.location()).await.texts(".flash").join(" ");
        assert!(flash.contains(told), "{path}: {flash}");
        assert!(flash.contains("The outcome is not in the audit log yet"), "{path}: {flash}");
        assert!(app.audit.unwritten().await > 0, "{path}");
    }
}
