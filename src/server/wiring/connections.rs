//! Builds the connections of a configuration: each has one token source, shared by everything that calls the partner. Another
//! configuration takes over those that it has too.

use std::sync::Arc;

use super::Outside;
use super::configured::{client, fingerprint, settings, summary};
use crate::domain::connection::ConnectionKind;
use crate::server::config::ConnectionConfig;
use crate::server::connections::{ConnectionClient, Monitor, MonitoredConnection};
use crate::server::index::{Connection, Connections, Observer};
use crate::server::measurements::PartnerCalls;
use crate::server::oneid::{Budget, HttpPartnerApi, HttpSettings, Measured};
use crate::server::storage::{CheckStore, Writer};

/// Connections, ready to be asked. Nothing is sent yet.
#[derive(Debug, Default)]
pub struct Connected {
    /// Those of `OneID`, in the order of the configuration.
    pub oneid: Connections,
    /// The monitor of all of them.
    pub monitor: Monitor,
    links: Vec<Link>,
    /// The budgets of connections that are gone.
    spare: Vec<Budget>,
    /// A part of what all of them have together.
    budget: Budget,
}

/// What all connections work with.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The clock and the network.
    pub outside: &'a Outside,
    /// Who is told what is changed elsewhere.
    pub observer: &'a Arc<dyn Observer>,
    /// Where checks are kept, if they are, and by what.
    pub store: Option<(&'a Arc<dyn CheckStore>, &'a Writer)>,
}

/// One connection with everything that it is made of.
#[derive(Clone, Debug)]
struct Link {
    name: String,
    monitored: Arc<MonitoredConnection>,
    calls: Arc<PartnerCalls>,
    oneid: Option<OneIdLink>,
}

/// What a connection to `OneID` has besides.
#[derive(Clone, Debug)]
struct OneIdLink {
    connection: Connection,
    api: Arc<Measured<HttpPartnerApi>>,
    budget: Budget,
}

impl Connected {
    /// Connects all of a configuration.
    pub fn of(configs: &[ConnectionConfig], surroundings: Surroundings<'_>) -> Self {
        let lists = configs.iter().filter(|config| config.kind == ConnectionKind::OneId).count();
        let spare = Budget::for_connections(lists.max(1));
        let budget = spare.first().cloned().unwrap_or_default();
        Self { spare, budget, ..Self::default() }.reconnected(configs, |_| false, surroundings)
    }

    /// Connects all of another configuration. A connection that `is_unchanged`, by its name, stays as it is, with its token. Of
    /// another one that was there before, `OneID` or not, the calls are counted on, and of one of `OneID` the index stays.
    #[must_use]
    pub fn reconnected(
        &self,
        configs: &[ConnectionConfig],
        is_unchanged: impl Fn(&str) -> bool,
        surroundings: Surroundings<'_>,
    ) -> Self {
        let is_gone = |link: &&Link| configs.iter().all(|config| config.name != link.name);
        let freed = self.links.iter().filter(is_gone).filter_map(|link| link.oneid.as_ref());
        let mut spare: Vec<Budget> =
            freed.map(|oneid| oneid.budget.clone()).chain(self.spare.iter().cloned()).collect();
        let mut budget = || spare.pop().unwrap_or_else(|| self.budget.another());
        let link = |config: &ConnectionConfig| {
            let before = self.links.iter().find(|link| link.name == config.name);
            let mut link = match before {
                Some(link) if is_unchanged(&config.name) => link.clone(),
                _ => Link::of(config, before, &mut budget, surroundings),
            };
            if let Some(oneid) = &mut link.oneid {
                oneid.connection.summary = summary(config, configs);
            }
            link
        };
        let links: Vec<Link> = configs.iter().map(link).collect();
        Self {
            oneid: links.iter().filter_map(|link| Some(link.oneid.as_ref()?.connection.clone())).collect(),
            monitor: links.iter().map(|link| Arc::clone(&link.monitored)).collect(),
            links,
            spare,
            budget: self.budget.clone(),
        }
    }
}

impl Link {
    /// Connects one, with what is to be kept of the same before.
    fn of(
        config: &ConnectionConfig,
        before: Option<&Self>,
        budget: impl FnOnce() -> Budget,
        Surroundings { outside, observer, store }: Surroundings<'_>,
    ) -> Self {
        let calls = before.map(|link| Arc::clone(&link.calls)).unwrap_or_default();
        let client = client(config, outside, &calls);
        let before = before.and_then(|link| link.oneid.clone());
        let oneid = match (config.kind, &client) {
            (ConnectionKind::OneId, ConnectionClient::Ready { reader, writer, tokens }) => {
                let budget = before.as_ref().map_or_else(budget, |before| before.budget.clone());
                let settings = HttpSettings {
                    base_url: config.base_url.clone(),
                    reader: reader.clone(),
                    writer: writer.clone(),
                    tokens: tokens.clone(),
                    budget: budget.clone(),
                };
                let api = HttpPartnerApi::new(settings);
                Some(match before {
                    Some(before) => before.with(api, config),
                    None => OneIdLink::new(api, budget, config, &calls, outside, observer),
                })
            }
            _ => None,
        };
        let store = store.map(|(store, writer)| (Arc::clone(store), writer.clone()));
        let monitored = MonitoredConnection::new(settings(config, client), Arc::clone(&outside.clock), store);
        Self { name: config.name.clone(), monitored: Arc::new(monitored), calls, oneid }
    }
}

impl OneIdLink {
    fn new(
        api: HttpPartnerApi,
        budget: Budget,
        config: &ConnectionConfig,
        calls: &Arc<PartnerCalls>,
        outside: &Outside,
        observer: &Arc<dyn Observer>,
    ) -> Self {
        let api = Arc::new(Measured::new(api, Arc::clone(calls), config.name.clone()));
        let (summary, clock) = (summary(config, &[]), Arc::clone(&outside.clock));
        let connection = Connection::new(summary, config.index, Arc::clone(&api) as _, clock)
            .with_journeys_at(config.journey_url.clone())
            .kept_apart_by(&fingerprint(config))
            .observed_by(Arc::clone(observer));
        Self { connection, api, budget }
    }

    /// The same connection, which calls the partner in another way from now on.
    fn with(self, api: HttpPartnerApi, config: &ConnectionConfig) -> Self {
        self.api.replace(api);
        Self { connection: self.connection.with_journeys_at(config.journey_url.clone()), ..self }
    }
}
