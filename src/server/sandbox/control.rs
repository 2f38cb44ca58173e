//! The control API, `/_sandbox/…`: faults, journal, messages and reset for tests over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Fault, ReceivedRequest, System,
    answers::{self, JsonBody},
    world::World,
};

/// Which systems an operation is about; all when absent.
#[derive(Deserialize)]
struct Scope {
    system: Option<System>,
}

#[derive(Deserialize)]
struct OneSystem {
    system: System,
}

pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/faults", post(inject).delete(clear_faults))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/messages", get(messages))
        .route("/reset", post(reset))
        .method_not_allowed_fallback(answers::method_not_allowed)
        .with_state(world)
}

async fn inject(State(world): State<Arc<World>>, JsonBody(body): JsonBody) -> Response {
    match serde_json::from_value::<Fault>(body) {
        Ok(fault) => {
            let id = world.inject(fault);
            (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
        }
        Err(error) => answers::invalid_request(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear_faults(State(world): State<Arc<World>>, Query(scope): Query<Scope>) -> StatusCode {
    world.faults.clear(scope.system);
    StatusCode::NO_CONTENT
}

async fn requests(State(world): State<Arc<World>>, Query(scope): Query<Scope>) -> Json<Vec<ReceivedRequest>> {
    Json(world.journal.read(scope.system))
}

async fn clear_requests(State(world): State<Arc<World>>, Query(scope): Query<Scope>) -> StatusCode {
    world.journal.clear(scope.system);
    StatusCode::NO_CONTENT
}

async fn messages(State(world): State<Arc<World>>, Query(OneSystem { system }): Query<OneSystem>) -> Json<Vec<Value>> {
    Json(world.messages(system))
}

async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}
