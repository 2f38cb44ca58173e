//! The operations' listener, from the first moment on: whoever watches the program sees it start.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::Request;
use tower::ServiceExt as _;

use super::Failure;
use crate::server::config::Listen;
use crate::server::listener::{Bound, Deadlines, Listener};
use crate::server::router;
use crate::server::state::AppState;

/// Connections to the operations' listener: a few monitors ask it.
const CONNECTIONS: usize = 32;

/// The operations' listener, from before the application is there.
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
            let router = router(Arc::clone(&active), router::operations_while_starting());
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

fn router(active: Arc<OnceLock<Router>>, starting: Router) -> Router {
    Router::new().fallback(move |request: Request| {
        let router = active.get().unwrap_or(&starting).clone();
        router.oneshot(request)
    })
}
