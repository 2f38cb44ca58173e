//! ONEiO (seed 001), the partner platform (seed 002) and SHARE NOW (seed 004).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Bench, parameters};
use crate::server::sandbox::{SandboxOptions, System};

#[tokio::test]
async fn oneio_takes_messages_and_remembers_them_until_a_reset() {
    let bench = Bench::empty().await;
    let token = bench.request_token(System::OneIoQa).await;
    assert_eq!(token.body["expires_in"], 3599);
    assert_eq!(token.body["scope"], "ROLE_INTEGRATION");
    let partner = bench.partner(System::OneIoQa).await;
    let message = json!({ "id": "123456789" });
    let answer = partner.post("/api/v2", message.clone()).await;
    assert_eq!(answer.status, 202);
    assert!(answer.body["id"].is_string());
    assert_eq!(bench.sandbox.messages(System::OneIoQa), *std::slice::from_ref(&message));
    let read = bench.http.get(bench.control("/messages?system=oneio-qa"));
    assert_eq!(bench.send(read).await.body, json!([message]));
    bench.sandbox.reset();
    assert!(bench.sandbox.messages(System::OneIoQa).is_empty());
}

#[tokio::test]
async fn oneio_refuses_in_one_environment_the_token_of_the_other() {
    let bench = Bench::empty().await;
    let mut partner = bench.partner(System::OneIoQa).await;
    partner.base_url = bench.connection(System::OneIoProd).base_url;
    assert_eq!(partner.post("/api/v2", json!({})).await.status, 401);
    assert!(bench.sandbox.messages(System::OneIoProd).is_empty());
}

#[tokio::test]
async fn the_partner_platform_takes_json_and_no_form() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::Bookings);
    let form = bench.http.post(&connection.token_url).form(&parameters(&connection));
    assert_eq!(bench.send(form).await.status, 415);
    let odd = bench.http.post(&connection.token_url).json(&json!({ "grant_type": 1 }));
    assert_eq!(bench.send(odd).await.status, 400);
    assert_eq!(bench.request_token(System::Bookings).await.body["expires_in"], 3600);
    let bookings = bench.partner(System::Bookings).await.get("/api/bookings").await;
    assert!(bookings.body.as_array().is_some_and(|list| !list.is_empty()));
}

#[tokio::test]
async fn the_partner_platforms_token_claims_what_the_page_shows() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::Bookings).await;
    let part = |index| -> Value {
        let part = partner.token.split('.').nth(index).expect("three parts");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    assert_eq!(part(0), json!({ "typ": "JWT", "alg": "RS256" }));
    let claims = part(1);
    let members: Vec<_> = claims.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["aud", "jti", "iat", "nbf", "exp", "sub", "scopes", "user_id", "partner_id", "is_test"]);
    assert!(claims["iat"].to_string().contains('.'), "fractions of a second: {claims}");
    assert_eq!(claims["scopes"], json!(["bookings:create", "bookings:delete"]));
    assert_eq!(claims["is_test"], false);
}

#[tokio::test]
async fn share_now_speaks_as_its_realm_does() {
    let bench = Bench::empty().await;
    let mut token = bench.request_token(System::ShareNow).await.body;
    token["access_token"] = "ey...".into();
    let expected = json!({
        "access_token": "ey...",
        "token_type": "Bearer",
        "expires_in": 300,
        "refresh_expires_in": 0,
        "not-before-policy": 0,
        "scope": "email profile",
    });
    assert_eq!(token, expected);
    let vehicles = bench.partner(System::ShareNow).await.get("/api/rental/partner/vehicles").await;
    assert!(vehicles.body.as_array().is_some_and(|list| !list.is_empty()));
}

#[tokio::test]
async fn every_resource_asks_for_a_token_and_every_probe_works_with_one() {
    let bench = Bench::empty().await;
    for system in System::ALL {
        let connection = bench.connection(system);
        let Some(probe) = connection.probe else { continue };
        let url = format!("{}{probe}", connection.base_url);
        assert_eq!(bench.send(bench.http.get(url)).await.status, 401, "{system}");
        assert!(bench.partner(system).await.get(probe).await.status < 300, "{system}");
    }
}

#[tokio::test]
async fn in_the_demonstration_the_bookings_api_is_down_until_faults_are_cleared() {
    let bench = Bench::start(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }).await;
    let partner = bench.partner(System::Bookings).await;
    let down = partner.get("/api/bookings").await;
    assert_eq!(down.status, 503);
    assert!(down.text.starts_with("<html>"));
    bench.sandbox.clear_faults();
    assert_eq!(partner.get("/api/bookings").await.status, 200);
    bench.sandbox.reset();
    assert_eq!(partner.get("/api/bookings").await.status, 503);
}
