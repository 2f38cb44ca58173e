//! The secret of a client is shown once, and is nowhere else: no page, no row, no file, no log.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::Place;
use partner_dashboard::server::sandbox::{SandboxOptions, System};
use serde_json::{Value, json};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Log, PartnerServer, TestApp, TestOptions, assert_not_in_files, changes, holds};

/// The sandbox shows secrets on every read, as the vendor's console does.
async fn talkative() -> TestApp {
    let sandbox = SandboxOptions { secret_on_get: true, ..SandboxOptions::default() };
    TestApp::with(TestOptions { sandbox, ..TestOptions::default() }).await
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_is_nowhere_else() {
    let log = Log::default();
    // Requests run on this test's thread; so does everything that they spawn.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = talkative().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let new = format!("/sandbox/organisations/{organisation}/clients/new");
    let form = browser.form(&new).await.named("till").set("return_urls[]", "https://a.example/cb");
    let answer = browser.submit(&form).await;
    let location = answer.location();
    let path = location.split('?').next().unwrap().to_owned();
    let id = path.rsplit('/').next().unwrap();
    let object = partner.get(&format!("/clients/{id}")).await;
    let secret = object["secret"].as_str().unwrap();
    assert!(secret.len() >= 16);
    assert!(!format!("{:?}{}", answer.headers, answer.body).contains(secret), "not in the redirect");

    let shown = browser.get(&location).await;
    assert_eq!(shown.page().text("output#secret"), secret);
    assert_eq!(shown.headers["cache-control"], "no-store");
    let reloaded = browser.get(&location).await;
    assert!(!reloaded.body.contains(secret));
    assert!(reloaded.page().main().contains("The client secret cannot be shown again."));

    // An edit reads the client with its secret, shows it for review and sends it back without.
    let form = browser.form(&format!("{path}/edit")).await.set("name", "till two");
    let review = browser.submit(&form).await.location();
    let save = browser.form(&review).await;
    for page in [
        path.clone(),
        format!("{path}/edit"),
        format!("{path}/history"),
        review,
        "/sandbox/clients".to_owned(),
        "/sandbox/clients?q=till".to_owned(),
        format!("/sandbox/organisations/{organisation}"),
        "/audit".to_owned(),
        "/audit/1".to_owned(),
        "/audit/2".to_owned(),
        "/audit/3".to_owned(),
        "/".to_owned(),
    ] {
        let answer = browser.get(&page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert!(!format!("{:?}{}", answer.headers, answer.body).contains(secret), "{page}");
    }
    let saved = browser.submit(&save).await;
    assert!(!browser.get(&saved.location()).await.body.contains(secret));
    assert_eq!(partner.get(&format!("/clients/{id}")).await["secret"], secret, "the partner keeps it");

    assert_not_in_files(app.files(), secret);
    let log = log.bytes();
    assert!(holds(&log, "/api/clients/create"), "the log was captured");
    assert!(!holds(&log, secret), "the log holds the secret");
    let description = app.sandbox.description();
    let credentials = &description.connection(System::OneIdSandbox).unwrap().client_secret;
    assert!(!holds(&log, credentials), "the log holds the connection's own secret");
    assert_not_in_files(app.files(), credentials);
}

#[tokio::test]
async fn an_island_is_told_where_the_secret_is_and_not_what_it_is() {
    let app = talkative().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let organisation = partner.organisation("Copperfield Books").await;
    let form = browser.form(&format!("/sandbox/organisations/{organisation}/clients/new")).await.named("till");
    let answer = browser.call(&form).await;
    let location = answer.island_location();
    let id = location.split(['/', '?']).nth(3).unwrap();
    let object = partner.get(&format!("/clients/{id}")).await;
    let secret = object["secret"].as_str().unwrap();
    assert!(!format!("{:?}{}", answer.headers, answer.body).contains(secret));
    let detail = browser.post_island("/api/clients/detail", &[("connection", "sandbox"), ("id", id)]).await;
    assert_eq!(detail.status, StatusCode::OK, "{}", detail.body);
    assert!(!detail.body.contains(secret));
    let list = browser.post_island("/api/clients/list", &[("connection", "sandbox"), ("query", "q=till")]).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    assert!(list.body.contains(id) && !list.body.contains(secret));
}

#[tokio::test]
async fn a_ticket_is_no_good_for_another_person_client_or_call() {
    let mut options = TestOptions::behind_a_proxy();
    options.sandbox.secret_on_get = true;
    let app = TestApp::with(options).await;
    let (ada, ben) = (app.browser_of("ada", "admins"), app.browser_of("ben", "admins"));
    let partner = app.partner().await;
    let organisation = partner.organisation("Copperfield Books").await;
    let form = ada.form(&format!("/sandbox/organisations/{organisation}/clients/new")).await.named("till");
    let location = ada.submit(&form).await.location();
    let (path, ticket) = location.split_once("?created=").unwrap();
    let id = path.rsplit('/').next().unwrap();
    assert!(!ben.page(&location).await.has("output#secret"), "another person");
    let other = partner.client("Lantern Pet", "vet-portal").await;
    let elsewhere = ada.page(&format!("/sandbox/clients/{other}?created={ticket}")).await;
    assert!(!elsewhere.has("output#secret"), "another client");
    let pairs = [("connection", "sandbox"), ("id", id), ("ticket", ticket)];
    let call = ada.post_island("/api/clients/detail", &pairs).await;
    let object = partner.get(&format!("/clients/{id}")).await;
    let secret = object["secret"].as_str().unwrap();
    assert!(!call.body.contains(secret), "a call is no page: {}", call.body);
    assert_eq!(ada.page(&location).await.text("output#secret"), secret, "it still waits for its page");
}

#[tokio::test]
async fn a_secret_inside_another_field_is_not_shown_and_what_only_speaks_of_one_is_sent_back() {
    let server = PartnerServer::start().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let grant = json!({"access_token": "token-of-the-partner", "token_type": "Bearer", "expires_in": 3600});
    let verb = |verb: &str| Mock::given(wiremock::matchers::method(verb));
    verb("POST").respond_with(ResponseTemplate::new(200).set_body_json(grant)).mount(server.mock()).await;
    let object = json!({
        "id": "o-1", "name": "A", "secret_rotation_enabled": true, "api_key": "canary-1", "data": [],
        "idp": {"client_secret": "canary-2", "password": "canary-3", "issuer": "https://idp.example",
            "keys": [{"private_key": "canary-4", "refresh_token": ["canary-5"], "use": "sig"}]},
    });
    server.answer(200, object).await;
    let browser = app.browser();
    let page = browser.get("/sandbox/organisations/o-1").await;
    assert!(page.body.contains("secret_rotation_enabled") && page.body.contains("https://idp.example"));
    assert!(!page.body.contains("canary-"), "{}", page.page().main());
    let form = browser.form("/sandbox/organisations/o-1/edit").await.set("name", "B");
    let review = browser.submit(&form).await;
    let review = browser.get(&review.location()).await;
    assert!(!review.body.contains("canary-"));
    browser.submit(&review.page().form("form.form", "/")).await;
    let put = server.calls().await.into_iter().find(|call| call.method.as_str() == "PUT").unwrap();
    let sent = json!({
        "name": "B", "secret_rotation_enabled": true, "api_key": "canary-1", "data": [],
        "idp": {"password": "canary-3", "issuer": "https://idp.example",
            "keys": [{"private_key": "canary-4", "refresh_token": ["canary-5"], "use": "sig"}]},
    });
    assert_eq!(serde_json::from_slice::<Value>(&put.body).unwrap(), sent);
    assert_not_in_files(app.files(), "canary-");
}

#[tokio::test]
async fn a_partner_that_quotes_a_long_token_or_our_secret_gets_no_part_of_them_shown() {
    let server = PartnerServer::start().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let token = "canary-token/".repeat(80);
    let secret = app.sandbox.description().connection(System::OneIdSandbox).unwrap().client_secret.clone();
    let verb = |verb: &str| Mock::given(wiremock::matchers::method(verb));
    let grant = json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600});
    verb("POST").respond_with(ResponseTemplate::new(200).set_body_json(grant)).mount(server.mock()).await;
    let at_the_end = format!("{}{secret}", "x".repeat(290));
    let about_fields = json!([{"field": token, "message": token}, {"field": "name", "message": at_the_end}]);
    let quoted = json!({"message": token, "errors": about_fields});
    verb("PUT").respond_with(ResponseTemplate::new(422).set_body_json(quoted)).mount(server.mock()).await;
    server.answer(200, json!({"id": "o-1", "name": "A", "data": []})).await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/o-1/edit").await.set("name", "B");
    let review = browser.submit(&form).await.location();
    let page = browser.submit_and_follow(&browser.form(&review).await).await.main();
    let entry = app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0);
    let detail = entry.completion.and_then(|completion| completion.detail).unwrap();
    assert!(detail.contains("[redacted]"), "{detail}");
    for part in ["canary", &secret[..8]] {
        assert!(!page.contains(part) && !detail.contains(part), "{part} is in {page} or {detail}");
        assert_not_in_files(app.files(), part);
    }
}
