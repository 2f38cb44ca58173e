//! Everything that lives as long as the server does.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::server::arrivals::Arrivals;
use crate::server::auth::{Access, SessionCookie};
use crate::server::context::Resources;
use crate::server::measurements::{Reloads, Requests};
use crate::server::request_limits::RequestLimits;
use crate::server::storage::{Leadership, SessionLimits, Stores};
use crate::server::tickets::IdTokens;

/// The state of the application: the [`Resources`] of the services, and what the services never see. Cheap to clone.
/// `server::wiring` makes it.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What services work with. `state.audit` is that of these.
    pub resources: Arc<Resources>,
    /// Everything that is kept on disk, for the task that removes what is too old.
    pub stores: Arc<Stores>,
    /// Who people are and what they may do.
    pub access: Arc<Access>,
    /// Who has arrived through a proxy.
    pub arrivals: Arc<Arrivals>,
    /// How long sessions last.
    pub session_limits: SessionLimits,
    /// The cookie that bears them.
    pub session_cookie: SessionCookie,
    /// What the identity provider wants to see at sign-out.
    pub id_tokens: Arc<IdTokens>,
    /// What this replica is among the others; `None` where there are none.
    pub leadership: Option<watch::Receiver<Leadership>>,
    /// Whether the server was asked to end.
    pub ending: CancellationToken,
    /// Where people find help.
    pub support_url: Arc<str>,
    /// How the address of each page begins: scheme, host and port.
    pub origin: Arc<str>,
    /// Whether this is the demo.
    pub is_demo: bool,
    /// How many requests there were, by their routes.
    pub requests: Arc<Requests>,
    /// What each visitor may ask for.
    pub limits: Arc<RequestLimits>,
    /// How the configuration was last read.
    pub reloads: Arc<Reloads>,
}

impl AppState {
    /// Whether this program does what is done once for all.
    pub fn leads(&self) -> bool {
        Leadership::leads(self.leadership.as_ref())
    }
}

impl Deref for AppState {
    type Target = Resources;

    fn deref(&self) -> &Resources {
        &self.resources
    }
}
