//! Keys that an issuer rotates, and an issuer that does not give them.

use std::time::Duration;

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use super::assertions::{Proxied, publish};
use crate::support::SigningKey;

/// Long enough for everybody to have asked.
const HELD: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_new_key_is_found_and_an_outage_of_the_issuer_is_survived() {
    let proxied = Proxied::start().await;
    assert_eq!(proxied.ask(&proxied.key.token(&proxied.claims())).await.status, StatusCode::OK);
    let new = SigningKey::elliptic("key-2");
    publish(&proxied.keys, &[&new, &proxied.key]).await;
    assert_eq!(proxied.ask(&new.token(&proxied.claims())).await.status, StatusCode::OK);
    proxied.keys.reset().await;
    proxied.clock.advance(Duration::from_hours(23));
    assert_eq!(proxied.ask(&new.token(&proxied.claims())).await.status, StatusCode::OK, "the kept keys serve");
    proxied.clock.advance(Duration::from_hours(2));
    let answer = proxied.ask(&new.token(&proxied.claims())).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "but not for ever");
    assert_eq!(answer.page().text("h1"), "Sign-in is unavailable");
}

#[tokio::test]
async fn everybody_who_comes_with_a_new_key_waits_for_the_one_fetch_that_brings_it() {
    let proxied = Proxied::start().await;
    assert_eq!(proxied.ask(&proxied.key.token(&proxied.claims())).await.status, StatusCode::OK);
    let new = SigningKey::elliptic("key-2");
    let set = json!({"keys": [new.public(), proxied.key.public()]});
    proxied.keys.reset().await;
    let held = ResponseTemplate::new(200).set_body_json(set).set_delay(HELD);
    Mock::given(method("GET")).and(path("/keys")).respond_with(held).mount(&proxied.keys).await;
    let (before, token) = (proxied.fetches().await, new.token(&proxied.claims()));
    let answers = join_all((0..10).map(|_| proxied.ask(&token))).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [StatusCode::OK; 10]);
    assert_eq!(proxied.fetches().await, before + 1);
}

#[tokio::test]
async fn while_the_keys_cannot_be_fetched_nobody_with_a_new_key_is_told_that_it_is_wrong() {
    let proxied = Proxied::start().await;
    assert_eq!(proxied.ask(&proxied.key.token(&proxied.claims())).await.status, StatusCode::OK);
    proxied.keys.reset().await;
    let before = proxied.fetches().await;
    let token = SigningKey::elliptic("key-2").token(&proxied.claims());
    for answer in join_all((0..10).map(|_| proxied.ask(&token))).await {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.page().text("h1"), "Sign-in is unavailable");
    }
    proxied.clock.advance(Duration::from_secs(10));
    assert_eq!(proxied.ask(&token).await.status, StatusCode::SERVICE_UNAVAILABLE, "it is not asked again so soon");
    assert_eq!(proxied.fetches().await, before + 1);
    assert_eq!(proxied.ask(&proxied.key.token(&proxied.claims())).await.status, StatusCode::OK, "known keys serve");
}
