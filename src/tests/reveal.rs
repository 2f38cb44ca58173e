//! Revealing the secret of a client that was there before: read from the partner, shown once, recorded each time.

use std::time::Duration;

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Action, AuditEntry, AuditFilter, Place};
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::server::sandbox::SandboxOptions;
use serde_json::json;

use crate::support::{Answer, Browser, Partner, TestApp, TestOptions, assert_not_in_files};

/// The emulator gives secrets again, as the vendor's console does.
fn talkative() -> TestOptions {
    let sandbox = SandboxOptions { secret_on_get: true, ..SandboxOptions::default() };
    TestOptions { sandbox, ..TestOptions::default() }
}

/// A client that serves nobody yet, and its secret where the partner gives it.
async fn vet_portal(partner: &Partner) -> (String, String) {
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let secret = secret(partner, &id).await;
    (id, secret)
}

/// A client that live users depend on.
async fn live_client(partner: &Partner) -> (String, String) {
    let body = json!({"parent_id": partner.root().await, "name": "Live", "has_production_access": true,
        "allowed_products": ["sign_up"]});
    let organisation = partner.create("/organisations", &body).await;
    let body = json!({"name": "live", "is_production": true, "selected_product": "sign_up"});
    let id = partner.create(&format!("/organisations/{organisation}/clients"), &body).await;
    let secret = secret(partner, &id).await;
    (id, secret)
}

async fn secret(partner: &Partner, id: &str) -> String {
    partner.get(&format!("/clients/{id}")).await["secret"].as_str().unwrap_or_default().to_owned()
}

async fn reveal(browser: &Browser<'_>, id: &str, reason: &str) -> Answer {
    let page = format!("/sandbox/clients/{id}");
    let form = browser.page(&page).await.form("form[action='/api/clients/reveal-secret']", &page);
    let form = if form.values("reason").is_empty() { form } else { form.set("reason", reason) };
    browser.submit(&form).await
}

async fn entries(app: &TestApp) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(Action::SecretShown), ..AuditFilter::default() };
    app.audit.list(&filter, Place::Newest, 10).await.unwrap().items
}

#[tokio::test]
async fn a_secret_is_revealed_once_for_each_time_that_it_is_asked_for_and_is_kept_nowhere() {
    let app = TestApp::with(talkative()).await;
    let (id, secret) = vet_portal(&app.partner().await).await;
    let browser = app.browser();
    let before = browser.get(&format!("/sandbox/clients/{id}")).await;
    assert!(!before.body.contains(&secret));
    let answer = reveal(&browser, &id, "").await;
    assert!(!format!("{:?}{}", answer.headers, answer.body).contains(&secret), "not in the redirect");
    let shown = browser.get(&answer.location()).await;
    assert_eq!(shown.page().text("output#secret"), secret);
    assert!(shown.page().has("details:not([open]) output#secret"), "it is covered");
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert_eq!(shown.headers["refresh"], format!("30; url=/sandbox/clients/{id}"));
    let again = browser.get(&answer.location()).await;
    assert!(!again.body.contains(&secret) && !again.headers.contains_key("refresh"));
    assert!(again.page().main().contains("The client secret is no longer shown."), "{}", again.page().main());
    assert_eq!(entries(&app).await.len(), 1);
    let second = reveal(&browser, &id, "").await;
    assert_eq!(browser.page(&second.location()).await.text("output#secret"), secret);
    assert_eq!(entries(&app).await.len(), 2);
    assert_not_in_files(app.files(), &secret);
}

#[tokio::test]
async fn in_production_a_reason_is_needed_and_is_in_the_entry() {
    let app = TestApp::with(talkative()).await;
    let (id, secret) = live_client(&app.partner().await).await;
    let browser = app.browser();
    let page = format!("/sandbox/clients/{id}");
    let form = browser.page(&page).await.form("form[action='/api/clients/reveal-secret']", &page);
    let refused = browser.submit_and_follow(&form.clone().set("reason", "  ")).await;
    assert!(refused.main().contains("say why you need it"), "{}", refused.main());
    assert!(entries(&app).await.is_empty());
    let shown = browser.submit_and_follow(&form.set("reason", "The vault was rebuilt")).await;
    assert_eq!(shown.text("output#secret"), secret);
    let [entry] = entries(&app).await.try_into().unwrap();
    assert_eq!(entry.intent.target.id.as_deref(), Some(id.as_str()));
    let [reason] = entry.intent.changes.try_into().unwrap();
    assert_eq!(
        (reason.field.as_str(), reason.after),
        ("reason", Some(FieldValue::Text("The vault was rebuilt".to_owned())))
    );
}

#[tokio::test]
async fn what_the_partner_does_not_give_again_is_not_offered_nor_revealed_and_leaves_no_entry() {
    let app = TestApp::start().await;
    let (id, _) = vet_portal(&app.partner().await).await;
    let browser = app.browser();
    let page = browser.page(&format!("/sandbox/clients/{id}")).await;
    assert!(!page.has("form[action='/api/clients/reveal-secret']"));
    assert!(page.main().contains("Shown once, when the client was created"), "{}", page.main());
    let pairs = [("connection", "sandbox"), ("id", id.as_str())];
    let answer = browser.post_form("/api/clients/reveal-secret", &pairs).await;
    assert_eq!(answer.location(), format!("/sandbox/clients/{id}"));
    let page = browser.page(&answer.location()).await;
    assert!(page.main().contains("OneID does not give the secret of this client again."), "{}", page.main());
    assert!(entries(&app).await.is_empty());
}

#[tokio::test]
async fn an_editor_may_change_a_client_and_not_see_its_secret() {
    let mut options = TestOptions::behind_a_proxy();
    options.sandbox.secret_on_get = true;
    let app = TestApp::with(options).await;
    let (id, secret) = vet_portal(&app.partner().await).await;
    let editor = app.browser_of("eve", "editors");
    let page = editor.page(&format!("/sandbox/clients/{id}")).await;
    assert!(page.has("a[href$='/edit']") && !page.has("form[action='/api/clients/reveal-secret']"));
    assert!(page.main().contains("Only admins can reveal client secrets."), "{}", page.main());
    let pairs = [("connection", "sandbox"), ("id", id.as_str()), ("reason", "x")];
    let answer = editor.post_form("/api/clients/reveal-secret", &pairs).await;
    assert!(!answer.body.contains(&secret));
    assert!(answer.status != StatusCode::SEE_OTHER || !answer.location().contains("revealed"));
    assert!(entries(&app).await.is_empty());
}

#[tokio::test]
async fn without_a_record_no_secret_is_revealed() {
    let app = TestApp::with(talkative()).await;
    let (id, secret) = vet_portal(&app.partner().await).await;
    let browser = app.browser();
    let page = format!("/sandbox/clients/{id}");
    let form = browser.page(&page).await.form("form[action='/api/clients/reveal-secret']", &page);
    sqlx::query("CREATE TRIGGER full BEFORE INSERT ON audit_intents BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        .execute(app.pool())
        .await
        .unwrap();
    let answer = browser.submit(&form).await;
    assert!(!answer.body.contains(&secret));
    if answer.status == StatusCode::SEE_OTHER {
        assert!(!answer.location().contains("revealed"), "{}", answer.location());
        assert!(!browser.get(&answer.location()).await.body.contains(&secret));
    }
}

#[tokio::test]
async fn a_ticket_is_no_good_for_another_person_client_or_call_nor_for_long() {
    let clock =
        std::sync::Arc::new(partner_dashboard::server::clock::ManualClock::new(time::OffsetDateTime::now_utc()));
    let mut options = TestOptions { clock: clock.clone(), ..TestOptions::behind_a_proxy() };
    options.sandbox.secret_on_get = true;
    let app = TestApp::with(options).await;
    let (ada, ben) = (app.browser_of("ada", "admins"), app.browser_of("ben", "admins"));
    let partner = app.partner().await;
    let (id, secret) = vet_portal(&partner).await;
    let location = reveal(&ada, &id, "").await.location();
    let ticket = location.split_once("?revealed=").unwrap().1.to_owned();
    assert!(!ben.get(&location).await.body.contains(&secret), "another person");
    let other = partner.client("Copperfield Books", "gift-cards").await;
    assert!(!ada.page(&format!("/sandbox/clients/{other}?revealed={ticket}")).await.has("output#secret"));
    let pairs = [("connection", "sandbox"), ("id", id.as_str()), ("revealed", ticket.as_str())];
    assert!(!ada.post_island("/api/clients/detail", &pairs).await.body.contains(&secret), "a call is no page");
    assert_eq!(ada.page(&location).await.text("output#secret"), secret, "it still waits for its page");
    let late = reveal(&ada, &id, "").await.location();
    clock.advance(Duration::from_secs(31));
    assert!(!ada.get(&late).await.body.contains(&secret), "too late");
}
