//! What the Partner API accepts in a request body, and how it refuses the rest.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::Url;

use super::{
    Environment,
    object::{Object, text_of},
    store::Store,
};

/// Why a request was not carried out.
#[derive(Debug)]
pub(super) enum Refusal {
    /// 400: the member `field` breaks a rule.
    Field { field: String, problem: String },
    /// 400: the body is JSON, but no object.
    NotAnObject,
    /// 404: what the path names does not exist.
    NotFound(&'static str),
}

impl Refusal {
    fn field(field: &str, problem: impl Into<String>) -> Self {
        Self::Field { field: field.to_owned(), problem: problem.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::Field { field, problem } => (
                StatusCode::BAD_REQUEST,
                json!({
                    "error": "invalid_request",
                    "error_description": format!("{field} {problem}"),
                    "field": field,
                }),
            ),
            Self::NotAnObject => (
                StatusCode::BAD_REQUEST,
                json!({
                    "error": "invalid_request",
                    "error_description": "The body must be a JSON object",
                }),
            ),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, json!({ "message": format!("{what} not found") })),
        };
        (status, Json(body)).into_response()
    }
}

/// What a member must hold.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Flag,
    Texts,
}

/// The members of an organisation (seed 003), besides `id`.
const ORGANISATION: &[(&str, Kind)] = &[
    ("parent_id", Kind::Text),
    ("name", Kind::Text),
    ("enable_custom_logo", Kind::Flag),
    ("allowed_scopes", Kind::Texts),
    ("allowed_products", Kind::Texts),
    ("allowed_provider_groups", Kind::Texts),
    ("has_production_access", Kind::Flag),
    ("enabled", Kind::Flag),
];

/// The members of a client (seed 003), besides `id` and `secret`.
const CLIENT: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("token_signing_algorithm", Kind::Text),
    ("additional_scopes", Kind::Texts),
    ("required_scopes", Kind::Texts),
    ("return_urls", Kind::Texts),
    ("allowed_provider_groups", Kind::Texts),
    ("is_production", Kind::Flag),
    ("selected_product", Kind::Text),
    ("enabled", Kind::Flag),
];

const SIGNING_ALGORITHMS: [&str; 3] = ["PS256", "ES384", "ES512"];

/// The members of a request body without those that the server generates.
pub(super) fn body_of(value: Value) -> Result<Object, Refusal> {
    let Value::Object(mut body) = value else {
        return Err(Refusal::NotAnObject);
    };
    body.shift_remove("id");
    body.shift_remove("secret");
    Ok(body)
}

/// Checks an organisation whose parent has been settled; the root alone has none.
pub(super) fn check_organisation(store: &Store, id: Option<&str>, body: &Object) -> Result<(), Refusal> {
    check_kinds(body, ORGANISATION)?;
    check_name(body)?;
    let parent = text_of(body, "parent_id");
    if let Some(parent) = parent {
        check_parent(store, id, parent)?;
    }
    let own = texts_of(&store.root(), "allowed_products");
    for product in texts_of(body, "allowed_products") {
        if !own.contains(&product) {
            let problem = format!("may not contain {product:?}: it is not one of yours");
            return Err(Refusal::field("allowed_products", problem));
        }
    }
    // The root is attached to nothing but itself: it keeps the access that it has.
    let attached = parent.or(id);
    let wants_production = flag_of(body, "has_production_access");
    if wants_production && attached.is_some_and(|attached| !has_production_access(store, attached)) {
        let problem = "may be true only if the parent organisation has production access";
        return Err(Refusal::field("has_production_access", problem));
    }
    Ok(())
}

/// Checks a client of the organisation `owner`.
pub(super) fn check_client(store: &Store, environment: Environment, owner: &str, body: &Object) -> Result<(), Refusal> {
    check_kinds(body, CLIENT)?;
    check_name(body)?;
    if let Some(algorithm) = text_of(body, "token_signing_algorithm")
        && !SIGNING_ALGORITHMS.contains(&algorithm)
    {
        let problem = "must be one of PS256, ES384 and ES512";
        return Err(Refusal::field("token_signing_algorithm", problem));
    }
    if let Some(product) = text_of(body, "selected_product")
        && !products_of(store, owner).iter().any(|own| own == product)
    {
        let problem = "must be one of the organisation's products";
        return Err(Refusal::field("selected_product", problem));
    }
    for url in texts_of(body, "return_urls") {
        check_return_url(environment, &url)?;
    }
    if flag_of(body, "is_production") && !has_production_access(store, owner) {
        let problem = "may be true only if the organisation has production access";
        return Err(Refusal::field("is_production", problem));
    }
    Ok(())
}

fn check_kinds(body: &Object, members: &[(&str, Kind)]) -> Result<(), Refusal> {
    for (name, kind) in members {
        let Some(value) = body.get(*name) else {
            continue;
        };
        let (fits, problem) = match kind {
            Kind::Text => (value.is_string(), "must be a string"),
            Kind::Flag => (value.is_boolean(), "must be a boolean"),
            Kind::Texts => (
                value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
                "must be an array of strings",
            ),
        };
        if !fits {
            return Err(Refusal::field(name, problem));
        }
    }
    Ok(())
}

fn check_name(body: &Object) -> Result<(), Refusal> {
    match text_of(body, "name").map(str::trim) {
        None => Err(Refusal::field("name", "is required")),
        Some("") => Err(Refusal::field("name", "must not be blank")),
        Some(_) => Ok(()),
    }
}

fn check_parent(store: &Store, id: Option<&str>, parent: &str) -> Result<(), Refusal> {
    if !store.has_organisation(parent) {
        return Err(Refusal::field("parent_id", "names no organisation"));
    }
    if id.is_some_and(|id| store.lineage(parent).any(|ancestor| ancestor == id)) {
        let problem = "may not name the organisation itself or one below it";
        return Err(Refusal::field("parent_id", problem));
    }
    Ok(())
}

/// Absolute and https; the sandbox takes plain http from a developer's own machine.
fn check_return_url(environment: Environment, text: &str) -> Result<(), Refusal> {
    let Ok(url) = Url::parse(text) else {
        let problem = format!("must hold absolute URLs: {text:?} is none");
        return Err(Refusal::field("return_urls", problem));
    };
    let local = environment == Environment::Sandbox
        && url.scheme() == "http"
        && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "https" || local {
        Ok(())
    } else {
        let problem = format!("must use https: {text:?} does not");
        Err(Refusal::field("return_urls", problem))
    }
}

/// The products of an organisation: its own, or else those of the nearest one above that has any.
fn products_of(store: &Store, id: &str) -> Vec<String> {
    store
        .lineage(id)
        .filter_map(|id| store.organisation(&id))
        .find(|organisation| organisation.contains_key("allowed_products"))
        .map(|organisation| texts_of(&organisation, "allowed_products"))
        .unwrap_or_default()
}

fn has_production_access(store: &Store, id: &str) -> bool {
    store.organisation(id).is_some_and(|organisation| flag_of(&organisation, "has_production_access"))
}

fn flag_of(object: &Object, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn texts_of(object: &Object, name: &str) -> Vec<String> {
    let items = object.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
