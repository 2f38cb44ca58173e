//! The sample data: how much, how deep, how odd, and always the same.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Bench, Id as _, Partner};
use crate::server::sandbox::{SandboxOptions, System};

async fn organisations(partner: &Partner<'_>) -> Vec<Value> {
    partner.get("/v1/organisations").await.body.as_array().cloned().expect("a list")
}

async fn clients(partner: &Partner<'_>) -> Vec<Value> {
    let mut clients = Vec::new();
    for organisation in organisations(partner).await {
        let path = format!("/v1/organisations/{}/clients", organisation.id());
        clients.extend(partner.get(&path).await.body.as_array().cloned().expect("a list"));
    }
    clients
}

/// How many organisations there are from the deepest one up to the root.
fn depth(organisations: &[Value]) -> usize {
    let parents: HashMap<_, _> = organisations
        .iter()
        .map(|organisation| (organisation.id(), organisation["parent_id"].as_str().map(str::to_owned)))
        .collect();
    let height = |id: &String| std::iter::successors(Some(id), |id| parents[*id].as_ref()).count();
    parents.keys().map(height).max().unwrap_or(0)
}

#[tokio::test]
async fn the_sandbox_has_a_tree_of_forty_organisations_and_three_times_as_many_clients() {
    let bench = Bench::start(SandboxOptions::default()).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let organisations = organisations(&partner).await;
    assert_eq!(organisations.len(), 40);
    assert_eq!(depth(&organisations), 4);
    assert_eq!(clients(&partner).await.len(), 120);
}

#[tokio::test]
async fn production_has_fourteen_organisations_and_forty_clients_of_its_own() {
    let bench = Bench::start(SandboxOptions::default()).await;
    let (sandbox, production) =
        (bench.partner(System::OneIdSandbox).await, bench.partner(System::OneIdProduction).await);
    assert_eq!(organisations(&production).await.len(), 14);
    assert_eq!(clients(&production).await.len(), 40);
    let mut ids = HashSet::new();
    for partner in [&sandbox, &production] {
        ids.extend(organisations(partner).await.iter().map(super::Id::id));
        ids.extend(clients(partner).await.iter().map(super::Id::id));
    }
    assert_eq!(ids.len(), 40 + 120 + 14 + 40, "no two share an id");
}

#[tokio::test]
async fn two_starts_give_the_same_data() {
    let (one, other) = (Bench::start(SandboxOptions::default()).await, Bench::start(SandboxOptions::default()).await);
    for system in [System::OneIdSandbox, System::OneIdProduction] {
        let (one, other) = (one.partner(system).await, other.partner(system).await);
        assert_eq!(organisations(&one).await, organisations(&other).await);
        assert_eq!(clients(&one).await, clients(&other).await);
    }
}

#[tokio::test]
async fn the_awkward_ones_are_there() {
    let bench = Bench::start(SandboxOptions::default()).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let organisations = organisations(&partner).await;
    let name = |organisation: &Value| organisation["name"].as_str().unwrap_or_default().to_owned();
    assert!(organisations.iter().any(|one| name(one) == "Zoë’s Bakery <test>"));
    assert!(organisations.iter().any(|one| name(one).chars().count() > 120));
    assert!(organisations.iter().any(|one| one["enabled"] == false));
    assert!(organisations.iter().any(|one| one.get("allowed_products").is_none()));
    assert!(organisations.iter().any(|one| one.get("billing_reference").is_some()));
    let clients = clients(&partner).await;
    let urls = |client: &Value| client["return_urls"].to_string();
    assert!(clients.iter().any(|one| urls(one).contains("http://localhost")));
    assert!(clients.iter().any(|one| one["enabled"] == false));
    assert!(clients.iter().any(|one| one.get("return_urls").is_none()));
}

#[tokio::test]
async fn sample_organisations_and_clients_pass_the_rules_when_saved_as_they_are() {
    let bench = Bench::start(SandboxOptions::default()).await;
    for system in [System::OneIdSandbox, System::OneIdProduction] {
        let partner = bench.partner(system).await;
        let saved = organisations(&partner).await.into_iter().map(|one| ("organisations", one));
        for (kind, object) in saved.chain(clients(&partner).await.into_iter().map(|one| ("clients", one))) {
            let answer = partner.put(&format!("/v1/{kind}/{}", object.id()), object.clone()).await;
            assert_eq!((answer.status, &answer.body), (200, &object), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn generated_organisations_make_a_large_tree_in_the_sandbox_alone() {
    let options = SandboxOptions { seed_data: false, generated_organisations: Some(2000), ..SandboxOptions::default() };
    let bench = Bench::start(options).await;
    let organisations = organisations(&bench.partner(System::OneIdSandbox).await).await;
    assert_eq!(organisations.len(), 2001);
    assert_eq!(depth(&organisations), 5, "a parent comes before its children, twelve to each");
    let production = bench.partner(System::OneIdProduction).await;
    assert_eq!(production.get("/v1/organisations").await.body.as_array().map(Vec::len), Some(1));
}

/// A sandbox with generated organisations and clients alone.
async fn generated(organisations: usize, clients: usize) -> Bench {
    let (generated_organisations, generated_clients) = (Some(organisations), Some(clients));
    let empty = SandboxOptions { seed_data: false, ..SandboxOptions::default() };
    Bench::start(SandboxOptions { generated_organisations, generated_clients, ..empty }).await
}

#[tokio::test]
async fn a_generated_partner_has_as_many_clients_as_were_asked_for_and_passes_the_rules() {
    let bench = generated(200, 1_500).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let (organisations, clients) = (organisations(&partner).await, clients(&partner).await);
    assert_eq!((organisations.len(), clients.len()), (201, 1_500));
    let saved = organisations.into_iter().map(|one| ("organisations", one));
    for (kind, object) in saved.chain(clients.into_iter().map(|one| ("clients", one))) {
        let path = format!("/v1/{kind}/{}", object.id());
        assert_eq!(partner.get(&path).await.body, object);
        let answer = partner.put(&path, object.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &object), "{}", answer.text);
    }
}

#[tokio::test]
async fn what_is_changed_of_a_generated_partner_is_kept_until_the_reset() {
    let bench = generated(200, 1_500).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let before = organisations(&partner).await;
    let mut organisation = before[3].clone();
    let path = format!("/v1/organisations/{}/clients", organisation.id());
    let clients_before = partner.get(&path).await.body;
    let mut client = clients_before[0].clone();
    (organisation["name"], client["name"]) = ("Renamed".into(), "renamed".into());
    (organisation["parent_id"], client["return_urls"]) = (before[0]["id"].clone(), Value::Array(Vec::new()));
    assert_eq!(
        partner.put(&format!("/v1/organisations/{}", organisation.id()), organisation.clone()).await.status,
        200
    );
    assert_eq!(partner.put(&format!("/v1/clients/{}", client.id()), client.clone()).await.status, 200);
    let created = partner.post(&path, serde_json::json!({"name": "a new one"})).await.body.id();
    let below = serde_json::json!({"name": "Below", "parent_id": organisation.id(), "allowed_products": []});
    let below = partner.organisation(below).await;

    let after = organisations(&partner).await;
    assert_eq!((after.len(), &after[3], after[201].id()), (202, &organisation, below));
    assert_eq!((&after[..3], &after[4..201]), (&before[..3], &before[4..]), "nothing else has changed");
    let clients_after = partner.get(&path).await.body;
    let count = clients_before.as_array().map_or(0, Vec::len);
    assert_eq!((&clients_after[0], clients_after[count].id()), (&client, created));

    bench.sandbox.reset();
    assert_eq!(organisations(&partner).await, before);
    assert_eq!(partner.get(&path).await.body, clients_before);
}

#[tokio::test]
async fn a_generated_organisation_does_not_move_below_itself() {
    let bench = generated(200, 0).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let organisations = organisations(&partner).await;
    let is_deep = |one: &&Value| one["name"] == "Tower Holdings, level 003";
    let deep = organisations.iter().find(is_deep).expect("it is there");
    let parent_id = deep["parent_id"].as_str().expect("a parent").to_owned();
    let parent = organisations.iter().find(|one| one.id() == parent_id).expect("it is there");
    let mut moved = parent.clone();
    moved["parent_id"] = deep["id"].clone();
    partner.put(&format!("/v1/organisations/{parent_id}"), moved).await.assert_refuses("parent_id");
}

#[tokio::test]
async fn a_long_list_is_sent_in_pieces_and_a_short_one_at_once() {
    let bench = generated(10_000, 100_000).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let long = partner.get("/v1/organisations").await;
    assert_eq!(long.body.as_array().map(Vec::len), Some(10_001));
    assert_eq!(
        (long.headers["transfer-encoding"].as_bytes(), long.headers.get("content-length")),
        (&b"chunked"[..], None)
    );
    let ids: HashSet<_> = long.body.as_array().into_iter().flatten().map(super::Id::id).collect();
    assert_eq!(ids.len(), 10_001);
    let largest = partner.get(&format!("/v1/organisations/{}/clients", long.body[1].id())).await;
    assert_eq!(largest.body.as_array().map(Vec::len), Some(5_000));
    let short = partner.get(&format!("/v1/organisations/{}/clients", partner.root().await)).await;
    assert_eq!((short.text.as_str(), short.headers["content-length"].as_bytes()), ("[]", &b"2"[..]));
}
