//! The connections to `OneID` environments, ready for use.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Directory;
use super::observer::{Observer, Unobserved};
use crate::domain::connection::ConnectionSummary;
use crate::domain::object::ObjectKind;
use crate::server::clock::{Clock, Moment};
use crate::server::oneid::PartnerApi;

/// A connection to one OneID environment, ready for use.
#[derive(Clone, Debug)]
pub struct Connection {
    /// What pages know of it.
    pub summary: ConnectionSummary,
    /// The Partner API.
    pub api: Arc<dyn PartnerApi>,
    /// What was read from it a moment ago.
    pub directory: Arc<Directory>,
    /// Who is told what a refresh finds changed, and not by this dashboard.
    pub observer: Arc<dyn Observer>,
}

impl Connection {
    /// A connection of which nothing has been read yet.
    pub fn new(summary: ConnectionSummary, api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        let directory = Arc::new(Directory::new(Arc::clone(&api), clock));
        Self { summary, api, directory, observer: Arc::new(Unobserved) }
    }

    /// The same connection, whose changes made elsewhere somebody is told.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Forgets the lists that a change of an object has made old. `organisation_id` is that of a changed client; without
    /// it the clients of all organisations are forgotten.
    pub fn forget(&self, kind: ObjectKind, organisation_id: Option<&str>) {
        match kind {
            ObjectKind::Organisation => self.directory.forget_organisations(),
            ObjectKind::OAuthClient => self.directory.forget_clients(organisation_id),
        }
    }
}

/// The connections of the configuration, in its order. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    in_order: Vec<Connection>,
    /// Where each stands, by its name.
    places: BTreeMap<String, usize>,
}

impl FromIterator<Connection> for Connections {
    fn from_iter<I: IntoIterator<Item = Connection>>(connections: I) -> Self {
        let in_order: Vec<Connection> = connections.into_iter().collect();
        let places = in_order.iter().enumerate().map(|(place, connection)| (connection.summary.name.clone(), place));
        Self(Arc::new(Inner { places: places.collect(), in_order }))
    }
}

impl Connections {
    /// The connection of this name.
    pub fn find(&self, name: &str) -> Option<&Connection> {
        self.0.places.get(name).and_then(|place| self.0.in_order.get(*place))
    }

    /// All of them, in the order of the configuration.
    pub fn in_order(&self) -> impl Iterator<Item = &Connection> {
        self.0.in_order.iter()
    }

    /// What pages know of them, in the order of the configuration.
    pub fn summaries(&self) -> Vec<ConnectionSummary> {
        self.in_order().map(|connection| connection.summary.clone()).collect()
    }

    /// Drops the lists that are too old to be shown.
    pub fn sweep(&self, now: Moment) {
        self.in_order().for_each(|connection| connection.directory.sweep(now));
    }
}
