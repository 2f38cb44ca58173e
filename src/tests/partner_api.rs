//! The client of the Partner API against a real HTTP server: what it sends.

use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::failure::{Effect, FailureKind};
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::field_values::FieldValues;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::oneid::PartnerApi;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, Request, ResponseTemplate};

use crate::support::PartnerServer;

fn text(words: &str) -> FieldValue {
    FieldValue::Text(words.to_owned())
}

/// Method, path and body of the only call.
fn line(call: &Request) -> String {
    let body = if call.body.is_empty() { String::new() } else { format!(" {}", String::from_utf8_lossy(&call.body)) };
    format!("{} {}{body}", call.method, call.url.path())
}

fn header<'a>(call: &'a Request, name: &str) -> &'a str {
    call.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn every_call_has_its_method_path_headers_and_body() {
    let server = PartnerServer::start().await;
    server.answer(200, json!({"id": "o-1", "name": "A"})).await;
    let api = server.api();
    api.get(ObjectKind::Organisation, "o-1").await.unwrap();
    api.get(ObjectKind::OAuthClient, "c-1").await.unwrap();
    let mut fields = FieldValues::default();
    fields.set("name", Some(text("Zoë’s")));
    fields.set("enabled", Some(FieldValue::Flag(true)));
    fields.set("allowed_scopes", Some(FieldValue::List(vec!["openid".to_owned()])));
    api.create(ObjectKind::Organisation, None, &fields).await.unwrap();
    api.create(ObjectKind::OAuthClient, Some("o-1"), &fields).await.unwrap();
    let body = r#" {"allowed_scopes":["openid"],"enabled":true,"name":"Zoë’s"}"#;
    let calls = server.calls().await;
    assert_eq!(
        calls.iter().map(line).collect::<Vec<_>>(),
        [
            "GET /v1/organisations/o-1".to_owned(),
            "GET /v1/clients/c-1".to_owned(),
            format!("POST /v1/organisations{body}"),
            format!("POST /v1/organisations/o-1/clients{body}"),
        ]
    );
    for call in &calls {
        assert_eq!(header(call, "accept"), "application/json");
        assert_eq!(header(call, "authorization"), "Bearer token-1");
        let content_type = if call.body.is_empty() { "" } else { "application/json" };
        assert_eq!(header(call, "content-type"), content_type);
        assert_eq!(call.url.query(), None);
    }
}

#[tokio::test]
async fn lists_are_asked_for_at_their_paths() {
    let server = PartnerServer::start().await;
    server.answer(200, json!([{"id": "x-1", "name": "A"}])).await;
    let api = server.api();
    assert_eq!(api.list_organisations().await.unwrap().items[0].id, "x-1");
    let clients = api.list_clients("o-1").await.unwrap();
    assert_eq!(clients.items[0].organisation_id.as_deref(), Some("o-1"), "the path says whose they are");
    let calls: Vec<String> = server.calls().await.iter().map(line).collect();
    assert_eq!(calls, ["GET /v1/organisations", "GET /v1/organisations/o-1/clients"]);
}

#[tokio::test]
async fn the_token_request_is_a_form_with_the_credentials() {
    let server = PartnerServer::start().await;
    server.answer(200, json!([])).await;
    server.api().list_organisations().await.unwrap();
    let grants = server.grants().await;
    assert_eq!(grants.len(), 1);
    assert_eq!(header(&grants[0], "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(line(&grants[0]), "POST /v1/token grant_type=client_credentials&client_id=partner&client_secret=s3cret");
}

#[tokio::test]
async fn a_save_sends_the_object_as_it_came_with_the_changes_alone() {
    let server = PartnerServer::start().await;
    let raw =
        r#"{"zeta":1.50,"id":"o-1","name":"A","enabled":"true","secret":"x","big":123456789012345678901,"gone":"g"}"#;
    server.answer_raw(200, "application/json", raw).await;
    let api = server.api();
    let object = api.get(ObjectKind::Organisation, "o-1").await.unwrap();
    let changes = [
        FieldChange { field: "name".to_owned(), before: None, after: Some(text("B")) },
        FieldChange { field: "gone".to_owned(), before: None, after: None },
    ];
    let answer = api.update(ObjectKind::Organisation, &object, &changes).await.unwrap();
    assert_eq!(answer.status, 200);
    let calls = server.calls().await;
    let put = line(&calls[1]);
    assert_eq!(
        put,
        r#"PUT /v1/organisations/o-1 {"zeta":1.50,"name":"B","enabled":"true","big":123456789012345678901}"#
    );
}

#[tokio::test]
async fn hostile_ids_do_not_become_another_path() {
    let server = PartnerServer::start().await;
    server.answer(200, json!({"id": "x"})).await;
    let api = server.api();
    for (id, path) in [
        ("a/b", "/v1/clients/a%2Fb"),
        ("a?x=1", "/v1/clients/a%3Fx=1"),
        ("a#b", "/v1/clients/a%23b"),
        ("%2e%2e", "/v1/clients/%252e%252e"),
        ("../organisations", "/v1/clients/..%2Forganisations"),
        ("a\r\nb", "/v1/clients/a%0D%0Ab"),
        ("ü", "/v1/clients/%C3%BC"),
    ] {
        let result = api.get(ObjectKind::OAuthClient, id).await;
        let asked: Vec<_> = server.calls().await.iter().map(|call| call.url.path().to_owned()).collect();
        server.forget().await;
        server.answer(200, json!({"id": "x"})).await;
        match asked.as_slice() {
            [] => assert_eq!(result.unwrap_err().kind, FailureKind::NotFound, "{id}"),
            [asked] => assert!(
                asked == path || asked.starts_with("/v1/clients/") && asked.matches('/').count() == 3,
                "{id}: {asked}"
            ),
            more => panic!("{id}: {more:?}"),
        }
    }
    for id in ["", ".", "..", "a\tb", "a\nb", "a\r\nb", "a\0b", "a\u{7f}b", "a\u{85}b"] {
        let failure = api.get(ObjectKind::OAuthClient, id).await.unwrap_err();
        assert_eq!((failure.kind, failure.effect), (FailureKind::NotFound, Effect::None), "{id:?}");
        assert_eq!(api.list_clients(id).await.unwrap_err().kind, FailureKind::NotFound, "{id:?}");
    }
    assert!(server.calls().await.is_empty(), "nothing was asked");
}

#[tokio::test]
async fn a_base_url_with_a_path_keeps_it() {
    let server = PartnerServer::start().await;
    server.answer(200, json!([])).await;
    for base in ["/gateway/oneid", "/gateway/oneid/"] {
        server.api_at(base).list_organisations().await.unwrap();
    }
    let paths: Vec<_> = server.calls().await.iter().map(|call| call.url.path().to_owned()).collect();
    assert_eq!(paths, ["/gateway/oneid/v1/organisations", "/gateway/oneid/v1/organisations"]);
}

#[tokio::test]
async fn a_401_is_answered_with_a_new_token_and_the_call_is_made_once_more() {
    for is_post in [false, true] {
        let server = PartnerServer::start().await;
        server.answer(200, json!({"id": "x"})).await;
        let api = server.api();
        api.get(ObjectKind::OAuthClient, "c-0").await.unwrap();
        server.forget().await;
        let refusal = ResponseTemplate::new(401).set_body_json(json!({"error": "invalid_token"}));
        Mock::given(any()).respond_with(refusal).up_to_n_times(1).with_priority(1).mount(server.mock()).await;
        server.answer(200, json!({"id": "x"})).await;
        if is_post {
            api.create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap();
        } else {
            api.get(ObjectKind::OAuthClient, "c-1").await.unwrap();
        }
        let calls = server.calls().await;
        let tokens: Vec<_> = calls.iter().map(|call| header(call, "authorization").to_owned()).collect();
        assert_eq!(tokens.len(), 2, "post: {is_post}");
        assert_ne!(tokens[0], tokens[1], "post: {is_post}");
        assert_eq!(line(&calls[0]), line(&calls[1]), "the very same call");
    }
}

#[tokio::test]
async fn a_second_401_is_the_answer() {
    let server = PartnerServer::start().await;
    server.answer(200, json!({"id": "x"})).await;
    let api = server.api();
    api.get(ObjectKind::OAuthClient, "c-0").await.unwrap();
    server.forget().await;
    server.answer(401, json!({"message": "No"})).await;
    let failure = api.create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap_err();
    assert_eq!((failure.kind, failure.status, failure.effect), (FailureKind::NotAllowed, Some(401), Effect::None));
    assert_eq!(server.calls().await.len(), 2);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = PartnerServer::start().await;
        let redirect = ResponseTemplate::new(status).insert_header("location", format!("{}/elsewhere", server.uri()));
        Mock::given(any()).respond_with(redirect).mount(server.mock()).await;
        let failure = server.api().list_organisations().await.unwrap_err();
        assert_eq!((failure.kind, failure.status), (FailureKind::Unreadable, Some(status)), "{status}");
        assert_eq!(server.calls().await.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_missing_value_stays_missing_in_a_creation() {
    let server = PartnerServer::start().await;
    server.answer(201, json!({"id": "o-1"})).await;
    server.api().create(ObjectKind::Organisation, None, &FieldValues::default()).await.unwrap();
    let body: Value = serde_json::from_slice(&server.calls().await[0].body).unwrap();
    assert_eq!(body, json!({}));
}
