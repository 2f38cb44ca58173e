//! OneID: the rules for clients.

use serde_json::{Value, json};

use super::{Bench, Id as _, Partner};
use crate::server::sandbox::{SandboxOptions, System};

/// An organisation for clients, with two products, and the path of its clients.
async fn clients_path(partner: &Partner<'_>) -> String {
    let body = json!({ "name": "Kestrel", "allowed_products": ["sign_in", "sign_up"] });
    format!("/v1/organisations/{}/clients", partner.organisation(body).await)
}

#[tokio::test]
async fn a_secret_is_generated_and_shown_on_create_alone() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    let body = json!({ "id": "mine", "secret": "mine", "name": "web", "selected_product": "sign_up" });
    let created = partner.post(&clients, body).await;
    assert_eq!(created.status, 201);
    let secret = created.body["secret"].as_str().expect("a secret");
    assert!(secret.len() > 30 && secret != "mine");
    let path = format!("/v1/clients/{}", created.body.id());
    let expected = json!({ "id": created.body["id"], "name": "web", "selected_product": "sign_up" });
    assert_eq!(partner.get(&path).await.body, expected);
    assert_eq!(partner.get(&clients).await.body, json!([expected]));
    assert_eq!(partner.put(&path, expected.clone()).await.body, expected);
}

#[tokio::test]
async fn the_console_behaviour_shows_the_same_secret_on_every_read() {
    let bench = Bench::start(SandboxOptions { secret_on_get: true, ..SandboxOptions::default() }).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    let created = partner.post(&clients, json!({ "name": "web" })).await.body;
    let path = format!("/v1/clients/{}", created.id());
    assert_eq!(partner.get(&path).await.body, created);
    assert_eq!(partner.get(&clients).await.body, json!([created]));
    let replaced = partner.put(&path, json!({ "name": "web", "secret": "mine" })).await;
    assert_eq!(replaced.body["secret"], created["secret"]);
}

#[tokio::test]
async fn a_client_does_not_tell_its_organisation() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    let created = partner.post(&clients, json!({ "name": "web" })).await;
    let members: Vec<_> = created.body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["id", "name", "secret"]);
}

#[tokio::test]
async fn the_name_is_required_and_every_member_has_its_type() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    partner.post(&clients, json!({ "enabled": true })).await.assert_refuses("name");
    let wrong = [
        ("token_signing_algorithm", json!(256)),
        ("additional_scopes", json!("email")),
        ("required_scopes", json!([null])),
        ("return_urls", json!("https://example.com")),
        ("allowed_provider_groups", json!(true)),
        ("is_production", json!("false")),
        ("selected_product", json!(["sign_up"])),
        ("enabled", json!(null)),
    ];
    for (member, value) in wrong {
        let mut body = json!({ "name": "web" });
        body[member] = value;
        partner.post(&clients, body).await.assert_refuses(member);
    }
}

#[tokio::test]
async fn the_product_must_be_one_of_the_organisations() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    let client = |product| json!({ "name": "web", "selected_product": product });
    let created = partner.post(&clients, client("sign_up")).await;
    assert_eq!(created.status, 201);
    partner.post(&clients, client("id_assure")).await.assert_refuses("selected_product");
    let path = format!("/v1/clients/{}", created.body.id());
    partner.put(&path, client("id_assure")).await.assert_refuses("selected_product");
}

#[tokio::test]
async fn an_organisation_without_products_uses_those_above_it() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let id = partner.organisation(json!({ "name": "Kestrel" })).await;
    partner.put(&format!("/v1/organisations/{id}"), json!({ "name": "Kestrel" })).await;
    let client = json!({ "name": "web", "selected_product": "id_assure" });
    let created = partner.post(&format!("/v1/organisations/{id}/clients"), client).await;
    assert_eq!(created.status, 201, "{}", created.text);
}

#[tokio::test]
async fn the_signing_algorithm_is_one_of_three() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let clients = clients_path(&partner).await;
    let client = |algorithm| json!({ "name": "web", "token_signing_algorithm": algorithm });
    for algorithm in ["PS256", "ES384", "ES512"] {
        assert_eq!(partner.post(&clients, client(algorithm)).await.status, 201);
    }
    partner.post(&clients, client("RS256")).await.assert_refuses("token_signing_algorithm");
}

#[tokio::test]
async fn return_urls_are_absolute_and_https_but_for_localhost_in_the_sandbox() {
    let bench = Bench::empty().await;
    let client = |url| json!({ "name": "web", "return_urls": ["https://fine.example/", url] });
    for (system, local) in [(System::OneIdSandbox, 201), (System::OneIdProduction, 400)] {
        let partner = bench.partner(system).await;
        let clients = clients_path(&partner).await;
        assert_eq!(partner.post(&clients, client("https://b.example/cb?x=1")).await.status, 201);
        assert_eq!(partner.post(&clients, client("http://localhost:3000/cb")).await.status, local);
        for url in ["/callback", "http://b.example/", "http://localhost.b.example/", "app://cb", ""] {
            partner.post(&clients, client(url)).await.assert_refuses("return_urls");
        }
    }
}

#[tokio::test]
async fn a_production_client_needs_an_organisation_with_production_access() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdProduction).await;
    let client = json!({ "name": "web", "is_production": true });
    for (access, status) in [(true, 201), (false, 400)] {
        let body = json!({ "name": "Kestrel", "has_production_access": access });
        let id = partner.organisation(body).await;
        let created = partner.post(&format!("/v1/organisations/{id}/clients"), client.clone()).await;
        assert_eq!(created.status, status, "{}", created.text);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_named_in_the_answer() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let client = json!({ "name": "web" });
    let of_none = "/v1/organisations/none/clients";
    let answers = [
        (partner.get(of_none).await, "Organisation not found"),
        (partner.post(of_none, client.clone()).await, "Organisation not found"),
        (partner.get("/v1/clients/none").await, "Client not found"),
        (partner.put("/v1/clients/none", client).await, "Client not found"),
    ];
    for (answer, message) in answers {
        assert_eq!((answer.status, &answer.body["message"]), (404, &Value::from(message)));
    }
}
