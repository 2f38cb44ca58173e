//! `/v1/organisations/:id/clients` and `/v1/clients`: list, create, read, replace.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use super::{
    OneId, listing,
    object::{Object, with_id},
    rules::{self, Refusal},
};
use crate::server::sandbox::answers::JsonBody;

const NO_ORGANISATION: Refusal = Refusal::NotFound("Organisation");
const NO_CLIENT: Refusal = Refusal::NotFound("Client");

pub(super) async fn list(
    State(oneid): State<Arc<OneId>>,
    Path(organisation): Path<String>,
) -> Result<Response, Refusal> {
    if !oneid.store().has_organisation(&organisation) {
        return Err(NO_ORGANISATION);
    }
    let with_secret = oneid.secret_on_get;
    Ok(listing::answer(oneid, move |store, place, to| store.write_client_at(&organisation, place, with_secret, to)))
}

/// The one answer that always shows the generated secret.
pub(super) async fn create(
    State(oneid): State<Arc<OneId>>,
    Path(organisation): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let mut store = oneid.store();
    if !store.has_organisation(&organisation) {
        return Err(NO_ORGANISATION);
    }
    let body = rules::body_of(body)?;
    rules::check_client(&store, oneid.environment, &organisation, &body)?;
    let id = Uuid::new_v4().to_string();
    let secret = client_secret();
    let mut client = with_id(&id, body);
    store.add_client(&organisation, &id, &client, secret.clone());
    client.insert("secret".to_owned(), secret.into());
    Ok((StatusCode::CREATED, Json(client)).into_response())
}

pub(super) async fn read(State(oneid): State<Arc<OneId>>, Path(id): Path<String>) -> Result<Json<Object>, Refusal> {
    oneid.store().client(&id, oneid.secret_on_get).map(Json).ok_or(NO_CLIENT)
}

/// The body becomes the client; its secret and its organisation stay.
pub(super) async fn replace(
    State(oneid): State<Arc<OneId>>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Object>, Refusal> {
    let mut store = oneid.store();
    let owner = store.owner(&id).ok_or(NO_CLIENT)?;
    let body = rules::body_of(body)?;
    rules::check_client(&store, oneid.environment, &owner, &body)?;
    store.replace_client(&id, &with_id(&id, body));
    store.client(&id, oneid.secret_on_get).map(Json).ok_or(NO_CLIENT)
}

/// 256 random bits in letters of which some have to be encoded in an `Authorization` header (RFC 6749 §2.3.1).
fn client_secret() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}
