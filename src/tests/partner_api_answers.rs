//! The client of the Partner API against a real HTTP server: what it makes of each answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use partner_dashboard::domain::failure::{Effect, FailureKind};
use partner_dashboard::domain::field_values::FieldValues;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::domain::organisation::Organisation;
use partner_dashboard::server::oneid::PartnerApi;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::support::{PartnerServer, TestApp, TestOptions};

async fn list(body: Value) -> Result<Vec<Organisation>, FailureKind> {
    let server = PartnerServer::start().await;
    server.answer(200, body).await;
    server.api().list_organisations().await.map(|list| list.items).map_err(|failure| failure.kind)
}

#[tokio::test]
async fn lists_are_read_bare_and_in_every_wrapping() {
    let entry = json!({"id": "o-1", "name": "A"});
    for body in [
        json!([entry]),
        json!({"data": [entry]}),
        json!({"organisations": [entry], "total": 1}),
        json!({"clients": [entry]}),
        json!({"items": [entry], "next": null}),
        json!([{"name": "without an id"}, null, 7, entry]),
    ] {
        let objects = list(body.clone()).await.unwrap();
        assert_eq!(objects.iter().map(|object| object.id.as_str()).collect::<Vec<_>>(), ["o-1"], "{body}");
    }
    assert!(list(json!([])).await.unwrap().is_empty());
    for body in [json!({}), json!(null), json!("x"), json!({"data": {"id": "x"}}), json!({"error": "no"})] {
        assert_eq!(list(body.clone()).await.unwrap_err(), FailureKind::Unreadable, "{body}");
    }
}

#[tokio::test]
async fn booleans_in_quotes_wrapped_objects_and_missing_fields_are_read() {
    let server = PartnerServer::start().await;
    let body = json!({"data": {"id": 7, "name": "A", "enabled": "true", "has_production_access": "False",
        "allowed_scopes": "openid", "allowed_products": null, "new_field": {"x": 1}}});
    server.answer(200, body).await;
    let object = server.api().get(ObjectKind::Organisation, "7").await.unwrap();
    assert_eq!(object.id, "7");
    assert_eq!(object.fields.flag("enabled"), Some(true));
    assert_eq!(object.fields.flag("has_production_access"), Some(false));
    assert_eq!(object.fields.list("allowed_scopes").unwrap(), ["openid"]);
    assert_eq!(object.fields.get("allowed_products"), None);
    assert_eq!(object.fields.get("allowed_provider_groups"), None, "missing is not empty");
    assert_eq!(object.unknown[0].name, "new_field");
    assert_eq!(object.answer.request_id.as_deref(), Some("r-1"));
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_an_answer() {
    let server = PartnerServer::start().await;
    server.answer_raw(200, "application/json", "\u{feff}[{\"id\":\"o-1\"}]").await;
    assert_eq!(server.api().list_organisations().await.unwrap().items[0].id, "o-1");
    server.forget().await;
    server.answer_raw(200, "application/json", "\u{feff}{\"id\":\"o-1\"}").await;
    assert_eq!(server.api().get(ObjectKind::Organisation, "o-1").await.unwrap().id, "o-1");
    server.forget().await;
    server.answer_raw(400, "application/json", "\u{feff}{\"message\":\"Bad name\"}").await;
    let failure = server.api().get(ObjectKind::Organisation, "o-1").await.unwrap_err();
    assert_eq!(failure.message.as_deref(), Some("Bad name"));
}

#[tokio::test]
async fn every_success_of_a_write_is_taken() {
    for status in [200, 201] {
        let server = PartnerServer::start().await;
        server.answer(status, json!({"id": "o-1", "secret": "s3"})).await;
        let created = server.api().create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap();
        assert_eq!((created.id.as_str(), created.answer.status), ("o-1", status));
        assert!(created.secret.is_some());
    }
    for (status, body) in [(200, r#"{"id":"o-1"}"#), (204, ""), (200, ""), (202, "accepted")] {
        let server = PartnerServer::start().await;
        server.answer(200, json!({"id": "o-1", "name": "A"})).await;
        let api = server.api();
        let object = api.get(ObjectKind::Organisation, "o-1").await.unwrap();
        server.forget().await;
        server.answer_raw(status, "application/json", body).await;
        assert_eq!(api.update(ObjectKind::Organisation, &object, &[]).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn a_creation_whose_success_cannot_be_read_is_unknown() {
    for (status, content_type, body) in [
        (201, "application/json", r#"{"name":"no id"}"#),
        (201, "application/json", "{\"id\": \"o-1\", "),
        (200, "text/html", "<html>Welcome</html>"),
        (204, "application/json", ""),
    ] {
        let server = PartnerServer::start().await;
        server.answer_raw(status, content_type, body).await;
        let failure = server.api().create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap_err();
        assert_eq!((failure.kind, failure.effect), (FailureKind::Unreadable, Effect::Unknown), "{body}");
        assert_eq!(server.calls().await.len(), 1, "never repeated");
    }
}

#[tokio::test]
async fn a_save_that_is_answered_with_a_web_page_is_unknown() {
    let server = PartnerServer::start().await;
    server.answer(200, json!({"id": "o-1", "name": "A"})).await;
    let api = server.api();
    let object = api.get(ObjectKind::Organisation, "o-1").await.unwrap();
    server.forget().await;
    server.answer_raw(200, "text/html", "\u{feff}\n<!doctype html><title>Maintenance</title>").await;
    let failure = api.update(ObjectKind::Organisation, &object, &[]).await.unwrap_err();
    assert_eq!((failure.kind, failure.effect), (FailureKind::Unreadable, Effect::Unknown));
}

#[tokio::test]
async fn each_status_means_what_it_says_and_whether_it_was_done() {
    for (status, kind, effect) in [
        (400, FailureKind::Refused, Effect::None),
        (403, FailureKind::NotAllowed, Effect::None),
        (404, FailureKind::NotFound, Effect::None),
        (405, FailureKind::Refused, Effect::None),
        (408, FailureKind::TimedOut, Effect::Unknown),
        (409, FailureKind::Refused, Effect::None),
        (410, FailureKind::NotFound, Effect::None),
        (415, FailureKind::Refused, Effect::None),
        (422, FailureKind::Refused, Effect::None),
        (429, FailureKind::RateLimited, Effect::None),
        (500, FailureKind::Unavailable, Effect::Unknown),
        (502, FailureKind::Unavailable, Effect::Unknown),
        (503, FailureKind::Unavailable, Effect::Unknown),
        (504, FailureKind::Unavailable, Effect::Unknown),
        (304, FailureKind::Unreadable, Effect::Unknown),
    ] {
        let server = PartnerServer::start().await;
        let answer = ResponseTemplate::new(status).insert_header("x-request-id", "r-7");
        Mock::given(any()).respond_with(answer).mount(server.mock()).await;
        let failure = server.api().create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap_err();
        assert_eq!((failure.kind, failure.effect, failure.status), (kind, effect, Some(status)), "{status}");
        assert_eq!(failure.request_id.as_deref(), Some("r-7"), "{status}");
        assert_eq!(server.calls().await.len(), 1, "{status}: never repeated");
    }
}

#[tokio::test]
async fn the_partners_words_are_found_in_every_error_shape() {
    for (body, words) in [
        (json!({"error": "invalid_request", "error_description": "Bad name"}), Some("Bad name")),
        (json!({"error": "invalid_request"}), Some("invalid_request")),
        (json!({"message": "Bad name"}), Some("Bad name")),
        (json!({"state": "FAILED", "id": "x", "message": "Bad name"}), Some("Bad name")),
        (json!({"errors": ["Bad name", "Bad URL"]}), Some("Bad name Bad URL")),
        (json!({"errors": [{"path": "/name", "message": "Bad name"}]}), Some("Bad name")),
        (json!({}), None),
        (json!(null), None),
        (json!(7), None),
    ] {
        let server = PartnerServer::start().await;
        server.answer(400, body.clone()).await;
        let failure = server.api().get(ObjectKind::Organisation, "x").await.unwrap_err();
        assert_eq!(failure.message.as_deref(), words, "{body}");
    }
    for body in ["", "<html><h1>Bad Request</h1></html>", "nothing to see", "{\"message\": "] {
        let server = PartnerServer::start().await;
        server.answer_raw(400, "text/html", body).await;
        let failure = server.api().get(ObjectKind::Organisation, "x").await.unwrap_err();
        assert_eq!((failure.kind, failure.message), (FailureKind::Refused, None), "{body}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let endless = || {
        let piece = Bytes::from(vec![b' '; 1 << 20]);
        futures::stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()))
    };
    let router = Router::new().fallback(move || async move { Body::from_stream(endless()) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let partner = PartnerServer::start().await;
    let api = partner.api_on(&format!("http://{address}/"));
    let failure = tokio::time::timeout(Duration::from_secs(20), api.list_organisations()).await.unwrap().unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Unreadable, Some(200)));
    server.abort();
}

#[tokio::test]
async fn a_partner_that_answers_a_save_with_204_is_read_back() {
    let server = PartnerServer::start().await;
    let app = TestApp::with(TestOptions::with_partner_at(&server.uri())).await;
    let grant = json!({"access_token": "token-of-the-partner", "token_type": "Bearer", "expires_in": 3600});
    let verb = |verb: &str| Mock::given(wiremock::matchers::method(verb));
    verb("POST").respond_with(ResponseTemplate::new(200).set_body_json(grant)).mount(server.mock()).await;
    verb("PUT").respond_with(ResponseTemplate::new(204)).mount(server.mock()).await;
    server.answer(200, json!({"id": "o-1", "name": "A", "data": []})).await;
    let browser = app.browser();
    let form = browser.form("/sandbox/organisations/o-1/edit").await.set("name", "B");
    let review = browser.submit(&form).await.location();
    let save = browser.form(&review).await;
    server.mock().received_requests().await.unwrap();
    let page = browser.submit_and_follow(&save).await;
    assert!(page.main().contains("“B” has been saved."), "{}", page.main());
    assert!(page.main().contains("OneID saved different values for: Name."), "it was read back");
}
