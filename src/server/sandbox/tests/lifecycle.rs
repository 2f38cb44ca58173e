//! Starting, stopping and describing a sandbox.

use std::{io::ErrorKind, net::SocketAddr};

use super::{Bench, anywhere};
use crate::server::sandbox::{Sandbox, SandboxOptions, System};

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Sandbox::start(everywhere, SandboxOptions::default()).await;
    let error = refused.err().expect("a refusal");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("loopback"), "{error}");
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_address_and_its_connections() {
    let bench = Bench::empty().await;
    bench.request_token(System::OneIdSandbox).await;
    let (url, address) = (bench.control("/requests"), bench.sandbox.address());
    bench.sandbox.stop().await;
    assert!(bench.http.get(&url).send().await.is_err());
    let again = Sandbox::start(address, SandboxOptions::default()).await.expect("the same address");
    assert_eq!(again.address(), address);
}

#[tokio::test]
async fn a_dropped_sandbox_answers_no_more() {
    let bench = Bench::empty().await;
    let url = bench.control("/requests");
    drop(bench.sandbox);
    // The task ends the next time that the runtime turns to it.
    tokio::task::yield_now().await;
    assert!(bench.http.get(&url).send().await.is_err());
}

#[tokio::test]
async fn the_description_names_a_connection_per_system() {
    let bench = Bench::empty().await;
    let description = bench.sandbox.description();
    let json = serde_json::to_value(&description).expect("JSON");
    assert_eq!(json["address"], bench.sandbox.address().to_string());
    let names: Vec<_> = description.connections.iter().map(|connection| connection.name).collect();
    assert_eq!(names, ["sandbox", "production", "oneconnect", "oneio-qa", "oneio-prod", "bookings", "share-now"]);
    let first = &json["connections"][0];
    let base_url = format!("http://{}/oneid-sandbox", bench.sandbox.address());
    assert_eq!((&first["kind"], &first["environment"]), (&"oneid".into(), &"sandbox".into()));
    assert_eq!(first["base_url"], base_url);
    assert_eq!(first["token_url"], format!("{base_url}/v1/token"));
    assert_eq!(first.get("scope"), None);
}

#[tokio::test]
async fn client_secrets_are_random_unless_fixed() {
    let fixed = SandboxOptions { fixed_secret: Some("known".to_owned()), ..SandboxOptions::default() };
    let fixed = Sandbox::start(anywhere(), fixed).await.expect("a sandbox");
    let bench = Bench::empty().await;
    let mut secrets: Vec<_> = System::ALL.map(|system| bench.connection(system).client_secret).into_iter().collect();
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), System::ALL.len());
    assert!(fixed.description().connections.iter().all(|connection| connection.client_secret == "known"));
}
