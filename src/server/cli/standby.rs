//! A replica on standby: it waits until no other one is active, and says so to whoever watches it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;

use super::{Failure, with_causes};
use crate::server::config::{Config, Listen};
use crate::server::listener::{Bound, Deadlines, Listener};
use crate::server::router;
use crate::server::state::AppState;
use crate::server::storage::Leadership;

/// Connections to the operations' listener: a few monitors ask it.
const CONNECTIONS: usize = 32;

/// Waits until this replica is the active one; `None` where there can be no other, as with SQLite.
pub(super) async fn lead(config: &Config) -> Result<Option<Leadership>, Failure> {
    if !config.database.is_postgres() {
        return Ok(None);
    }
    let standby = || tracing::info!("on standby: another replica is active. This one takes over when that ends");
    let leadership = Leadership::take(config.database.expose(), standby).await;
    leadership.map(Some).map_err(|error| Failure::new(with_causes(&error)))
}

/// The operations' listener, from before this replica is active.
pub(super) struct Operations {
    active: Arc<OnceLock<Router>>,
    /// Kept to the end: whoever watches the server sees it end.
    _listener: Option<Listener>,
}

impl Operations {
    /// Listens where that is wanted.
    pub(super) fn start(address: Option<SocketAddr>) -> Result<Self, Failure> {
        let active = Arc::new(OnceLock::new());
        let listener = address.map(|address| {
            let bound = Bound::to(&Listen::Network(address)).map_err(Failure::new)?;
            let router = router(Arc::clone(&active));
            Ok(Listener::start(bound, router, CONNECTIONS, Deadlines::default()))
        });
        Ok(Self { active, _listener: listener.transpose()? })
    }

    /// Answers for this application from now on.
    pub(super) fn activate(&self, state: &AppState) {
        // It is activated once.
        let _ = self.active.set(router::operations(state.clone()));
    }
}

fn router(active: Arc<OnceLock<Router>>) -> Router {
    Router::new().fallback(move |request: Request| {
        let active = active.get().cloned();
        async move {
            match active {
                Some(router) => router.oneshot(request).await,
                None => Ok::<Response, Infallible>(standby(&request)),
            }
        }
    })
}

fn standby(request: &Request) -> Response {
    match request.uri().path() {
        "/healthz" => "ok".into_response(),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, "not active: starting, or on standby behind another replica")
            .into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
