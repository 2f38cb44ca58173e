//! OneConnect: the scope, the health check, the expired integration (seed 000).

use serde_json::json;

use super::{Bench, parameters};
use crate::server::sandbox::{SandboxOptions, System};

#[tokio::test]
async fn a_token_request_names_a_scope_that_the_client_has() {
    let bench = Bench::empty().await;
    let connection = bench.connection(System::OneConnect);
    for (scope, status, error) in [
        (connection.scope, 200, None),
        (Some("everything"), 400, Some("invalid_scope")),
        (None, 400, Some("invalid_request")),
    ] {
        let mut form = parameters(&connection);
        match scope {
            Some(scope) => form["scope"] = scope.into(),
            None => drop(form.as_object_mut().and_then(|form| form.remove("scope"))),
        }
        let answer = bench.send(bench.http.post(&connection.token_url).form(&form)).await;
        assert_eq!((answer.status, answer.body["error"].as_str()), (status, error));
    }
    assert_eq!(bench.request_token(System::OneConnect).await.body["expires_in"], 3600);
}

#[tokio::test]
async fn an_active_integration_is_healthy_without_a_word() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneConnect).await;
    let health = partner.get("/v1/health").await;
    assert_eq!((health.status, health.text.as_str()), (204, ""));
    let id = bench.connection(System::OneConnect).integration_id.expect("an integration");
    let status = partner.get(&format!("/integrations/{id}")).await;
    assert_eq!((status.status, status.body), (200, json!({ "id": id, "status": "active" })));
    assert_eq!(partner.get("/integrations/none").await.status, 404);
}

#[tokio::test]
async fn an_expired_integration_refuses_a_fresh_token_and_says_why_when_asked() {
    let bench = Bench::start(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }).await;
    let partner = bench.partner(System::OneConnect).await;
    assert_eq!(partner.get("/v1/health").await.status, 401);
    let id = bench.connection(System::OneConnect).integration_id.expect("an integration");
    let status = partner.get(&format!("/integrations/{id}")).await;
    assert_eq!((status.status, &status.body["status"]), (200, &json!("expired")));
    assert!(status.body["expired_at"].is_string());
}
