//! `/v1/organisations`: list, create, read, replace.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{
    OneId, listing,
    object::{Object, text_of, with_id},
    rules::{self, Refusal},
    store::Store,
};
use crate::server::sandbox::answers::JsonBody;

const NOT_FOUND: Refusal = Refusal::NotFound("Organisation");

/// Every organisation, the partner's own first; there is no paging.
pub(super) async fn list(State(oneid): State<Arc<OneId>>) -> Response {
    listing::answer(oneid, Store::write_organisation_at)
}

/// Seed 003: products that are not supplied default to those of the caller's organisation.
pub(super) async fn create(State(oneid): State<Arc<OneId>>, JsonBody(body): JsonBody) -> Result<Response, Refusal> {
    let mut body = rules::body_of(body)?;
    let mut store = oneid.store();
    let root = store.root();
    for (member, of_root) in [("parent_id", "id"), ("allowed_products", "allowed_products")] {
        if let (false, Some(default)) = (body.contains_key(member), root.get(of_root)) {
            body.insert(member.to_owned(), default.clone());
        }
    }
    rules::check_organisation(&store, None, &body)?;
    let id = Uuid::new_v4().to_string();
    let organisation = with_id(&id, body);
    store.put_organisation(&id, &organisation);
    Ok((StatusCode::CREATED, Json(organisation)).into_response())
}

pub(super) async fn read(State(oneid): State<Arc<OneId>>, Path(id): Path<String>) -> Result<Json<Object>, Refusal> {
    oneid.store().organisation(&id).map(Json).ok_or(NOT_FOUND)
}

/// The body becomes the organisation. Only the place in the tree stays when the body does not
/// name a parent, as in the guide's own example (seed 003).
pub(super) async fn replace(
    State(oneid): State<Arc<OneId>>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Object>, Refusal> {
    let mut store = oneid.store();
    let current = store.organisation(&id).ok_or(NOT_FOUND)?;
    let mut body = rules::body_of(body)?;
    if let (false, Some(parent)) = (body.contains_key("parent_id"), text_of(&current, "parent_id")) {
        body.insert("parent_id".to_owned(), parent.into());
    }
    rules::check_organisation(&store, Some(&id), &body)?;
    let organisation = with_id(&id, body);
    store.put_organisation(&id, &organisation);
    Ok(Json(organisation))
}
