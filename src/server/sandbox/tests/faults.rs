//! Each fault, seen from the client's side.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::{Bench, Partner};
use crate::server::sandbox::{Fault, FaultKind, System};

const PATH: &str = "/v1/organisations";
const SYSTEM: System = System::OneIdSandbox;

/// How many organisations there are, asked for when no fault strikes any more.
async fn count(partner: &Partner<'_>) -> usize {
    partner.get(PATH).await.body.as_array().map_or(0, Vec::len)
}

async fn try_create(partner: &Partner<'_>) -> reqwest::Result<super::Answer> {
    let request = partner.request(Method::POST, PATH).json(&json!({ "name": "Kestrel" }));
    partner.bench.try_send(request).await
}

#[tokio::test]
async fn drop_closes_the_connection_before_anything_is_done() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::Drop).on(&Method::POST, PATH).times(1));
    let error = try_create(&partner).await.expect_err("no answer");
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(count(&partner).await, 1);
    let posts: Vec<_> = bench.sandbox.requests().into_iter().filter(|entry| entry.path == PATH).collect();
    assert_eq!((posts[0].method.as_str(), posts[0].status), ("POST", None));
}

#[tokio::test]
async fn drop_sends_not_one_byte() {
    let bench = Bench::empty().await;
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::Drop));
    let stream = TcpStream::connect(bench.sandbox.address()).await.expect("a connection");
    let request = b"GET /oneid-sandbox/v1/organisations HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.writable().await.expect("an open connection");
    assert_eq!(stream.try_write(request).expect("room for a short request"), request.len());
    stream.readable().await.expect("an end");
    assert_eq!(stream.try_read(&mut [0; 16]).expect("an orderly end"), 0);
}

#[tokio::test]
async fn drop_after_loses_the_answer_to_what_was_done() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::DropAfter).on(&Method::POST, PATH).times(1));
    try_create(&partner).await.expect_err("no answer");
    assert_eq!(count(&partner).await, 2);
}

#[tokio::test]
async fn truncate_tears_the_body_of_what_was_done() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::Truncate).on(&Method::POST, PATH).times(1));
    let request = partner.request(Method::POST, PATH).json(&json!({ "name": "Kestrel" }));
    let mut response = request.send().await.expect("the head arrives");
    assert_eq!(response.status().as_u16(), 201);
    let promised = response.content_length().expect("a length");
    let first = response.chunk().await.expect("half of the body").expect("some bytes");
    assert!(!first.is_empty() && (first.len() as u64) < promised);
    response.chunk().await.expect_err("the rest never comes");
    assert_eq!(count(&partner).await, 2);
}

#[tokio::test]
async fn malformed_is_a_page_with_200_and_nothing_done() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::Malformed).on(&Method::POST, PATH).times(1));
    let answer = try_create(&partner).await.expect("an answer");
    assert_eq!((answer.status, &answer.body), (200, &Value::Null));
    assert!(answer.text.starts_with("<!DOCTYPE html>"));
    assert_eq!(count(&partner).await, 1);
}

#[tokio::test]
async fn a_status_comes_with_the_body_that_was_asked_for() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    let kind = FaultKind::Status {
        status: StatusCode::TOO_MANY_REQUESTS,
        body: Some("{\"message\":\"slow down\"}".to_owned()),
        content_type: Some("application/json".to_owned()),
    };
    bench.sandbox.inject(Fault::new(SYSTEM, kind).times(1));
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::status(StatusCode::BAD_GATEWAY)).times(1));
    let first = partner.get(PATH).await;
    assert_eq!((first.status, &first.body["message"]), (429, &json!("slow down")));
    assert_eq!(first.headers["content-type"], "application/json");
    assert!(first.headers.contains_key("x-request-id"));
    let second = partner.get(PATH).await;
    assert_eq!((second.status, second.text.as_str()), (502, ""));
    assert_eq!(partner.get(PATH).await.status, 200);
}

#[tokio::test]
async fn latency_holds_the_answer_back_and_joins_with_another_fault() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    let latency = Duration::from_millis(40);
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::Latency(latency)));
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::status(StatusCode::BAD_GATEWAY)).times(1));
    for status in [502, 200] {
        let started = Instant::now();
        assert_eq!(partner.get(PATH).await.status, status);
        assert!(started.elapsed() >= latency);
    }
}

#[tokio::test]
async fn expire_tokens_forgets_those_issued_and_not_those_to_come() {
    let bench = Bench::empty().await;
    let (before, other) = (bench.partner(SYSTEM).await, bench.partner(System::OneIdProduction).await);
    bench.sandbox.inject(Fault::new(SYSTEM, FaultKind::ExpireTokens));
    assert_eq!(before.get(PATH).await.status, 401);
    assert_eq!(other.get(PATH).await.status, 200);
    assert_eq!(bench.partner(SYSTEM).await.get(PATH).await.status, 200);
}

#[tokio::test]
async fn a_fault_strikes_its_method_and_path_until_it_is_cleared() {
    let bench = Bench::empty().await;
    let partner = bench.partner(SYSTEM).await;
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    bench.sandbox.inject(Fault::new(SYSTEM, down).on(&Method::GET, "/v1/organisations/"));
    for _ in 0..3 {
        assert_eq!(partner.get("/v1/organisations/none").await.status, 503);
    }
    assert_eq!(partner.get(PATH).await.status, 200);
    assert_eq!(partner.put("/v1/organisations/none", json!({})).await.status, 404);
    bench.sandbox.clear_faults();
    assert_eq!(partner.get("/v1/organisations/none").await.status, 404);
}

#[tokio::test]
async fn the_token_endpoint_can_fail_too() {
    let bench = Bench::empty().await;
    let down = FaultKind::status(StatusCode::SERVICE_UNAVAILABLE);
    bench.sandbox.inject(Fault::new(SYSTEM, down).on(&Method::POST, "/v1/token").times(1));
    assert_eq!(bench.request_token(SYSTEM).await.status, 503);
    assert_eq!(bench.request_token(SYSTEM).await.status, 200);
}
