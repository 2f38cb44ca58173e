//! Gives an application that serves another configuration.

use std::sync::Arc;

use super::connections::{Connected, Surroundings};
use super::{Outside, observer};
use crate::server::config::Reloaded;
use crate::server::connections::{Monitor, MonitoredConnection};
use crate::server::context::Resources;
use crate::server::index::{Connection, Connections};
use crate::server::services::judging::begin_judging;
use crate::server::state::AppState;

/// An application, and what it takes to give it another configuration.
#[derive(Debug)]
pub struct Assembled {
    /// The application.
    pub state: AppState,
    pub(super) connected: Connected,
    pub(super) outside: Outside,
}

/// What a reload has to begin and to end besides.
#[derive(Debug, Default)]
pub struct Changes {
    /// Connections to `OneID` whose index has nothing in it yet.
    pub begun: Vec<Connection>,
    /// Connections to `OneID` that are no longer configured.
    pub ended: Vec<Connection>,
    /// Connections that nobody checks yet.
    pub to_watch: Monitor,
}

impl Assembled {
    /// Puts the state together that a configuration asks for. Nothing of it is seen before a router is built of it, but that
    /// connections call their partner as it says, and that notifications go where it says. What has not changed stays: tokens,
    /// indexes, keys of identity providers, sign-ins under way.
    pub async fn reload(&mut self, reloaded: &Reloaded) -> Changes {
        let Reloaded { config, .. } = reloaded;
        let observer = observer(config, &self.state.audit, &self.state.writes, self.state.leadership.is_some());
        let store = (&self.state.resources.checks, &self.state.stores.writer);
        let surroundings = Surroundings { outside: &self.outside, observer: &observer, store: Some(store) };
        let is_unchanged = |name: &str| !reloaded.has_changed(&format!("connections.{name}"));
        let connected = self.connected.reconnected(&config.connections, is_unchanged, surroundings);
        let changes = changes(&self.connected, &connected);
        // What they keep from now on would be missing in the history that is taken up.
        for connection in only_in(&self.connected.monitor, &connected.monitor) {
            connection.end();
        }
        changes.to_watch.take_up().await;

        let catalogue = Arc::new(config.catalogue.clone());
        for connection in &changes.begun {
            begin_judging(connection, &self.state.audit, &catalogue).await;
        }
        if reloaded.has_changed("catalogue") {
            for connection in connected.oneid.in_order() {
                connection.index.judge_by(|judging| judging.catalogue = Arc::clone(&catalogue));
            }
        }
        self.state.notifications.set_targets(config.notifications.clone());

        let (roles, sign_out_url) = (config.roles.clone(), config.sign_out_url.clone());
        let access = self.state.access.with(config.authentication.clone(), roles, sign_out_url);
        let resources = Resources {
            connections: connected.oneid.clone(),
            monitor: connected.monitor.clone(),
            catalogue,
            ..Resources::clone(&self.state.resources)
        };
        self.state = AppState {
            resources: Arc::new(resources),
            access: Arc::new(access),
            support_url: Arc::from(config.support_url.as_str()),
            ..self.state.clone()
        };
        self.connected = connected;
        changes
    }
}

fn changes(before: &Connected, now: &Connected) -> Changes {
    let indexed_only_in = |these: &Connections, others: &Connections| -> Vec<Connection> {
        let is_in_both = |one: &Connection| others.in_order().any(|other| Arc::ptr_eq(&one.index, &other.index));
        these.in_order().filter(|one| !is_in_both(one)).cloned().collect()
    };
    Changes {
        begun: indexed_only_in(&now.oneid, &before.oneid),
        ended: indexed_only_in(&before.oneid, &now.oneid),
        to_watch: only_in(&now.monitor, &before.monitor).collect(),
    }
}

/// Those of one monitor that are not in another.
fn only_in(monitor: &Monitor, other: &Monitor) -> impl Iterator<Item = Arc<MonitoredConnection>> {
    monitor.all().iter().filter(|one| !other.all().iter().any(|known| Arc::ptr_eq(one, known))).cloned()
}
