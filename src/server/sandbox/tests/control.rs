//! The control API over HTTP.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Bench};
use crate::server::sandbox::{Fault, FaultKind, ReceivedRequest, SandboxOptions, System, journal::Journal};

const PATH: &str = "/v1/organisations";

async fn inject(bench: &Bench, fault: Value) -> Answer {
    bench.send(bench.http.post(bench.control("/faults")).json(&fault)).await
}

#[tokio::test]
async fn faults_are_injected_numbered_and_cleared_by_system() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let fault = |system| json!({ "system": system, "method": "GET", "path": PATH, "kind": { "status": 503 } });
    let first = inject(&bench, fault("oneid-sandbox")).await;
    let second = inject(&bench, fault("oneid-production")).await;
    assert_eq!((first.status, &first.body), (201, &json!({ "id": 1 })));
    assert_eq!(second.body, json!({ "id": 2 }));
    let clear = |query: &str| bench.http.delete(bench.control(&format!("/faults{query}")));
    assert_eq!(bench.send(clear("?system=oneid-production")).await.status, 204);
    assert_eq!(partner.get(PATH).await.status, 503);
    assert_eq!(bench.send(clear("")).await.status, 204);
    assert_eq!(partner.get(PATH).await.status, 200);
}

#[tokio::test]
async fn every_kind_of_fault_has_a_json_form() {
    let bench = Bench::empty().await;
    let kinds = [
        json!({ "latency_ms": 0 }),
        json!({ "status": 503 }),
        json!({ "status": 503, "body": "<html>", "content_type": "text/html" }),
        json!("drop"),
        json!("drop_after"),
        json!("malformed"),
        json!("truncate"),
        json!("expire_tokens"),
    ];
    for kind in kinds {
        let answer = inject(&bench, json!({ "system": "oneconnect", "kind": kind, "times": 1 })).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.text);
    }
}

#[test]
fn a_fault_survives_the_way_to_json_and_back() {
    let kinds = [
        FaultKind::Latency(Duration::from_millis(250)),
        FaultKind::status(StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Drop,
        FaultKind::DropAfter,
        FaultKind::Malformed,
        FaultKind::Truncate,
        FaultKind::ExpireTokens,
    ];
    for kind in kinds {
        let fault = Fault::new(System::ShareNow, kind).times(2);
        let text = serde_json::to_string(&fault).expect("JSON");
        assert_eq!(serde_json::from_str::<Fault>(&text).expect("a fault"), fault, "{text}");
    }
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_refused() {
    let bench = Bench::empty().await;
    let faults = [
        json!({ "system": "nobody", "kind": "drop" }),
        json!({ "system": "oneconnect", "kind": "explode" }),
        json!({ "system": "oneconnect", "kind": { "status": 99 } }),
        json!({ "system": "oneconnect", "kind": { "latency_ms": 1, "status": 503 } }),
        json!({ "system": "oneconnect", "kind": "drop", "tims": 1 }),
        json!({ "kind": "drop" }),
    ];
    for fault in faults {
        let answer = inject(&bench, fault).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_request")));
    }
}

#[tokio::test]
async fn the_journal_counts_requests_and_holds_no_secret() {
    let bench = Bench::empty().await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let answer = partner.get(&format!("{PATH}?page=1")).await;
    bench.request_token(System::OneConnect).await;
    let journal = |query: &str| bench.http.get(bench.control(&format!("/requests{query}")));
    let read = bench.send(journal("?system=oneid-sandbox")).await;
    let entries = read.body.as_array().expect("a list");
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["path"], "/v1/token");
    assert_eq!(entries[0]["token"], Value::Null);
    assert_eq!((&entries[1]["method"], &entries[1]["path"]), (&json!("GET"), &json!(PATH)));
    assert_eq!((&entries[1]["id"], &entries[1]["status"]), (&json!(2), &json!(200)));
    assert_eq!(entries[1]["request_id"], answer.headers["x-request-id"].to_str().expect("text"));
    assert_eq!(entries[1]["token"].as_str().map(str::len), Some(12));
    assert!(!read.text.contains(&partner.token));
    assert!(!read.text.contains(&bench.connection(System::OneIdSandbox).client_secret));
    assert_eq!(bench.sandbox.requests().len(), 3);
    assert_eq!(bench.send(bench.http.delete(bench.control("/requests"))).await.status, 204);
    assert_eq!(bench.send(journal("")).await.body, json!([]));
}

#[test]
fn a_full_journal_lets_its_oldest_entries_go() {
    let journal = Journal::default();
    for _ in 0..10_001 {
        journal.open(ReceivedRequest {
            id: 0,
            system: System::OneConnect,
            method: "GET".to_owned(),
            path: "/v1/health".to_owned(),
            status: None,
            token: None,
            request_id: String::new(),
        });
    }
    journal.close(1, StatusCode::OK);
    journal.close(2, StatusCode::NO_CONTENT);
    let entries = journal.read(None);
    assert_eq!((entries.len(), entries[0].id, entries[0].status), (10_000, 2, Some(204)));
}

#[tokio::test]
async fn reset_restores_the_sample_data_and_keeps_tokens() {
    let bench = Bench::start(SandboxOptions::default()).await;
    let partner = bench.partner(System::OneIdSandbox).await;
    let before = partner.get(PATH).await.text;
    partner.organisation(json!({ "name": "Kestrel" })).await;
    inject(&bench, json!({ "system": "oneid-sandbox", "kind": { "status": 503 } })).await;
    assert_eq!(bench.send(bench.http.post(bench.control("/reset"))).await.status, 204);
    assert_eq!(partner.get(PATH).await.text, before);
}

#[tokio::test]
async fn paths_that_lead_nowhere_and_methods_that_do_not_fit_are_told_in_json() {
    let bench = Bench::empty().await;
    let lost = bench.send(bench.http.get(bench.control("/nowhere"))).await;
    let wrong = bench.send(bench.http.get(bench.control("/reset"))).await;
    assert_eq!((lost.status, wrong.status), (404, 405));
    assert!(lost.body["message"].is_string() && wrong.body["message"].is_string());
}
