//! Each kind as its seed page describes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partner_dashboard::domain::audit::Outcome;
use partner_dashboard::domain::check::ConnectionState;
use partner_dashboard::server::sandbox::{Fault, FaultKind, SandboxOptions, System};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Rig, with_issuer};

#[tokio::test]
async fn every_kind_works_with_one_token_request_and_its_probe() {
    let rig = Rig::new().await;
    rig.monitor.check_all().await;
    for (name, system, asked) in [
        ("sandbox", System::OneIdSandbox, &["POST /v1/token 200", "GET /v1/organisations 200"][..]),
        ("production", System::OneIdProduction, &["POST /v1/token 200", "GET /v1/organisations 200"]),
        ("oneconnect", System::OneConnect, &["POST /oauth2/token 200", "GET /v1/health 204"]),
        ("oneio-qa", System::OneIoQa, &["POST /oauth2/token 200"]),
        ("oneio-prod", System::OneIoProd, &["POST /oauth2/token 200"]),
        ("bookings", System::Bookings, &["POST /api/oauth/token 200", "GET /api/bookings 200"]),
        (
            "share-now",
            System::ShareNow,
            &["POST /auth/realms/partner/protocol/openid-connect/token 200", "GET /api/rental/partner/vehicles 200"],
        ),
    ] {
        let card = rig.card(name);
        assert_eq!(card.state, Some(ConnectionState::Works), "{name}: {:?}", card.checks);
        assert!(card.last_success_at.is_some() && card.last_error.is_none());
        assert_eq!(rig.asked(system), asked, "{name}");
    }
}

#[tokio::test]
async fn every_token_lives_as_long_as_its_page_says() {
    let rig = Rig::new().await;
    rig.monitor.check_all().await;
    for (name, lifetime, scopes) in [
        ("sandbox", 86_400, &[][..]),
        ("oneconnect", 3_600, &["invoices.import"]),
        ("oneio-qa", 3_599, &["ROLE_INTEGRATION"]),
        ("bookings", 3_600, &["bookings:create", "bookings:delete"]),
        ("share-now", 300, &["email", "profile"]),
    ] {
        let token = rig.card(name).token.unwrap();
        assert_eq!(token.lifetime_s, lifetime, "{name}");
        assert!(token.remaining_s > lifetime - 30, "{name}: {}", token.remaining_s);
        assert_eq!(token.scopes, scopes, "{name}");
    }
}

#[tokio::test]
async fn the_claims_of_the_partner_platform_are_shown_without_its_token() {
    let rig = Rig::new().await;
    rig.check("bookings").await;
    let card = rig.card("bookings");
    let token = card.token.unwrap();
    let names: Vec<&str> = token.claims.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["scopes", "partner_id", "user_id", "is_test", "aud", "iat", "exp"]);
    assert_eq!(token.claims[3].1, "false");
    assert!(!card.is_test);
    rig.check("share-now").await;
    assert!(rig.card("share-now").token.unwrap().claims.is_empty(), "only the claims that a kind names");
}

#[tokio::test]
async fn a_token_for_tests_marks_its_connection_and_hostile_claims_are_text() {
    let claims = json!({ "is_test": true, "partner_id": "<script>\u{1b}", "role": "admin", "scopes": ["a", 1] });
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let issuer = MockServer::builder().start().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "access_token": token, "expires_in": 3600 }));
    Mock::given(any()).respond_with(answer).mount(&issuer).await;
    let rig = Rig::with(SandboxOptions::default(), |settings| with_issuer(settings, &issuer.uri())).await;
    rig.check("bookings").await;
    let card = rig.card("bookings");
    assert!(card.is_test);
    let token = card.token.unwrap();
    let shown: Vec<(&str, &str)> = token.claims.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let partner_id = r#""<script>\u001b""#;
    assert_eq!(shown, [("scopes", r#"["a",1]"#), ("partner_id", partner_id), ("is_test", "true")]);
    assert_eq!(token.scopes, ["a"]);
    rig.check("share-now").await;
    assert!(!rig.card("share-now").is_test, "a kind that has no such claim is not marked by it");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_probe_repeated() {
    let rig = Rig::new().await;
    for (name, system) in [("oneconnect", System::OneConnect), ("share-now", System::ShareNow)] {
        rig.check(name).await;
        rig.sandbox.inject(Fault::new(system, FaultKind::ExpireTokens));
        rig.sandbox.clear_requests();
        assert_eq!(rig.check(name).await.state, ConnectionState::Works, "{name}");
        let statuses: Vec<_> = rig.asked(system).iter().map(|line| line[line.len() - 3..].to_owned()).collect();
        let good = if name == "oneconnect" { "204" } else { "200" };
        assert_eq!(statuses, ["401", "200", good], "{name}: probe, renewal, probe");
    }
}

#[tokio::test]
async fn an_integration_that_has_ended_says_what_its_status_says() {
    let rig = Rig::with(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }, |settings| settings).await;
    let check = rig.check("oneconnect").await;
    assert_eq!((check.state, check.http_status), (ConnectionState::Expired, Some(401)));
    assert!(check.detail.starts_with("The integration has expired."), "{}", check.detail);
    assert!(check.detail.contains("status expired") && check.detail.contains("expired at 20"), "{}", check.detail);
    let path = rig.asked(System::OneConnect).pop().unwrap();
    assert!(path.starts_with("GET /integrations/") && path.ends_with(" 200"), "{path}");
    let token_requests = rig.asked(System::OneConnect).iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(token_requests, 1, "a fresh token is not renewed");
}

#[tokio::test]
async fn an_integration_whose_status_cannot_be_read_has_ended_too() {
    let rig = Rig::with(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }, |settings| settings).await;
    let gone = FaultKind::status(axum::http::StatusCode::NOT_FOUND);
    rig.sandbox.inject(Fault::new(System::OneConnect, gone).on(&axum::http::Method::GET, "/integrations"));
    let check = rig.check("oneconnect").await;
    assert_eq!(check.state, ConnectionState::Expired);
    assert!(check.detail.contains("could not be read (404)"), "{}", check.detail);
}

#[tokio::test]
async fn a_health_check_that_is_not_exactly_204_fails() {
    let rig = Rig::new().await;
    let okay = FaultKind::Status {
        status: axum::http::StatusCode::OK,
        body: Some("{}".to_owned()),
        content_type: Some("application/json".to_owned()),
    };
    rig.sandbox.inject(Fault::new(System::OneConnect, okay).on(&axum::http::Method::GET, "/v1/health"));
    let check = rig.check("oneconnect").await;
    assert_eq!((check.state, check.http_status), (ConnectionState::Failing, Some(200)));
    assert!(check.detail.contains("204"), "{}", check.detail);
}

#[tokio::test]
async fn a_message_is_sent_when_it_is_asked_for_and_at_no_other_time() {
    let rig = Rig::new().await;
    rig.check("oneio-qa").await;
    rig.check("oneio-qa").await;
    assert!(rig.sandbox.messages(System::OneIoQa).is_empty(), "a check sends nothing");
    let document = json!({ "id": "123456789" });
    let result = rig.watched("oneio-qa").send_message(&document).await;
    assert_eq!((result.outcome, result.http_status), (Outcome::Applied, Some(202)));
    assert!(result.request_id.is_some());
    assert_eq!(rig.sandbox.messages(System::OneIoQa), std::slice::from_ref(&document));
    let other = rig.watched("share-now").send_message(&document).await;
    assert_eq!(other.outcome, Outcome::NotSent, "no other kind takes one");
    assert!(rig.card("oneio-qa").can_send_message && !rig.card("share-now").can_send_message);
}

#[tokio::test]
async fn a_message_that_a_web_page_answers_may_or_may_not_have_reached_the_partner() {
    let rig = Rig::new().await;
    rig.check("oneio-qa").await;
    let page = Fault::new(System::OneIoQa, FaultKind::Malformed).on(&axum::http::Method::POST, "/api");
    rig.sandbox.inject(page);
    let result = rig.watched("oneio-qa").send_message(&json!({})).await;
    assert_eq!((result.outcome, result.http_status), (Outcome::Unknown, Some(200)));
    assert!(result.detail.contains("web page"), "{}", result.detail);
    assert!(rig.sandbox.messages(System::OneIoQa).is_empty());
}

#[tokio::test]
async fn a_token_of_qa_never_goes_to_prod() {
    let rig = Rig::new().await;
    rig.monitor.check_all().await;
    for name in ["oneio-qa", "oneio-prod", "sandbox", "production"] {
        rig.check(name).await;
        rig.watched(name).send_message(&json!({})).await;
    }
    let requests = rig.sandbox.requests();
    let tokens_of = |system| -> Vec<_> {
        requests.iter().filter(|request| request.system == system).filter_map(|request| request.token.clone()).collect()
    };
    for (one, other) in [(System::OneIoQa, System::OneIoProd), (System::OneIdSandbox, System::OneIdProduction)] {
        let (ours, others) = (tokens_of(one), tokens_of(other));
        assert!(!ours.is_empty() && !others.is_empty());
        assert!(ours.iter().all(|token| !others.contains(token)), "{one} and {other} share a token");
    }
    assert!(requests.iter().all(|request| request.status != Some(401)), "every token was taken where it was sent");
}
