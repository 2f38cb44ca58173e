//! The file that a server's configuration comes from, which is read again on SIGHUP.

use std::path::PathBuf;

use super::running::Running;
use super::signals::Hangup;
use crate::domain::audit::{Action, Actor, CHANGED_KEYS, CONFIGURATION_HASH, Intent, Target};
use crate::domain::field::FieldValue;
use crate::server::config::{self, ConfigurationFacts, Reloaded};
use crate::server::state::AppState;

/// The file of a configuration.
pub(super) struct ConfigurationFile {
    pub(super) path: PathBuf,
    /// The facts of what is in use of it.
    pub(super) facts: ConfigurationFacts,
    /// Says when it is to be read again.
    pub(super) hangup: Hangup,
}

impl ConfigurationFile {
    /// Reads the file again, and goes on with what can be taken of it. Nothing changes when something is wrong with it.
    pub(super) async fn reload(&mut self, running: &mut Running) {
        tracing::info!(file = %self.path.display(), "reading the configuration again");
        let Ok(new) = config::read_with_facts(&self.path, std::env::vars()) else {
            // What is wrong beside the first thing is said too.
            let problems = config::read_all(&self.path, std::env::vars()).err().unwrap_or_default();
            for problem in problems {
                tracing::error!("{problem}");
            }
            tracing::error!("the configuration was not reloaded: the server goes on with the one that it has");
            running.state().reloads.refused();
            return;
        };
        let reloaded = Reloaded::of((running.config(), &self.facts), new);
        for key in &reloaded.waiting {
            tracing::warn!("{key} has changed, which only a restart can take up: it stays as it was");
        }
        for (connection, reason) in &reloaded.unreadable {
            tracing::error!("the connection {connection} goes on with the secret that it has: {reason}");
        }
        for advice in config::advice(&reloaded.config) {
            tracing::warn!("not safe yet: {advice}");
        }
        self.facts = reloaded.facts.clone();
        let changed = reloaded.changed.join(", ");
        running.reload(reloaded).await;
        let state = running.state();
        state.reloads.used(state.clock.now());
        tracing::info!(changed, "the configuration was reloaded");
        note_configuration(state, &self.facts).await;
    }
}

/// Records which configuration is in use, and which of its keys have other values than when that was recorded last.
pub(super) async fn note_configuration(state: &AppState, facts: &ConfigurationFacts) {
    let store = &state.stores.configuration;
    let entry =
        Intent::event(Action::ConfigurationLoaded, Actor::nobody("Partner Dashboard"), Target::of_dashboard(None), "");
    let mut entry = entry.with_text(CONFIGURATION_HASH, &facts.sha256);
    match store.changed_keys(&facts.values).await {
        Ok(changed) => entry = entry.with(CHANGED_KEYS, FieldValue::List(changed.unwrap_or_default())),
        Err(error) => tracing::error!(%error, "the configuration cannot be compared with the one before"),
    }
    state.audit.note(entry).await;
    if let Err(error) = store.keep(&facts.values).await {
        tracing::error!(%error, "it is not kept what the configuration is");
    }
}
