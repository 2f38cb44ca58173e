//! A partner that sends far too much. Its answers are made up while they are sent, so they take no memory here.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::stream;
use serde_json::json;

/// What it can send instead of a list of organisations, by the first segment of its address.
pub const LIES: [&str; 5] = ["ones", "objects", "entries", "nested", "endless"];
/// How long such an answer is, in bytes.
const LENGTH: usize = 63 * 1024 * 1024;
/// The organisations of `crowd`, and the clients of each.
const CROWD: usize = 10_000;
/// The organisations of `healthy`.
const FEW: usize = 50;

/// Starts it; it ends with the test.
pub async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/{lie}/v1/token", post(token))
        .route("/{lie}/v1/organisations", get(organisations))
        .route("/{lie}/v1/organisations/{id}/clients", get(clients));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn token() -> Response {
    Json(json!({"access_token": "t", "token_type": "Bearer", "expires_in": 86_400})).into_response()
}

async fn organisations(Path(lie): Path<String>) -> Body {
    match lie.as_str() {
        "ones" => repeated("[1", ",1"),
        "objects" => repeated("[{}", ",{}"),
        "entries" => repeated(r#"[{"id":1}"#, r#",{"id":1}"#),
        "nested" => repeated("[", "["),
        "endless" => repeated(r#"[{"id":""#, "x"),
        "crowd" => list(CROWD, |number| format!(r#"{{"id":"o-{number}","name":"Organisation {number}"}}"#)),
        _ => list(FEW, |number| format!(r#"{{"id":"o-{number}","name":"Organisation {number}"}}"#)),
    }
}

async fn clients(Path((lie, id)): Path<(String, String)>) -> Body {
    let count = if lie == "crowd" { CROWD } else { 1 };
    list(count, move |number| format!(r#"{{"id":"{id}-c-{number}","name":"till {number}","enabled":true}}"#))
}

/// A beginning, and then the same again and again.
fn repeated(start: &'static str, unit: &str) -> Body {
    let piece = Bytes::from(unit.repeat(64 * 1024 / unit.len()));
    let count = LENGTH / piece.len();
    let pieces = std::iter::once(Bytes::from(start)).chain(std::iter::repeat_n(piece, count));
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}

fn list(count: usize, entry: impl Fn(usize) -> String + Send + 'static) -> Body {
    const AT_ONCE: usize = 500;
    let pieces = (0..count.div_ceil(AT_ONCE)).map(move |piece| {
        let last = ((piece + 1) * AT_ONCE).min(count);
        let entries: Vec<String> = (piece * AT_ONCE..last).map(&entry).collect();
        let (start, end) = (if piece == 0 { "[" } else { "," }, if last == count { "]" } else { "" });
        Ok::<_, Infallible>(Bytes::from([start, &entries.join(","), end].concat()))
    });
    Body::from_stream(stream::iter(pieces))
}
