//! The connections to `OneID` environments, ready for use.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::connection_index::Index;
use super::objects::PatchedObject;
use super::observer::{Observer, Unobserved};
use super::settings::IndexSettings;
use crate::domain::connection::ConnectionSummary;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::clock::{Clock, Moment};
use crate::server::oneid::PartnerApi;
use crate::server::storage::kept_as;

/// A connection to one OneID environment, ready for use.
#[derive(Clone, Debug)]
pub struct Connection {
    /// What pages know of it.
    pub summary: ConnectionSummary,
    /// The Partner API.
    pub api: Arc<dyn PartnerApi>,
    /// The OpenID provider of its clients' journeys, where the configuration names one.
    pub journey_url: Option<Url>,
    /// What was read from it.
    pub index: Arc<Index>,
    /// What its index is kept as.
    pub kept_as: String,
    /// Who is told what a refresh finds changed, and not by this dashboard.
    pub observer: Arc<dyn Observer>,
}

impl Connection {
    /// A connection of which nothing has been read yet.
    pub fn new(
        summary: ConnectionSummary,
        settings: IndexSettings,
        api: Arc<dyn PartnerApi>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let index = Arc::new(Index::new(Arc::clone(&api), clock, settings));
        let kept_as = summary.name.clone();
        Self { summary, api, journey_url: None, index, kept_as, observer: Arc::new(Unobserved) }
    }

    /// The same connection, whose index is kept apart from that of another one which has its name, or had it. The fingerprint says
    /// what it is a connection to.
    #[must_use]
    pub fn kept_apart_by(self, fingerprint: &str) -> Self {
        Self { kept_as: kept_as(&self.summary.name, fingerprint), ..self }
    }

    /// The same connection, with the OpenID provider that the configuration names.
    #[must_use]
    pub fn with_journeys_at(self, journey_url: Option<Url>) -> Self {
        Self { journey_url, ..self }
    }

    /// The same connection, whose changes made elsewhere somebody is told.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        if self.index.settings.observe {
            self.index.observe(self.summary.name.clone(), Arc::clone(&observer));
        }
        Self { observer, ..self }
    }

    /// Whether changes that are made elsewhere are recorded.
    pub fn observes(&self) -> bool {
        self.index.settings.observe
    }

    /// Takes in an object as it is after a change from here: every page has it from now on. `organisation_id` is that of a
    /// client, and `is_recorded` whether the audit log has the outcome.
    pub async fn changed(
        &self,
        kind: ObjectKind,
        (id, organisation_id): (&str, Option<String>),
        fields: FieldValues,
        is_recorded: bool,
    ) {
        let id = id.to_owned();
        let object = match kind {
            ObjectKind::Organisation => PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }),
            ObjectKind::OAuthClient => {
                PatchedObject::Client(OAuthClient { id, organisation_id, fields, unknown: Vec::new() })
            }
        };
        self.index.changed(object, is_recorded).await;
    }

    /// Forgets the lists that a change of an object may have made old. `organisation_id` is that of a changed client; without
    /// it the clients of all organisations are forgotten.
    pub fn forget(&self, kind: ObjectKind, organisation_id: Option<&str>) {
        match kind {
            ObjectKind::Organisation => self.index.forget_organisations(),
            ObjectKind::OAuthClient => self.index.forget_clients(organisation_id),
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
        self.in_order().for_each(|connection| connection.index.sweep(now));
    }
}
