//! The operations' listener, from the first moment on: whoever watches the program sees it start.

use std::net::SocketAddr;

use super::Failure;
use super::live_router::LiveRouter;
use crate::server::config::Listen;
use crate::server::listener::{Deadlines, Listener, Reserved};
use crate::server::router;
use crate::server::state::AppState;

/// Connections to the operations' listener: a few monitors ask it.
const CONNECTIONS: usize = 32;

/// The operations' listener, from before the application is there.
pub(super) struct Operations {
    router: LiveRouter,
    /// Kept to the end: whoever watches the server sees it end.
    _listener: Option<Listener>,
}

impl Operations {
    /// Listens where that is wanted.
    pub(super) fn start(address: Option<SocketAddr>) -> Result<Self, Failure> {
        let router = LiveRouter::of(router::operations_while_starting());
        let listener = address.map(|address| {
            let bound = Reserved::of(&Listen::Network(address)).and_then(Reserved::listen).map_err(Failure::new)?;
            Ok(Listener::start(bound, router.router(), CONNECTIONS, Deadlines::default()))
        });
        Ok(Self { router, _listener: listener.transpose()? })
    }

    /// Answers for this application from now on.
    pub(super) fn activate(&self, state: &AppState) {
        self.router.replace(router::operations(state.clone()));
    }
}
