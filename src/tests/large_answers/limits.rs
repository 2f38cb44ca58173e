//! What is too large for each endpoint, and what is done about it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use futures::{StreamExt as _, stream};
use partner_dashboard::domain::failure::{Effect, FailureKind};
use partner_dashboard::domain::field_values::FieldValues;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::oneid::{Budget, PartnerApi};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{PartnerServer, TestApp, TestOptions};

const MEBIBYTE: usize = 1024 * 1024;

/// Entries of about a kilobyte on the wire each, of which a list keeps little.
fn list(bytes: usize) -> Value {
    let entry = |number: usize| json!({"id": number.to_string(), "padding": "x".repeat(1_000)});
    (0..bytes / 1_024).map(entry).collect()
}

#[tokio::test]
async fn a_list_that_is_longer_than_it_may_be_is_too_large() {
    let server = PartnerServer::start().await;
    server.answer(200, list(15 * MEBIBYTE)).await;
    assert_eq!(server.api().list_clients("o-1").await.unwrap().items.len(), 15 * 1_024);
    server.forget().await;
    server.answer(200, list(17 * MEBIBYTE)).await;
    let failure = server.api().list_clients("o-1").await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::TooLarge, Some(200)));
    assert_eq!(failure.request_id.as_deref(), Some("r-1"));
}

#[tokio::test]
async fn an_object_that_is_longer_than_it_may_be_is_too_large_and_a_creation_unknown() {
    let server = PartnerServer::start().await;
    server.answer(200, json!({"id": "o-1", "name": "x".repeat(200 * 1024)})).await;
    let object = server.api().get(ObjectKind::Organisation, "o-1").await.unwrap();
    assert_eq!(object.fields.text("name").unwrap().len(), 200 * 1024, "an object alone is kept whole");
    server.forget().await;
    server.answer(201, json!({"id": "o-1", "name": "x".repeat(300 * 1024)})).await;
    let failure = server.api().create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap_err();
    assert_eq!((failure.kind, failure.effect), (FailureKind::TooLarge, Effect::Unknown));
    assert_eq!(server.calls().await.len(), 1, "never repeated");
}

#[tokio::test]
async fn a_refusal_stands_however_long_its_words_are() {
    let server = PartnerServer::start().await;
    server.answer(409, json!({"message": "No", "more": "x".repeat(100 * 1024)})).await;
    let failure = server.api().get(ObjectKind::Organisation, "o-1").await.unwrap_err();
    assert_eq!((failure.kind, failure.status, failure.message), (FailureKind::Refused, Some(409), None));
}

#[tokio::test]
async fn a_page_says_that_the_answer_is_too_large_and_what_to_do() {
    let server = PartnerServer::start().await;
    let grant = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600, "id": "o-1"});
    let padded = json!({"padding": "x".repeat(300 * 1024)});
    let token = wiremock::Mock::given(wiremock::matchers::path("/v1/token"));
    token.respond_with(wiremock::ResponseTemplate::new(200).set_body_json(grant)).mount(server.mock()).await;
    server.answer(200, padded).await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let answer = app.browser().get("/sandbox/clients/c-1").await;
    assert_eq!(answer.status.as_u16(), 502);
    let page = answer.page();
    assert_eq!(page.text("h1"), "OneID’s response is too large");
    assert!(page.main().contains("none of it was kept") && page.main().contains("Try again in a few minutes"));
}

#[tokio::test]
async fn lists_share_the_memory_and_give_it_back() {
    let server = PartnerServer::start().await;
    let entry = |number: usize| json!({"id": number.to_string(), "name": "x".repeat(1_000)});
    server.answer(200, (0..600).map(entry).collect()).await;
    let budgets = Budget::divided(4 * MEBIBYTE, 2);
    let greedy = server.api_within(&server.uri(), budgets[0].clone());
    let other = server.api_within(&server.uri(), budgets[1].clone());
    let mut kept = Vec::new();
    let failure = loop {
        match greedy.list_organisations().await {
            Ok(list) => kept.push(list),
            Err(failure) => break failure,
        }
    };
    assert_eq!((failure.kind, kept.len()), (FailureKind::TooLarge, 4));
    assert!(other.list_organisations().await.is_ok(), "each connection is sure of its part");
    kept.pop();
    assert!(greedy.list_organisations().await.is_ok(), "what is dropped is free again");
}

#[tokio::test]
async fn a_caller_who_goes_away_ends_the_reading() {
    let sending = Arc::new(Semaphore::new(1));
    let taken = Arc::clone(&sending);
    let router = Router::new().fallback(move || {
        let held = Arc::clone(&taken).try_acquire_owned().unwrap();
        let entry = format!(r#"{{"id":"x","padding":"{}"}},"#, "x".repeat(1_000));
        let piece = Bytes::from(entry.repeat(100));
        // Slow enough that it does not end by itself.
        let pieces = stream::unfold((held, piece), |(held, piece)| async {
            tokio::task::yield_now().await;
            Some((Ok::<_, Infallible>(piece.clone()), (held, piece)))
        });
        let start = stream::iter([Ok(Bytes::from("["))]);
        async move { Body::from_stream(start.chain(pieces)) }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (partner, budget) = (PartnerServer::start().await, Budget::default());
    let api = partner.api_within(&format!("http://{address}"), budget.clone());
    let reading = tokio::spawn(async move { api.list_organisations().await.map(|list| list.items.len()) });
    while sending.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    reading.abort();
    let ended = tokio::time::timeout(Duration::from_secs(5), sending.acquire());
    assert!(ended.await.is_ok(), "the partner is no longer listened to");
}
