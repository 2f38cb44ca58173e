//! An application that serves, with its tasks, and what changes of it meanwhile.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures::future::join_all;
use tokio::sync::watch;

use super::duties::{self, Now};
use super::live_router::LiveRouter;
use super::operations::Operations;
use super::others::{follow, listen, take_over};
use crate::server::audit::AuditLog;
use crate::server::clock::Clock;
use crate::server::config::{Config, Reloaded};
use crate::server::connections::Monitor;
use crate::server::index::{Connection, Connections, Keeping};
use crate::server::router;
use crate::server::services::judging::keep_judging;
use crate::server::state::AppState;
use crate::server::storage::Replica;
use crate::server::wiring::{Assembled, Changes};

/// How often it is tried to write what could not be written to the audit log.
const CATCH_UP: Duration = Duration::from_secs(5);
/// How often it is forgotten what is remembered of organisations that are gone.
const LIST_SWEEP: Duration = Duration::from_secs(30);

/// An application that serves.
pub(super) struct Running {
    assembled: Assembled,
    config: Config,
    /// Kept to the end: whoever watches the server sees it end.
    operations: Operations,
    router: LiveRouter,
    connections: watch::Sender<Connections>,
    monitor: watch::Sender<Monitor>,
    /// Whether it does what is done once for all.
    leads: bool,
}

impl Running {
    /// Begins everything that a configuration asks for, but for listening.
    pub(super) async fn begin(
        assembled: Assembled,
        config: Config,
        operations: Operations,
        replica: Option<&Replica>,
    ) -> Self {
        let state = assembled.state.clone();
        let (connections, monitor) =
            (watch::Sender::new(state.connections.clone()), watch::Sender::new(state.monitor.clone()));
        tokio::spawn(catch_up(state.audit.clone()));
        tokio::spawn(sweep_lists(connections.subscribe(), Arc::clone(&state.clock)));
        // Asked before the snapshots are read: whoever leads later reads them again.
        let leads = state.leads();
        take_up_indexes(&state, state.connections.in_order()).await;
        tokio::spawn(keep_judging(connections.subscribe(), state.audit.clone()));
        let router = LiveRouter::of(router::build(state.clone(), &config.public_url, config.requests_per_minute));
        let mut running = Self { assembled, config, operations, router, connections, monitor, leads: false };
        if let Some(replica) = replica {
            listen(replica, &running.config, &state, running.now());
        }
        if leads {
            running.begin_duties().await;
        } else {
            follow(&state).await;
        }
        running
    }

    /// Tells whoever watches the server that it answers requests.
    pub(super) fn tell_ready(&self) {
        self.operations.activate(self.state());
    }

    /// What answers requests, whatever changes.
    pub(super) fn router(&self) -> Router {
        self.router.router()
    }

    /// The application as it is now.
    pub(super) fn state(&self) -> &AppState {
        &self.assembled.state
    }

    /// What it runs with.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// Whether it does what is done once for all.
    pub(super) fn leads(&self) -> bool {
        self.leads
    }

    /// Does from now on what is done once for all, which another replica did before.
    pub(super) async fn lead(&mut self) {
        take_over(self.state()).await;
        self.begin_duties().await;
    }

    async fn begin_duties(&mut self) {
        self.leads = true;
        forget_former(self.state(), self.state().connections.in_order());
        duties::begin(&self.config, self.state(), self.now()).await;
    }

    fn now(&self) -> Now {
        Now { connections: self.connections.subscribe(), monitor: self.monitor.subscribe() }
    }

    /// Goes on with another configuration. Requests that have begun are answered with the one before.
    pub(super) async fn reload(&mut self, reloaded: Reloaded) {
        let Changes { begun, ended, to_watch } = self.assembled.reload(&reloaded).await;
        self.config = reloaded.config;
        let state = self.state().clone();
        take_up_indexes(&state, &begun).await;
        if self.leads {
            forget_former(&state, &begun);
            duties::refresh(&begun.into_iter().collect(), &state.audit).await;
            if let Some(interval) = self.config.check_interval {
                to_watch.watch(interval);
            }
        } else {
            for connection in &begun {
                connection.index.set_read_by_another(true);
            }
        }
        let router = router::build(state.clone(), &self.config.public_url, self.config.requests_per_minute);
        self.router.replace(router);
        self.tell_ready();
        self.connections.send_replace(state.connections.clone());
        self.monitor.send_replace(state.monitor.clone());
        join_all(ended.iter().map(|connection| async {
            connection.index.end();
            connection.index.keep().await;
        }))
        .await;
    }
}

/// Writes completions and events that could not be written, as soon as they can be: nobody has to change something for that.
async fn catch_up(audit: AuditLog) {
    let mut ticks = tokio::time::interval(CATCH_UP);
    loop {
        ticks.tick().await;
        if let Err(error) = audit.catch_up().await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the outcome of a change is not in the audit log yet");
        }
        if let Err(error) = audit.write_observed().await {
            let (error, events) = (&error as &dyn std::error::Error, audit.observed_waiting());
            tracing::error!(error, events, "events are not in the audit log yet");
        }
    }
}

/// Serves connections from what was kept of them, and keeps what is changed from now on.
pub(super) async fn take_up_indexes(state: &AppState, connections: impl IntoIterator<Item = &Connection>) {
    join_all(connections.into_iter().map(|connection| async {
        let keeping = Keeping {
            connection: connection.kept_as.clone(),
            snapshots: Arc::clone(&state.stores.index_snapshots),
            journal: Arc::clone(&state.stores.index_journal),
            is_shared: state.leadership.is_some(),
        };
        connection.index.start_from(keeping).await;
    }))
    .await;
}

/// Removes what was kept of connections that had these names before and were to something else. Only whoever leads does that: while
/// replicas are restarted one by one, another one may still be connected to that. It reads again what is gone. Nothing waits for it,
/// because a large index is removed in many steps.
fn forget_former<'c>(state: &AppState, connections: impl IntoIterator<Item = &'c Connection>) {
    let kept: Vec<String> = connections.into_iter().map(|connection| connection.kept_as.clone()).collect();
    let snapshots = Arc::clone(&state.stores.index_snapshots);
    tokio::spawn(async move {
        for kept_as in kept {
            if let Err(error) = snapshots.forget_others_of_its_name(&kept_as).await {
                tracing::warn!(kept_as, %error, "the index of a former connection could not be removed");
            }
        }
    });
}

async fn sweep_lists(connections: watch::Receiver<Connections>, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(LIST_SWEEP);
    loop {
        ticks.tick().await;
        let connections = connections.borrow().clone();
        connections.sweep(clock.moment());
    }
}
