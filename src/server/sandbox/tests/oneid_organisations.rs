//! OneID: the rules for organisations.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Bench, Id as _};
use crate::server::sandbox::System;

const PATH: &str = "/v1/organisations";

#[tokio::test]
async fn an_empty_tree_is_the_partners_own_organisation() {
    let bench = Bench::empty().await;
    let list = bench.partner(System::OneIdSandbox).await.get(PATH).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.body.as_array().map(Vec::len), Some(1));
    assert_eq!(list.body[0].get("parent_id"), None);
}

#[tokio::test]
async fn a_new_organisation_hangs_below_the_root_and_inherits_its_products() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let root = partner.get(PATH).await.body[0].clone();
    let created = partner.post(PATH, json!({ "name": "Kestrel" })).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body["parent_id"], root["id"]);
    assert_eq!(created.body["allowed_products"], root["allowed_products"]);
    assert_eq!(created.body.get("enabled"), None, "what was not sent is not made up");
    let read = partner.get(&format!("{PATH}/{}", created.body.id())).await;
    assert_eq!((read.status, &read.body), (200, &created.body));
    let list = partner.get(PATH).await;
    assert_eq!(list.body[1], created.body);
}

#[tokio::test]
async fn the_name_is_required_and_not_blank() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    for body in [json!({}), json!({ "name": " \t" }), json!({ "name": 7 })] {
        partner.post(PATH, body).await.assert_refuses("name");
    }
}

#[tokio::test]
async fn every_member_has_its_type() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let wrong = [
        ("parent_id", json!(null)),
        ("enable_custom_logo", json!("true")),
        ("allowed_scopes", json!("openid")),
        ("allowed_products", json!([1])),
        ("allowed_provider_groups", json!({})),
        ("has_production_access", json!(1)),
        ("enabled", json!("false")),
    ];
    for (member, value) in wrong {
        let mut body = json!({ "name": "Kestrel" });
        body[member] = value;
        partner.post(PATH, body).await.assert_refuses(member);
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let send = |content_type, body: String| {
        let request = partner.request(Method::POST, PATH);
        bench.send(request.header("content-type", content_type).body(body))
    };
    let too_large = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024 - 10));
    assert_eq!(send("application/json", "{\"enabled\": true\"}".to_owned()).await.status, 400);
    assert_eq!(send("application/json", "[]".to_owned()).await.status, 400);
    assert_eq!(send("text/plain", "{}".to_owned()).await.status, 415);
    assert_eq!(send("application/json", too_large).await.status, 413);
}

#[tokio::test]
async fn the_parent_must_exist_and_may_not_be_the_organisation_or_below_it() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let root = partner.root().await;
    let upper = partner.organisation(json!({ "name": "Upper" })).await;
    let lower = partner.organisation(json!({ "name": "Lower", "parent_id": upper })).await;
    let nobody = json!({ "name": "Kestrel", "parent_id": "b1f4a3f0-0000-4000-8000-000000000000" });
    partner.post(PATH, nobody).await.assert_refuses("parent_id");
    for (id, parent) in [(&upper, &lower), (&upper, &upper), (&root, &lower)] {
        let body = json!({ "name": "Upper", "parent_id": parent });
        partner.put(&format!("{PATH}/{id}"), body).await.assert_refuses("parent_id");
    }
    let moved = json!({ "name": "Lower", "parent_id": root });
    assert_eq!(partner.put(&format!("{PATH}/{lower}"), moved).await.status, 200);
}

#[tokio::test]
async fn products_must_be_among_the_callers_own() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let fine = json!({ "name": "Kestrel", "allowed_products": ["sign_up", "sign_in"] });
    let foreign = json!({ "name": "Kestrel", "allowed_products": ["sign_up", "id_scan_dbs"] });
    let id = partner.organisation(fine).await;
    partner.post(PATH, foreign.clone()).await.assert_refuses("allowed_products");
    partner.put(&format!("{PATH}/{id}"), foreign).await.assert_refuses("allowed_products");
}

#[tokio::test]
async fn production_access_needs_a_parent_that_has_it() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdProduction).await;
    let with = partner.organisation(json!({ "name": "With", "has_production_access": true })).await;
    let without = partner.organisation(json!({ "name": "Without" })).await;
    let below = |parent| json!({ "name": "X", "parent_id": parent, "has_production_access": true });
    assert_eq!(partner.post(PATH, below(&with)).await.status, 201);
    partner.post(PATH, below(&without)).await.assert_refuses("has_production_access");
}

#[tokio::test]
async fn the_root_cannot_grant_itself_what_it_lacks() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let path = format!("{PATH}/{}", partner.root().await);
    let mut root = partner.get(&path).await.body;
    assert_eq!(partner.put(&path, root.clone()).await.body, root);
    root["has_production_access"] = false.into();
    assert_eq!(partner.put(&path, root.clone()).await.status, 200);
    root["has_production_access"] = true.into();
    partner.put(&path, root).await.assert_refuses("has_production_access");
}

#[tokio::test]
async fn a_put_replaces_all_but_the_place_in_the_tree() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let parent = partner.organisation(json!({ "name": "Parent" })).await;
    let body = json!({ "name": "A", "parent_id": parent, "enabled": true, "allowed_scopes": ["openid"] });
    let id = partner.organisation(body).await;
    let path = format!("{PATH}/{id}");
    let replaced = partner.put(&path, json!({ "name": "B", "allowed_scopes": [] })).await;
    let expected = json!({ "id": id, "name": "B", "allowed_scopes": [], "parent_id": parent });
    assert_eq!((replaced.status, &replaced.body), (200, &expected));
    assert_eq!(partner.get(&path).await.body, expected);
}

#[tokio::test]
async fn unknown_members_stay_exactly_and_generated_ones_are_ignored() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let text = r#"{"id":"mine","secret":"mine","name":"Kestrel","ratio":1.10,"deep":{"a":[null,1e3]}}"#;
    let request = partner.request(Method::POST, PATH).header("content-type", "application/json");
    let created = bench.send(request.body(text)).await;
    assert_eq!(created.status, 201);
    assert_ne!(created.body["id"], "mine");
    assert_eq!(created.body.get("secret"), None);
    assert!(created.text.contains(r#""ratio":1.10,"deep":{"a":[null,1e"#), "{}", created.text);
    let path = format!("{PATH}/{}", created.body.id());
    let request = partner.request(Method::PUT, &path).header("content-type", "application/json");
    let replaced = bench.send(request.body(text)).await;
    assert_eq!(replaced.body["id"], created.body["id"]);
    assert_eq!(replaced.body["deep"], created.body["deep"]);
}

#[tokio::test]
async fn an_unknown_organisation_is_not_found_and_a_delete_not_allowed() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let expected = json!({ "message": "Organisation not found" });
    let read = partner.get(&format!("{PATH}/none")).await;
    let replaced = partner.put(&format!("{PATH}/none"), json!({ "name": "X" })).await;
    for answer in [read, replaced] {
        assert_eq!((answer.status, &answer.body), (404, &expected));
    }
    let deleted = bench.send(partner.request(Method::DELETE, &format!("{PATH}/none"))).await;
    assert_eq!(deleted.status, 405);
    assert!(deleted.headers.contains_key("allow"));
    assert_ne!(deleted.body, Value::Null);
}
