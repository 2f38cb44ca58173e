//! Creations whose answer was lost.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Resolution;
use partner_dashboard::server::sandbox::{Fault, ReceivedRequest, System};

use super::*;
use crate::support::until;

#[tokio::test]
async fn a_creation_is_looked_for_and_its_object_linked() {
    let app = TestApp::empty().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let root = partner.root().await;
    for path in ["organisations/new".to_owned(), format!("organisations/{root}/clients/new")] {
        lose_creation(&app, &browser, &path, "Lost and found", FaultKind::DropAfter).await;
        assert_eq!(app.newest().await.outcome(), Outcome::Unknown, "{path}");
        app.sandbox.clear_requests();
        app.settle().await;
        let entry = app.newest().await;
        assert_eq!(entry.outcome(), Outcome::Applied, "{path}");
        let id = entry.object_id().unwrap().to_owned();
        let objects = if path.ends_with("clients/new") { "clients" } else { "organisations" };
        assert_eq!(partner.get(&format!("/{objects}/{id}")).await["name"], "Lost and found");
        assert!(app.writes().is_empty(), "nothing is sent again");
    }
}

#[tokio::test]
async fn a_creation_that_never_arrived_is_found_not_applied() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    lose_creation(&app, &browser, "organisations/new", "Never arrived", FaultKind::Drop).await;
    app.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn however_many_creations_are_looked_for_each_list_is_read_once() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    for name in ["First", "Second", "Third"] {
        lose_creation(&app, &browser, "organisations/new", name, FaultKind::DropAfter).await;
    }
    app.sandbox.clear_requests();
    Rounds::of(&app).settle().await;
    let unknown = app.audit.unknown(0, 10).await.unwrap();
    assert_eq!((unknown.len(), app.sandbox.requests().len()), (0, 1), "{:?}", app.sandbox.requests());
}

#[tokio::test]
async fn an_object_of_the_same_name_that_the_log_knows_is_not_taken_for_a_lost_one() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/new").await.set("name", "Twice");
    browser.submit(&form).await.location();
    lose_creation(&app, &browser, "organisations/new", "Twice", FaultKind::Drop).await;
    app.settle().await;
    assert_eq!(app.newest().await.outcome(), Outcome::NotApplied, "the one that is there is the first");
}

#[tokio::test]
async fn a_lost_creation_that_was_edited_since_is_not_declared_away() {
    for name in ["Kept its name", "Lost and found"] {
        let app = TestApp::empty().await;
        let (browser, partner) = (app.browser(), app.partner().await);
        lose_creation(&app, &browser, "organisations/new", "Lost and found", FaultKind::DropAfter).await;
        let id = partner.organisation("Lost and found").await;
        let edit = browser.form(&format!("/sandbox/organisations/{id}/edit")).await;
        let edit = edit.set("name", name).add("enable_custom_logo", "true");
        let save = browser.form(&browser.submit(&edit).await.location()).await;
        browser.submit(&save).await.location();
        app.settle().await;
        let first = app.audit.find(1).await.unwrap().unwrap();
        assert_ne!(first.outcome(), Outcome::NotApplied, "{name}");
    }
}

#[tokio::test]
async fn of_two_lost_creations_of_one_name_neither_is_credited_with_what_only_one_made() {
    for faults in [[FaultKind::Drop, FaultKind::DropAfter], [FaultKind::DropAfter, FaultKind::Drop]] {
        let app = TestApp::empty().await;
        let browser = app.browser();
        for fault in faults {
            lose_creation(&app, &browser, "organisations/new", "Perhaps twice", fault).await;
        }
        app.settle().await;
        let unknown = app.audit.unknown(0, 10).await.unwrap();
        assert_eq!(unknown.len(), 2, "{unknown:?}");
    }
}

#[tokio::test]
async fn two_lost_creations_of_one_name_that_made_nothing_are_both_found_not_applied() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    for _ in 0..2 {
        lose_creation(&app, &browser, "organisations/new", "Never", FaultKind::Drop).await;
    }
    app.settle().await;
    for entry in app.audit.list(&changes(), Place::Newest, 2).await.unwrap().items {
        assert_eq!(entry.outcome(), Outcome::NotApplied);
    }
}

/// A lost creation whose list the partner never gives, with a later one.
async fn behind_one_that_is_never_answered(status: StatusCode) -> (TestApp, i64) {
    let app = TestApp::empty().await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    let path = format!("organisations/{root}/clients");
    let form = browser.form(&format!("/sandbox/{path}/new")).await.named("hidden");
    let fault = |kind| Fault::new(System::OneIdSandbox, kind);
    app.sandbox.inject(fault(FaultKind::DropAfter).on(&Method::POST, &format!("/v1/{path}")));
    browser.submit(&form).await.location();
    app.sandbox.clear_faults();
    lose_creation(&app, &browser, "organisations/new", "Later", FaultKind::DropAfter).await;
    app.sandbox.inject(fault(FaultKind::status(status)).on(&Method::GET, &format!("/v1/{path}")));
    let later = app.newest().await.id;
    (app, later)
}

#[tokio::test]
async fn a_list_that_is_never_given_does_not_keep_others_from_being_settled() {
    for status in [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::INTERNAL_SERVER_ERROR] {
        let (app, later) = behind_one_that_is_never_answered(status).await;
        let mut rounds = Rounds::of(&app);
        rounds.settle().await;
        rounds.settle().await;
        let entry = app.audit.find(later).await.unwrap().unwrap();
        assert_eq!(entry.outcome(), Outcome::Applied, "{status}");
        assert_eq!(app.audit.unknown(0, 10).await.unwrap().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_somebody_decides_while_it_is_looked_up_stands() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    lose_creation(&app, &browser, "organisations/new", "Decided", FaultKind::DropAfter).await;
    let entry = app.newest().await.id;
    let deciding = app.locks.lock("outcomes of sandbox").await.unwrap();
    app.sandbox.clear_requests();
    let mut rounds = Rounds::of(&app);
    let settling = tokio::spawn(async move { rounds.settle().await });
    let is_read = |request: &ReceivedRequest| request.path == "/v1/organisations" && request.status.is_some();
    until(async || app.sandbox.requests().iter().any(is_read)).await;
    let resolution = Resolution {
        resolved_at: OffsetDateTime::now_utc(),
        outcome: Outcome::NotApplied,
        object_id: None,
        detail: "Somebody found no such object.".to_owned(),
    };
    // Long enough for a look-up that does not wait.
    for _ in 0..50 {
        let outcome = app.audit.find(entry).await.unwrap().unwrap().outcome();
        assert!(outcome == Outcome::Unknown && !settling.is_finished(), "it waits for the decision");
    }
    app.audit.resolve(entry, &resolution).await.unwrap();
    drop(deciding);
    settling.await.unwrap();
    let entry = app.audit.find(entry).await.unwrap().unwrap();
    assert_eq!(entry.resolution.map(|resolution| resolution.detail), Some(resolution.detail));
}
