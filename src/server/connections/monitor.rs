//! All monitored connections. No connection waits for the check of another.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use futures::{StreamExt as _, stream};

use super::monitored_connection::MonitoredConnection;
use super::settings::ConnectionSettings;
use crate::domain::check::Check;
use crate::server::clock::Clock;
use crate::server::storage::{CheckStore, Writer};

/// How many histories are read at the same time.
const AT_ONCE: usize = 2;

/// Every connection of the configuration, in its order. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    connections: Arc<Vec<Arc<MonitoredConnection>>>,
}

impl FromIterator<Arc<MonitoredConnection>> for Monitor {
    fn from_iter<I: IntoIterator<Item = Arc<MonitoredConnection>>>(connections: I) -> Self {
        Self { connections: Arc::new(connections.into_iter().collect()) }
    }
}

impl Monitor {
    /// A monitor of these connections, whose checks are kept in `store`. It sends nothing until a check is asked for or
    /// [`Self::watch`] is called.
    pub fn new(
        settings: Vec<ConnectionSettings>,
        clock: &Arc<dyn Clock>,
        store: Option<(Arc<dyn CheckStore>, Writer)>,
    ) -> Self {
        let monitored = |settings| Arc::new(MonitoredConnection::new(settings, Arc::clone(clock), store.clone()));
        settings.into_iter().map(monitored).collect()
    }

    /// Takes up the history of earlier starts. What cannot be read is missing from the pages, and is logged: a connection
    /// is monitored all the same.
    ///
    /// A few at a time: PostgreSQL makes a process for each new connection, which takes it longer than the answers.
    pub async fn take_up(&self) {
        let connections = stream::iter(self.connections.iter());
        connections.for_each_concurrent(AT_ONCE, |connection| connection.take_up()).await;
    }

    /// The connections, in the order of the configuration.
    pub fn all(&self) -> &[Arc<MonitoredConnection>] {
        &self.connections
    }

    /// A connection by its name.
    pub fn find(&self, name: &str) -> Option<&Arc<MonitoredConnection>> {
        self.connections.iter().find(|connection| connection.settings().name == name)
    }

    /// How many connections were expired or failing at their last check.
    pub fn failing(&self) -> u32 {
        let checks = self.connections.iter().filter_map(|connection| connection.last_check());
        u32::try_from(checks.filter(|check| check.state.is_failing()).count()).unwrap_or(u32::MAX)
    }

    /// Checks all connections now, concurrently. The results are in the order of the configuration.
    pub async fn check_all(&self) -> Vec<Check> {
        join_all(self.connections.iter().map(|connection| connection.check_now())).await
    }

    /// Says when [`Self::check_all`] is called next, where somebody calls it again and again: the time up to then counts as
    /// watched.
    pub fn checks_are_due_in(&self, wait: Duration) {
        self.connections.iter().for_each(|connection| connection.is_due_in(wait));
    }

    /// Starts a task for each connection that checks it at this interval.
    pub fn watch(&self, interval: Duration) {
        for connection in self.connections.iter() {
            tokio::spawn(Arc::clone(connection).watch(interval));
        }
    }
}
