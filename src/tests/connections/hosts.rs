//! Secrets and tokens go to the configured hosts and nowhere else.

use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::program::{Configured, check};

/// A connection whose token endpoint and API are two servers.
fn connection(kind: &str, issuer: &MockServer, api: &MockServer) -> String {
    let needs = match kind {
        "oneconnect" => "scope = \"s\"\nintegration_id = \"i\"\n",
        "partner-json" => "probe = \"/things\"\n",
        _ => "",
    };
    format!(
        "name = \"{kind}\"\nkind = \"{kind}\"\nenvironment = \"sandbox\"\nbase_url = \"{}\"\ntoken_url = \"{}/token\"\n\
         client_id = \"id\"\n{needs}",
        api.uri(),
        issuer.uri(),
    )
}

const KINDS: [&str; 5] = ["oneid", "oneconnect", "oneio", "partner-json", "keycloak"];

fn token() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(serde_json::json!({
        "access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600,
    }))
}

async fn server(template: ResponseTemplate) -> MockServer {
    let server = MockServer::builder().start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

async fn count(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = server(token()).await;
    for status in [301, 302, 303, 307, 308] {
        let to = || ResponseTemplate::new(status).insert_header("location", format!("{}/token", elsewhere.uri()));
        let (redirecting, issuer) = (server(to()).await, server(token()).await);
        let by_issuer = KINDS.map(|kind| (connection(kind, &redirecting, &issuer), "s3cret"));
        let by_api = KINDS.map(|kind| (connection(kind, &issuer, &redirecting), "s3cret"));
        for connections in [by_issuer, by_api] {
            let output = check(&Configured::new("", &connections).path, &["--json"], &[]).await;
            assert_eq!(output.status.code(), Some(1), "{output:?}");
        }
        assert!(count(&redirecting).await >= KINDS.len());
    }
    assert_eq!(count(&elsewhere).await, 0);
}

#[tokio::test]
async fn no_proxy_is_taken_from_the_environment() {
    let (proxy, issuer, api) = (server(token()).await, server(token()).await, server(ResponseTemplate::new(204)).await);
    let connections = KINDS.map(|kind| (connection(kind, &issuer, &api), "s3cret"));
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let variables = names.map(|name| (name, proxy.uri()));
    let output = check(&Configured::new("", &connections).path, &["--json"], &variables).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(count(&proxy).await, 0);
    assert_eq!(count(&issuer).await, KINDS.len(), "one token request each");
}

#[tokio::test]
async fn a_token_goes_to_the_api_alone_and_the_secret_to_the_issuer_alone() {
    let (issuer, api) = (server(token()).await, MockServer::builder().start().await);
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(204)).mount(&api).await;
    let connections = KINDS.map(|kind| (connection(kind, &issuer, &api), "s3cret"));
    check(&Configured::new("", &connections).path, &[], &[]).await;
    for request in issuer.received_requests().await.unwrap() {
        assert!(!request.headers.contains_key("authorization"), "{request:?}");
        assert!(String::from_utf8_lossy(&request.body).contains("s3cret"));
    }
    let calls = api.received_requests().await.unwrap();
    assert_eq!(calls.len(), KINDS.len() - 1, "all but oneio are probed");
    for request in calls {
        assert_eq!(request.headers["authorization"], "Bearer t0ken");
        assert!(request.body.is_empty());
    }
}

#[tokio::test]
async fn our_own_listeners_are_never_called() {
    for (head, address, key) in [
        ("", "http://127.0.0.1:3000", "base_url"),
        ("", "http://localhost:3000", "base_url"),
        ("", "http://127.0.0.2:3000/api", "base_url"),
        ("", "http://[::1]:3000", "base_url"),
        ("", "http://127.0.0.1:3999/x", "base_url"),
        ("listen = \"0.0.0.0:4001\"", "http://127.0.0.1:4001", "base_url"),
        ("ops_listen = \"127.0.0.1:4002\"", "http://127.0.0.1:4002", "base_url"),
    ] {
        let text = format!(
            "name = \"x\"\nkind = \"oneio\"\nenvironment = \"sandbox\"\nbase_url = \"{address}\"\nclient_id = \"id\"\n"
        );
        let output = check(&Configured::new(head, &[(text, "s")]).path, &[], &[]).await;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{address}: {errors}");
        assert!(errors.contains(key) && errors.contains("this dashboard itself"), "{address}: {errors}");
    }
}
