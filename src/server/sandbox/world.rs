//! Everything that a running sandbox remembers, and the router over it.

use std::sync::Arc;

use axum::{
    Router,
    http::{Method, StatusCode},
    middleware,
    routing::post,
};
use serde_json::Value;

use super::{
    Fault, FaultKind, SandboxOptions, System, answers, bearer, control, faults::ActiveFaults, issuer::Issuer,
    journal::Journal, systems::Emulator, token_endpoint,
};

/// The systems of one sandbox with their faults and journal.
pub(crate) struct World {
    systems: Vec<SystemState>,
    demo_faults: bool,
    pub(crate) faults: ActiveFaults,
    pub(crate) journal: Journal,
}

/// One system at work.
pub(crate) struct SystemState {
    pub(crate) system: System,
    pub(crate) issuer: Arc<Issuer>,
    emulator: Arc<dyn Emulator>,
}

impl World {
    pub(crate) fn new(options: &SandboxOptions) -> Self {
        let world = Self {
            systems: System::ALL
                .into_iter()
                .map(|system| SystemState {
                    system,
                    issuer: Arc::new(Issuer::new(system, options)),
                    emulator: (system.row().build)(options),
                })
                .collect(),
            demo_faults: options.demo_faults,
            faults: ActiveFaults::default(),
            journal: Journal::default(),
        };
        world.inject_demo_faults();
        world
    }

    pub(crate) fn systems(&self) -> &[SystemState] {
        &self.systems
    }

    /// Takes a fault into the book and numbers it; an expiry of tokens happens here and now.
    pub(crate) fn inject(&self, fault: Fault) -> u64 {
        if fault.kind == FaultKind::ExpireTokens {
            for state in self.systems.iter().filter(|state| state.system == fault.system) {
                state.issuer.forget_tokens();
            }
        } else {
            self.faults.add(fault);
        }
        self.faults.next_id()
    }

    /// Puts data and faults back as they were at the start; tokens and journal stay.
    pub(crate) fn reset(&self) {
        for state in &self.systems {
            state.emulator.reset();
        }
        self.faults.clear(None);
        self.inject_demo_faults();
    }

    /// The messages that one system has accepted, oldest first.
    pub(crate) fn messages(&self, system: System) -> Vec<Value> {
        self.systems.iter().filter(|state| state.system == system).flat_map(|state| state.emulator.messages()).collect()
    }

    /// Every system under its prefix, and the control API.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        self.systems
            .iter()
            .fold(Router::new(), |router, state| router.nest(&format!("/{}", state.system), state.router()))
            .nest("/_sandbox", control::router(Arc::clone(self)))
            .fallback(answers::not_found)
    }

    /// One connection of the demonstration does not work: its API is down behind a proxy.
    fn inject_demo_faults(&self) {
        if self.demo_faults {
            let down = FaultKind::Status {
                status: StatusCode::SERVICE_UNAVAILABLE,
                body: Some("<html><h1>503 Service Unavailable</h1></html>".to_owned()),
                content_type: None,
            };
            self.inject(Fault::new(System::Bookings, down).on(&Method::GET, "/api/bookings"));
        }
    }
}

impl SystemState {
    fn router(&self) -> Router {
        let check = middleware::from_fn_with_state(Arc::clone(&self.issuer), bearer::require);
        let resources = Arc::clone(&self.emulator).routes().route_layer(check);
        Router::new()
            .route(self.issuer.row.dialect.path, post(token_endpoint::grant))
            .with_state(Arc::clone(&self.issuer))
            .merge(resources)
            .merge(Arc::clone(&self.emulator).open_routes())
            .method_not_allowed_fallback(answers::method_not_allowed)
    }
}
