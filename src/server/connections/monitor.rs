//! All connections under watch. None waits for another.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::settings::ConnectionSettings;
use super::watched::Watched;
use crate::domain::check::Check;
use crate::server::clock::Clock;

/// Every connection of the configuration, in its order. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    connections: Arc<Vec<Arc<Watched>>>,
}

impl Monitor {
    /// A monitor that has asked nothing yet.
    pub fn new(settings: Vec<ConnectionSettings>, clock: &Arc<dyn Clock>) -> Self {
        let watched = settings.into_iter().map(|settings| Arc::new(Watched::new(settings, Arc::clone(clock))));
        Self { connections: Arc::new(watched.collect()) }
    }

    /// The connections.
    pub fn all(&self) -> &[Arc<Watched>] {
        &self.connections
    }

    /// A connection by its name.
    pub fn find(&self, name: &str) -> Option<&Arc<Watched>> {
        self.connections.iter().find(|watched| watched.settings().name == name)
    }

    /// How many connections have expired or fail, as they were found last.
    pub fn failing(&self) -> u32 {
        let checks = self.connections.iter().filter_map(|watched| watched.last_check());
        u32::try_from(checks.filter(|check| check.state.is_failing()).count()).unwrap_or(u32::MAX)
    }

    /// Checks every connection now, all at the same time; the results in the order of the configuration.
    pub async fn check_all(&self) -> Vec<Check> {
        join_all(self.connections.iter().map(|watched| watched.check_now())).await
    }

    /// Checks every connection at an interval from now on, each on a task of its own.
    pub fn watch(&self, interval: Duration) {
        for watched in self.connections.iter() {
            tokio::spawn(Arc::clone(watched).watch(interval));
        }
    }
}
