//! Every server function that changes something that others must be able to account for leaves an entry in the audit log.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use partner_dashboard::domain::audit::{Action, AuditFilter, Place};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::sandbox::FaultKind;
use serde_json::json;
use time::OffsetDateTime;

use crate::notifications::target_nowhere;
use crate::observed::changed_elsewhere;
use crate::support::{Browser, Form, TestApp, TestOptions, changes};

/// What a server function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It shows something.
    Reads,
    /// It changes what is the person's own and means nothing to anybody else: drafts, saved views, preferences; or it reads
    /// a list again.
    ChangesTheirOwn,
    /// It leaves entries for this action, and nothing of it reaches a partner.
    IsRecorded(Action),
    /// It sends something to a partner, and leaves entries for this action.
    ReachesThePartner(Action),
}

/// What each server function does. One that is not in the table fails the test until somebody decides.
fn kind_of(path: &str) -> Kind {
    match path.trim_start_matches("/api/") {
        "organisations/create" | "clients/create" => Kind::ReachesThePartner(Action::Create),
        "changes/save" => Kind::ReachesThePartner(Action::Update),
        "connections/check" | "connections/check-all" => Kind::ReachesThePartner(Action::Check),
        "connections/send-test-message" => Kind::ReachesThePartner(Action::SendMessage),
        // To a target of notifications, which is no partner.
        "notifications/send-test" => Kind::IsRecorded(Action::SendMessage),
        "organisations/review"
        | "clients/review"
        | "changes/discard"
        | "connections/refresh"
        // A draft of a change, which is recorded when it is saved.
        | "observed/revert"
        | "changes/switch"
        | "audit/restore"
        | "saved-views/save"
        | "saved-views/rename"
        | "saved-views/delete"
        | "account/single-keys"
        | "account/times" => Kind::ChangesTheirOwn,
        "observed/accept" => Kind::IsRecorded(Action::Accept),
        "clients/reveal-secret" => Kind::IsRecorded(Action::SecretShown),
        "readiness/silence" => Kind::IsRecorded(Action::RuleSilenced),
        "readiness/unsilence" => Kind::IsRecorded(Action::RuleUnsilenced),
        "unknown/created" | "unknown/not-created" => Kind::IsRecorded(Action::OutcomeDecided),
        "sessions/end" | "sessions/end-others" => Kind::IsRecorded(Action::SessionEnded),
        "overview"
        | "audit/list"
        | "audit/entry"
        | "audit/history"
        | "audit/compare"
        | "changes/review"
        | "drafts/list"
        | "account/time-zones"
        | "sessions/list"
        | "find/everything"
        | "find/suggest"
        | "notifications/list"
        | "saved-views/list"
        | "saved-views/of-list"
        | "organisations/list"
        | "organisations/detail"
        | "organisations/form"
        | "clients/list"
        | "clients/detail"
        | "clients/form"
        | "clients/journey"
        | "connections/list"
        | "connections/detail"
        | "unknown/creation" => Kind::Reads,
        _ => panic!("{path} is new: decide whether it must leave an entry in the audit log, and say so here"),
    }
}

/// A form that calls the server function as a page does.
async fn form(app: &TestApp, clock: &ManualClock, browser: &Browser<'_>, path: &str) -> Form {
    let organisation = app.partner().await.organisation("Copperfield Books").await;
    let fields: &[(&str, &str)] = match path.trim_start_matches("/api/") {
        "organisations/create" => {
            return browser.form("/sandbox/organisations/new").await.set("name", "New organisation");
        }
        "clients/create" => {
            let page = format!("/sandbox/organisations/{organisation}/clients/new");
            return browser.form(&page).await.named("new-client");
        }
        "changes/save" => {
            let edit = browser.form(&format!("/sandbox/organisations/{organisation}/edit")).await;
            return browser.form(&browser.submit(&edit.set("name", "Renamed")).await.location()).await;
        }
        "connections/check" => &[("name", "share-now")],
        "connections/check-all" => &[],
        "connections/send-test-message" => &[("name", "oneio-qa"), ("document", "{}")],
        "notifications/send-test" => &[("name", "nowhere")],
        "sessions/end" => {
            sign_in_twice(app, browser).await;
            return browser.page("/account").await.form("form[action='/api/sessions/end']", "/account");
        }
        "sessions/end-others" => {
            sign_in_twice(app, browser).await;
            &[]
        }
        "observed/accept" => {
            let partner = app.partner().await;
            let id = changed_elsewhere(app, &partner, "Copperfield Books", json!({"name": "Elsewhere"})).await;
            let page = format!("/sandbox/organisations/{id}");
            return browser.page(&page).await.form("form[action='/api/observed/accept']", &page);
        }
        "clients/reveal-secret" => {
            let id = app.partner().await.client("Copperfield Books", "gift-cards").await;
            let page = format!("/sandbox/clients/{id}");
            let form = browser.page(&page).await.form("form[action='/api/clients/reveal-secret']", &page);
            return form.set("reason", "a test");
        }
        "readiness/silence" | "readiness/unsilence" => {
            let about: &[_] =
                &[("connection", "sandbox"), ("kind", "organisation"), ("id", &organisation), ("rule", "name_twin")];
            if path.ends_with("unsilence") {
                let silenced = [about, &[("reason", "they are meant")]].concat();
                browser.post_form("/api/readiness/silence", &silenced).await.location();
            }
            let fields = about.iter().chain(&[("reason", "they are meant")]);
            let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            return Form { action: path.to_owned(), page: "/".to_owned(), fields };
        }
        "unknown/created" | "unknown/not-created" => {
            app.fault(&Method::POST, FaultKind::DropAfter);
            let form = browser.form("/sandbox/organisations/new").await.set("name", "Perhaps");
            let page = browser.submit_and_follow(&form).await.link("Check whether it was created");
            app.sandbox.clear_faults();
            clock.advance(Duration::from_mins(2));
            return browser.page(&page).await.form(&format!("form[action='{path}']"), &page);
        }
        _ => panic!("{path} has no example: say here how a page calls it"),
    };
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Form { action: path.to_owned(), page: "/".to_owned(), fields }
}

/// The same person in two browsers.
async fn sign_in_twice(app: &TestApp, browser: &Browser<'_>) {
    for browser in [browser, &app.browser()] {
        browser.post_form("/auth/demo-role", &[("role", "admin")]).await;
    }
}

#[tokio::test]
async fn every_change_is_in_the_audit_log() {
    let mut audited = 0;
    for (path, _) in server_fn_paths() {
        let (Kind::ReachesThePartner(action) | Kind::IsRecorded(action)) = kind_of(path) else {
            continue;
        };
        // An application of its own for each: the functions come in no order, and one may change what the next asks for.
        let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
        let mut options = TestOptions {
            is_monitored: true,
            clock: clock.clone(),
            notifications: vec![target_nowhere()],
            ..TestOptions::default()
        };
        options.sandbox.secret_on_get = true;
        let app = TestApp::with(options).await;
        let browser = app.browser();
        let form = form(&app, &clock, &browser, path).await;
        assert_eq!(form.action, path);
        let before = app.audit.list(&AuditFilter::default(), Place::Newest, 50).await.unwrap();
        let answer = browser.submit(&form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        let mut entries = app.audit.list(&AuditFilter::default(), Place::Newest, 50).await.unwrap().items;
        entries.retain(|entry| !before.items.iter().any(|earlier| earlier.id == entry.id));
        // Who comes for the first time is recorded too.
        entries.retain(|entry| entry.intent.action != Action::SignIn);
        assert!(!entries.is_empty(), "{path} leaves no entry");
        for entry in &entries {
            assert_eq!(entry.intent.action, action, "{path}");
            assert!(!entry.intent.actor.subject.is_empty(), "{path}");
        }
        audited += 1;
    }
    assert_eq!(audited, 15);
}

#[tokio::test]
async fn nothing_else_reaches_a_partner_with_a_write() {
    let app = TestApp::with(TestOptions { is_monitored: true, ..TestOptions::default() }).await;
    let browser = app.browser();
    let organisation = app.partner().await.organisation("Copperfield Books").await;
    let client = app.partner().await.client("Copperfield Books", "gift-cards").await;
    let organisation = browser.form(&format!("/sandbox/organisations/{organisation}/edit")).await;
    let client = browser.form(&format!("/sandbox/clients/{client}/edit")).await;
    app.sandbox.clear_requests();
    for form in [organisation, client] {
        let draft = browser.submit(&form.set("name", "Renamed")).await.location();
        let id = browser.form(&draft).await.values("draft")[0].to_owned();
        browser.post_form("/api/changes/discard", &[("draft", &id)]).await.location();
    }
    browser.post_form("/api/connections/refresh", &[("connection", "sandbox"), ("list", "organisations")]).await;
    browser.post_form("/api/sessions/end-others", &[]).await;
    assert!(app.writes().is_empty(), "{:?}", app.writes());
    assert_eq!(app.audit.list(&changes(), Place::Newest, 10).await.unwrap().count.number, 0);
}
