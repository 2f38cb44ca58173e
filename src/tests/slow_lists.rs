//! A partner on a slow line: a list may take longer than any other call, as long as it keeps arriving.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures::{StreamExt as _, stream};
use partner_dashboard::domain::failure::FailureKind;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::server::oneid::PartnerApi;
use tokio::time::interval;

use crate::support::PartnerServer;

/// How long the client of these tests waits for a whole object, and for the next part of a list.
const PATIENCE: Duration = Duration::from_millis(900);
/// A part comes well within the patience; all of them take twice as long.
const PART_EVERY: Duration = Duration::from_millis(180);
const PARTS: usize = 10;

/// A JSON text in parts, one after the other.
fn in_parts(parts: Vec<String>) -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((parts.into_iter(), interval(PART_EVERY)), |(mut parts, mut ticks)| async {
        ticks.tick().await;
        parts.next().map(|part| (Ok(Bytes::from(part)), (parts, ticks)))
    })
}

async fn organisations() -> Body {
    let entry = |number: usize| format!(r#"{}{{"id":"o-{number}"}}"#, if number == 0 { "[" } else { "," });
    Body::from_stream(in_parts((0..PARTS).map(entry).chain(["]".to_owned()]).collect()))
}

/// The first part of a list, and then nothing.
async fn clients() -> Body {
    let first = stream::iter([Ok::<_, Infallible>(Bytes::from(r#"[{"id":"c-1"}"#))]);
    Body::from_stream(first.chain(stream::pending()))
}

async fn organisation() -> Body {
    let members = (0..PARTS).map(|number| format!(r#","member_{number}":{number}"#));
    let parts = [r#"{"id":"o-1""#.to_owned()].into_iter().chain(members).chain(["}".to_owned()]);
    Body::from_stream(in_parts(parts.collect()))
}

async fn slow_partner() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/v1/organisations", get(organisations))
        .route("/v1/organisations/{id}", get(organisation))
        .route("/v1/organisations/{id}/clients", get(clients));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn a_list_that_keeps_arriving_is_read_to_its_end_and_an_object_is_given_up() {
    let server = PartnerServer::start().await;
    let api = server.impatient_api(&format!("http://{}/", slow_partner().await), PATIENCE);
    let (list, object) = tokio::join!(api.list_organisations(), api.get(ObjectKind::Organisation, "o-1"));
    assert_eq!(list.unwrap().items.len(), PARTS);
    assert_eq!(object.unwrap_err().kind, FailureKind::TimedOut);
}

#[tokio::test]
async fn a_list_that_stops_arriving_is_given_up_as_soon_as_any_call() {
    let server = PartnerServer::start().await;
    let api = server.impatient_api(&format!("http://{}/", slow_partner().await), PATIENCE);
    let list = tokio::time::timeout(Duration::from_secs(30), api.list_clients("o-1")).await;
    assert_eq!(list.expect("long before the two minutes of a list").unwrap_err().kind, FailureKind::TimedOut);
}
