//! Everything that lives as long as the server does.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::domain::catalogue::Catalogue;
use crate::domain::connection::ConnectionSummary;
use crate::server::audit::AuditLog;
use crate::server::auth::{Access, IdTokens, SessionCookie};
use crate::server::clock::Clock;
use crate::server::connections::Monitor;
use crate::server::index::Directory;
use crate::server::oneid::PartnerApi;
use crate::server::services::{KeyedLocks, OneTimeSecrets};
use crate::server::storage::{DraftStore, MessageStore, SessionLimits, SqliteSessionStore, SubmissionStore};

/// A connection to one OneID environment, ready for use.
#[derive(Clone, Debug)]
pub struct Connection {
    /// What pages know of it.
    pub summary: ConnectionSummary,
    /// The Partner API.
    pub api: Arc<dyn PartnerApi>,
    /// What was read from it a moment ago.
    pub directory: Arc<Directory>,
}

/// The state of the application. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The OneID connections by name.
    pub connections: Arc<BTreeMap<String, Connection>>,
    /// The names in the order of the configuration.
    pub order: Arc<Vec<String>>,
    /// Every connection of the configuration, `OneID` or not, under watch.
    pub monitor: Monitor,
    /// The audit log.
    pub audit: AuditLog,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Known scopes, products and provider groups.
    pub catalogue: Arc<Catalogue>,
    /// Secrets between a creation and the one page that shows them.
    pub secrets: Arc<OneTimeSecrets>,
    /// Drafts of forms.
    pub drafts: Arc<dyn DraftStore>,
    /// Messages for the next page.
    pub messages: Arc<dyn MessageStore>,
    /// What became of forms that create something.
    pub submissions: Arc<dyn SubmissionStore>,
    /// One save at a time for each object.
    pub locks: Arc<KeyedLocks>,
    /// Tasks that write at a partner or in the log: the server does not end before they have.
    pub writes: TaskTracker,
    /// Who people are and what they may do.
    pub access: Arc<Access>,
    /// Everybody's sessions.
    pub sessions: SqliteSessionStore,
    /// How long they last.
    pub session_limits: SessionLimits,
    /// The cookie that bears them.
    pub session_cookie: SessionCookie,
    /// What the identity provider wants to see at sign-out.
    pub id_tokens: Arc<IdTokens>,
    /// Whether this is the demo.
    pub is_demo: bool,
}

impl AppState {
    /// What pages know of the connections, in the order of the configuration.
    pub fn summaries(&self) -> Vec<ConnectionSummary> {
        self.in_order().map(|connection| connection.summary.clone()).collect()
    }

    /// The connections in the order of the configuration.
    pub fn in_order(&self) -> impl Iterator<Item = &Connection> {
        self.order.iter().filter_map(|name| self.connections.get(name))
    }
}
