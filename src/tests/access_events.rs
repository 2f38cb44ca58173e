//! Who came, who was refused what, and who was shown or took what: each is an entry of the audit log.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place};
use partner_dashboard::domain::field::FieldValue;
use serde_json::json;

use crate::sign_in::ADA;
use crate::sign_in::journey::start;
use crate::sign_in::sign_out::{back_channel, logout_claims};
use crate::support::program::{Configured, Server, command};
use crate::support::{Person, TestApp, TestOptions};

/// The entries of an event, the oldest first.
async fn entries(app: &TestApp, action: Action) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    let mut entries = app.audit.list(&filter, Place::Newest, 100).await.unwrap().items;
    entries.reverse();
    entries
}

/// The text that an entry keeps under a name.
pub fn kept<'a>(entry: &'a AuditEntry, field: &str) -> &'a str {
    let change = entry.intent.changes.iter().find(|change| change.field == field);
    match change.and_then(|change| change.after.as_ref()) {
        Some(FieldValue::Text(text)) => text,
        other => panic!("{field}: {other:?}"),
    }
}

/// What was refused is written by a task of its own.
pub async fn refusals(app: &TestApp, action: Action, count: usize) -> Vec<AuditEntry> {
    loop {
        let found = entries(app, action).await;
        if found.len() >= count {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_sign_in_and_a_sign_out_name_the_person_and_the_session() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    browser.page("/account").await;
    browser.post_form("/auth/logout", &[]).await;
    let signed_in = entries(&app, Action::SignIn).await;
    assert_eq!(signed_in.len(), 1, "pages are no sign-ins");
    let actor = &signed_in[0].intent.actor;
    assert_eq!((actor.subject.as_str(), actor.role.as_str()), (ADA.subject, "admin"));
    assert_eq!(kept(&signed_in[0], "sign_in_method"), "oidc");
    let signed_out = entries(&app, Action::SignOut).await;
    assert_eq!(signed_out.len(), 1);
    assert_eq!(signed_out[0].intent.actor.subject, ADA.subject);
    assert!(actor.session.is_some());
    assert_eq!(signed_out[0].intent.target.id, actor.session, "the same session");
    assert_eq!(signed_out[0].outcome(), Outcome::Applied);
}

#[tokio::test]
async fn sessions_that_the_provider_ends_are_named_with_their_person() {
    let (provider, app) = start().await;
    app.browser_signed_in(&provider, ADA).await;
    app.browser_signed_in(&provider, ADA).await;
    let token = provider.sign("logout+jwt", &logout_claims(json!({"sub": ADA.subject}), "1"));
    assert_eq!(back_channel(&app, &token).await.status, StatusCode::OK);
    let ended = entries(&app, Action::SessionEnded).await;
    assert_eq!(ended.len(), 2);
    for entry in &ended {
        assert_eq!((entry.intent.actor.subject.as_str(), kept(entry, "reason")), (ADA.subject, "identity_provider"));
    }
    assert_ne!(ended[0].intent.target.id, ended[1].intent.target.id);
}

#[tokio::test]
async fn a_session_that_another_sign_in_replaces_is_named_with_its_person() {
    let (provider, app) = start().await;
    let browser = app.browser_signed_in(&provider, ADA).await;
    let location = browser.get("/auth/login").await.location();
    browser.get(&provider.authorize(&location, Person { subject: "u-bo", ..ADA })).await.location();
    let (signed_in, ended) = (entries(&app, Action::SignIn).await, entries(&app, Action::SessionEnded).await);
    assert_eq!((signed_in.len(), ended.len()), (2, 1));
    assert_eq!((ended[0].intent.actor.subject.as_str(), kept(&ended[0], "reason")), (ADA.subject, "replaced"));
    assert_eq!(ended[0].intent.target.id, signed_in[0].intent.target.id);
}

#[tokio::test]
async fn an_arrival_names_no_session_but_the_persons_own() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let ada = app.browser_of("ada", "admins");
    ada.post_form("/api/organisations/create", &[("connection", "sandbox"), ("name", "")]).await;
    let session = ada.cookie("session").unwrap();
    for (user, groups) in [("ada", "admins"), ("mallory", "nobodies"), ("bo", "admins")] {
        let browser = app.browser_of(user, groups).from("10.2.14.8:1");
        browser.set_cookie("session", &session);
        browser.get("/").await;
    }
    let arrived = entries(&app, Action::SignIn).await;
    let actors = arrived.iter().map(|entry| &entry.intent.actor);
    let named: Vec<_> = actors.map(|actor| (actor.subject.as_str(), actor.session.is_some())).collect();
    assert_eq!(named, [("ada", false), ("ada", true), ("bo", false)]);
    let refused = refusals(&app, Action::SignInRefused, 1).await;
    assert_eq!((refused[0].intent.actor.subject.as_str(), &refused[0].intent.actor.session), ("mallory", &None));
}

#[tokio::test]
async fn a_callback_that_belongs_to_no_sign_in_is_a_refusal() {
    let (_provider, app) = start().await;
    let browser = app.browser();
    for _ in 0..3 {
        assert_eq!(browser.get("/auth/callback?code=x&state=y").await.status, StatusCode::BAD_REQUEST);
    }
    let refused = refusals(&app, Action::SignInRefused, 1).await;
    assert_eq!((refused.len(), kept(&refused[0], "reason")), (1, "not_started_here"));
    assert_eq!((refused[0].outcome(), refused[0].intent.actor.name.as_str()), (Outcome::Refused, "Unknown"));
}

#[tokio::test]
async fn whoever_arrives_through_a_proxy_is_recorded_once_and_whoever_has_no_role_is_a_refusal() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let ada = app.browser_of("ada", "admins");
    for _ in 0..3 {
        ada.page("/").await;
    }
    let arrived = entries(&app, Action::SignIn).await;
    assert_eq!((arrived.len(), arrived[0].intent.actor.subject.as_str()), (1, "ada"));
    assert_eq!(kept(&arrived[0], "sign_in_method"), "header");
    let mallory = app.browser_of("mallory", "nobodies");
    for _ in 0..3 {
        assert_eq!(mallory.get("/").await.status, StatusCode::FORBIDDEN);
    }
    let refused = refusals(&app, Action::SignInRefused, 1).await;
    assert_eq!((refused.len(), kept(&refused[0], "reason")), (1, "no_role"));
    assert_eq!(refused[0].intent.actor.subject, "mallory");
}

#[tokio::test]
async fn what_a_role_does_not_include_is_recorded_with_the_page_once_a_minute() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    let viewer = app.browser_of("vera", "viewers");
    for path in ["/audit", "/audit", "/sandbox/organisations/new"] {
        assert_eq!(viewer.get(path).await.status, StatusCode::FORBIDDEN);
    }
    let refused = refusals(&app, Action::PermissionRefused, 2).await;
    let kept: Vec<_> = refused.iter().map(|entry| (kept(entry, "permission"), kept(entry, "path"))).collect();
    assert_eq!(kept, [("view_audit_log", "/audit"), ("edit_sandbox", "/sandbox/organisations/new")]);
    assert!(refused.iter().all(|entry| entry.intent.actor.subject == "vera" && entry.outcome() == Outcome::Refused));
}

#[tokio::test]
async fn a_secret_that_was_shown_is_recorded_once_and_without_the_secret() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{organisation}/clients/new")).await.named("till");
    let location = browser.submit(&form).await.location();
    assert!(entries(&app, Action::SecretShown).await.is_empty(), "it was not shown yet");
    let secret = browser.page(&location).await.text("#secret");
    browser.page(&location).await;
    let shown = entries(&app, Action::SecretShown).await;
    assert_eq!((shown.len(), shown[0].intent.target.name.as_str()), (1, "till"));
    assert!(secret.len() >= 16 && !format!("{shown:?}").contains(&secret));
}

#[tokio::test]
async fn an_export_is_on_disk_before_its_first_byte_or_there_is_none() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let path = "/sandbox/organisations.csv?q=books";
    assert_eq!(browser.get(path).await.status, StatusCode::OK);
    let exported = entries(&app, Action::Export).await;
    assert_eq!(exported.len(), 1);
    let entry = &exported[0];
    assert_eq!(
        (kept(entry, "list"), kept(entry, "format"), kept(entry, "filter")),
        ("organisations", "csv", "q=books")
    );
    app.sql("CREATE TRIGGER fails BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END")
        .await;
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.body.contains("Copperfield"), "{}", answer.body);
}

/// What waits for the database is written as soon as it can be.
#[tokio::test]
async fn a_sign_in_is_not_held_up_by_a_log_that_fails_and_is_recorded_when_it_works_again() {
    let (provider, app) = start().await;
    app.sql("CREATE TRIGGER fails BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END")
        .await;
    app.browser_signed_in(&provider, ADA).await;
    assert!(entries(&app, Action::SignIn).await.is_empty());
    app.sql("DROP TRIGGER fails").await;
    app.audit.write_observed().await.unwrap();
    assert_eq!(entries(&app, Action::SignIn).await.len(), 1);
}

#[tokio::test]
async fn the_configuration_that_is_in_use_is_recorded_with_the_keys_that_changed_and_no_values() {
    let connection = "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\nbase_url = \"http://127.0.0.1:9\"\n\
                      client_id = \"x\"\n";
    let configured = Configured::new("listen = \"127.0.0.1:0\"", &[(connection.to_owned(), "secret")]);
    let serve = |rate: &str| {
        let mut command = command();
        command.arg("serve").arg("--config").arg(&configured.path);
        command.env("PARTNER_DASHBOARD_LIMITS__REQUESTS_PER_MINUTE", rate);
        Server::start(command)
    };
    for rate in ["777", "777", "888"] {
        let server = serve(rate).await.read_from_configuration();
        let (_, log) = server.get("/audit", "text/html").await;
        assert!(log.contains("Loaded the configuration of"), "{log}");
        server.stop();
    }
    let database = format!("sqlite:{}", configured.directory.path().join("test.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let changes: Vec<String> =
        sqlx::query_scalar("SELECT changes FROM audit_intents WHERE action = 'configuration_loaded' ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    let keys = |changes: &str| -> serde_json::Value {
        let changes: serde_json::Value = serde_json::from_str(changes).unwrap();
        assert_eq!(changes[0]["field"], "configuration_sha256");
        changes[1]["after"].clone()
    };
    let found: Vec<_> = changes.iter().map(|one| keys(one)).collect();
    assert_eq!(found, [json!([]), json!([]), json!(["limits.requests_per_minute"])]);
    // The hash may hold any digits.
    let said = found.iter().map(ToString::to_string).collect::<String>();
    assert!(!said.contains("777") && !said.contains("888"), "{said}");
}
