//! The OneID Partner API (seed 003), once per environment, each with its own organisations.

mod catalogue;
mod clients;
mod generated;
mod journeys;
mod listing;
mod object;
mod organisations;
mod rules;
mod sample;
mod store;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::{Router, routing::get};

use self::{journeys::Journeys, store::Store};
use super::{
    SandboxOptions,
    issuer::{self, Dialect, Encoding},
    lock,
    systems::{Emulator, Row},
};

/// The sandbox environment.
pub(crate) static SANDBOX: Row = Row {
    prefix: "oneid-sandbox",
    connection: "sandbox",
    kind: "oneid",
    environment: "sandbox",
    integration_id: None,
    probe: Some("/v1/organisations"),
    has_journeys: true,
    client_id: "0b5b0a6e-3a0c-4b0e-9d5c-5e1f7c2a9d41",
    dialect: DIALECT,
    build: |options| Arc::new(OneId::new(Environment::Sandbox, options)),
};

/// The production environment; credentials work in one environment only.
pub(crate) static PRODUCTION: Row = Row {
    prefix: "oneid-production",
    connection: "production",
    kind: "oneid",
    environment: "production",
    integration_id: None,
    probe: Some("/v1/organisations"),
    has_journeys: true,
    client_id: "7d1c3f52-88e4-4f6b-a1d0-2b94c6e0f713",
    dialect: DIALECT,
    build: |options| Arc::new(OneId::new(Environment::Production, options)),
};

/// Seed 003: 24 hours, form-encoded; the vendor's reference has HTTP Basic instead.
const DIALECT: Dialect = Dialect {
    path: "/v1/token",
    encoding: Encoding::Form,
    basic: true,
    scope: None,
    lifetime: 86_400,
    algorithm: "PS256",
    claims: issuer::plain_claims,
    extras: issuer::no_extras,
};

/// Where the two environments differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Environment {
    Sandbox,
    Production,
}

impl Environment {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }
}

/// One environment of the Partner API.
pub(crate) struct OneId {
    environment: Environment,
    secret_on_get: bool,
    start: Start,
    store: Mutex<Store>,
    journeys: Journeys,
}

/// What the store holds at the start.
#[derive(Debug, Clone, Copy)]
struct Start {
    seed_data: bool,
    organisations: usize,
    /// How many the generated organisations have altogether.
    clients: Option<usize>,
}

impl OneId {
    fn new(environment: Environment, options: &SandboxOptions) -> Self {
        let organisations = match environment {
            Environment::Sandbox => options.generated_organisations.unwrap_or(0),
            Environment::Production => 0,
        };
        let start = Start { seed_data: options.seed_data, organisations, clients: options.generated_clients };
        let store = Mutex::new(fill(environment, start));
        Self { environment, secret_on_get: options.secret_on_get, start, store, journeys: Journeys::default() }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }
}

/// The store as it is at the start.
fn fill(environment: Environment, start: Start) -> Store {
    let mut store = sample::store(environment, start.seed_data);
    store.generate(start.organisations, start.clients);
    store
}

impl Emulator for OneId {
    fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/v1/organisations", get(organisations::list).post(organisations::create))
            .route("/v1/organisations/{id}", get(organisations::read).put(organisations::replace))
            .route("/v1/organisations/{id}/clients", get(clients::list).post(clients::create))
            .route("/v1/clients/{id}", get(clients::read).put(clients::replace))
            .with_state(self)
    }

    fn open_routes(self: Arc<Self>) -> Router {
        journeys::routes().with_state(self)
    }

    fn reset(&self) {
        *self.store() = fill(self.environment, self.start);
    }
}
