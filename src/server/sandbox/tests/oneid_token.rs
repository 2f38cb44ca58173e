//! OneID: the token endpoint and the bearer check.

use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Bench, parameters};
use crate::server::sandbox::{SandboxOptions, System};

#[tokio::test]
async fn a_token_is_a_bearer_for_a_day_and_is_not_to_be_cached() {
    let bench = Bench::empty().await;
    let answer = bench.request_token(System::OneIdSandbox).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 86_400);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_token_has_the_shape_of_a_jwt_that_expires_with_it() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let parts: Vec<_> = partner.token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    let lifetime = claims["exp"].as_u64().zip(claims["iat"].as_u64()).map(|(exp, iat)| exp - iat);
    assert_eq!(parts.len(), 3);
    assert_eq!(lifetime, Some(86_400));
    assert!(claims["iss"].is_string());
}

#[tokio::test]
async fn http_basic_works_as_well_as_the_body_but_not_both_at_once() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::OneIdSandbox);
    let basic = || {
        let request = bench.http.post(&connection.token_url);
        request.basic_auth(connection.client_id, Some(&connection.client_secret))
    };
    let alone = bench.send(basic().form(&json!({ "grant_type": "client_credentials" }))).await;
    let both = bench.send(basic().form(&parameters(&connection))).await;
    assert_eq!(alone.status, 200);
    assert_eq!((both.status, &both.body["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn wrong_credentials_are_an_invalid_client() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::OneIdSandbox);
    let mut wrong = parameters(&connection);
    wrong["client_secret"] = "not it".into();
    let posted = bench.send(bench.http.post(&connection.token_url).form(&wrong)).await;
    let form = json!({ "grant_type": "client_credentials" });
    let basic = bench.http.post(&connection.token_url).basic_auth("nobody", Some("x")).form(&form);
    let basic = bench.send(basic).await;
    let nobody = bench.send(bench.http.post(&connection.token_url).form(&form)).await;
    for answer in [&posted, &basic, &nobody] {
        assert_eq!((answer.status, &answer.body["error"]), (401, &json!("invalid_client")));
    }
    assert!(basic.headers.contains_key("www-authenticate"));
    assert!(!posted.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn another_grant_type_is_unsupported_and_none_is_an_invalid_request() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::OneIdSandbox);
    let mut other = parameters(&connection);
    other["grant_type"] = "password".into();
    let other = bench.send(bench.http.post(&connection.token_url).form(&other)).await;
    let none = json!({ "client_id": connection.client_id });
    let none = bench.send(bench.http.post(&connection.token_url).form(&none)).await;
    assert_eq!((other.status, &other.body["error"]), (400, &json!("unsupported_grant_type")));
    assert_eq!((none.status, &none.body["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn a_body_that_is_no_form_and_a_repeated_parameter_are_invalid_requests() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::OneIdSandbox);
    let json = bench.http.post(&connection.token_url).json(&parameters(&connection));
    let grant = ("grant_type", "client_credentials");
    let repeated = bench.http.post(&connection.token_url).form(&[grant, grant]);
    for request in [json, repeated] {
        let answer = bench.send(request).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_request")));
    }
}

#[tokio::test]
async fn credentials_and_tokens_work_in_one_environment_only() {
    let options = SandboxOptions { seed_data: false, ..SandboxOptions::default() };
    let bench = Bench::start(options).await;
    let (sandbox, production) = (bench.connection(System::OneIdSandbox), bench.connection(System::OneIdProduction));
    let request = bench.http.post(&production.token_url).form(&parameters(&sandbox));
    assert_eq!(bench.send(request).await.status, 401);
    let mut partner = bench.partner(System::OneIdSandbox).await;
    assert_eq!(partner.get("/v1/organisations").await.status, 200);
    partner.base_url = production.base_url;
    assert_eq!(partner.get("/v1/organisations").await.status, 401);
}

#[tokio::test]
async fn a_missing_unknown_or_expired_token_is_challenged() {
    let token_lifetimes = HashMap::from([(System::OneIdSandbox, Duration::ZERO)]);
    let bench = Bench::start(SandboxOptions { token_lifetimes, ..SandboxOptions::default() }).await;
    let expired = bench.partner(System::OneIdSandbox).await;
    let url = format!("{}/v1/organisations", expired.base_url);
    let missing = bench.send(bench.http.get(&url)).await;
    let unknown = bench.send(bench.http.get(&url).bearer_auth("eyJ.made.up")).await;
    for answer in [missing, unknown, expired.get("/v1/organisations").await] {
        assert_eq!((answer.status, &answer.body["error"]), (401, &json!("invalid_token")));
        assert!(answer.headers.contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn the_scheme_may_be_written_in_lower_case() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let request = bench.http.get(format!("{}/v1/organisations", partner.base_url));
    let request = request.header("authorization", format!("bearer {}", partner.token));
    assert_eq!(bench.send(request).await.status, 200);
}

#[tokio::test]
async fn every_answer_carries_a_request_id_of_its_own() {
    let bench = Bench::empty().await;
    let token = bench.request_token(System::OneIdSandbox).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let answers = [
        token,
        partner.get("/v1/organisations").await,
        partner.get("/v1/organisations/none").await,
        partner.get("/nowhere").await,
        bench.send(bench.http.delete(format!("{}/v1/token", partner.base_url))).await,
    ];
    let mut ids: Vec<_> = answers.iter().map(|answer| &answer.headers["x-request-id"]).collect();
    ids.sort_by_key(|id| id.as_bytes());
    ids.dedup();
    assert_eq!(ids.len(), answers.len());
}
