//! The file that a server's configuration comes from, which is read again on SIGHUP.

use std::path::PathBuf;

use super::running::Running;
use super::signals::Hangup;
use crate::domain::audit::{Action, Actor, CHANGED_KEYS, CONFIGURATION_HASH, Intent, Target, WAITING_KEYS};
use crate::domain::field::FieldValue;
use crate::server::config::{self, ConfigurationFacts, Reloaded};
use crate::server::state::AppState;

/// The variable by which systemd says where it put the credentials of a service, once at its start (systemd.exec(5)).
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

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
        if std::env::var_os(CREDENTIALS_DIRECTORY).is_some() {
            tracing::info!(
                "secrets in ${CREDENTIALS_DIRECTORY} are as systemd has put them there: a restart takes up what has changed since"
            );
        }
        let new = match config::read_with_facts(&self.path, std::env::vars()) {
            Ok(new) => new,
            Err(error) => {
                // What is wrong beside the first thing is said too.
                let problems = config::read_all(&self.path, std::env::vars()).err().unwrap_or_default();
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                let problems = if problems.is_empty() { vec![error.to_string()] } else { problems };
                return refuse(running, &problems);
            }
        };
        let reloaded = Reloaded::of((running.config(), &self.facts), new);
        // What begins with a database that does not answer begins with nothing. `/readyz` asks the same.
        if let Err(error) = running.state().stores.size.size().await {
            return refuse(running, &[format!("the database does not answer: {error}")]);
        }
        for key in &reloaded.waiting {
            tracing::warn!("{key} has changed, which only a restart can take up: it stays as it was");
        }
        for (connection, reason) in &reloaded.unreadable {
            tracing::error!("the connection {connection} goes on as it was, with the secret that it has: {reason}");
        }
        for advice in config::advice(&reloaded.config) {
            tracing::warn!("not safe yet: {advice}");
        }
        self.facts = reloaded.facts.clone();
        let (changed, waiting) = (reloaded.changed.clone(), reloaded.waiting.clone());
        running.reload(reloaded).await;
        let state = running.state();
        state.reloads.used(state.clock.now());
        let said = changed.join(", ");
        record(state, &self.facts, Some(changed), waiting).await;
        tracing::info!(changed = said, "the configuration was reloaded");
    }
}

/// Goes on with the configuration that is in use, and says why.
fn refuse(running: &Running, problems: &[String]) {
    for problem in problems {
        tracing::error!("{problem}");
    }
    tracing::error!("the configuration was not reloaded: the server goes on with the one that it has");
    running.state().reloads.refused();
}

/// Records which configuration is in use after a start, and which of its keys have other values than before.
pub(super) async fn note_configuration(state: &AppState, facts: &ConfigurationFacts) {
    let changed = state.stores.configuration.changed_keys(&facts.values).await.inspect_err(|error| {
        tracing::error!(%error, "the configuration cannot be compared with the one before");
    });
    record(state, facts, changed.ok().map(Option::unwrap_or_default), Vec::new()).await;
}

/// Records a configuration that was loaded. What has changed in the file and waits for a restart is recorded too.
async fn record(state: &AppState, facts: &ConfigurationFacts, changed: Option<Vec<String>>, waiting: Vec<String>) {
    let entry =
        Intent::event(Action::ConfigurationLoaded, Actor::nobody("Partner Dashboard"), Target::of_dashboard(None), "");
    let mut entry = entry.with_text(CONFIGURATION_HASH, &facts.sha256);
    if let Some(changed) = changed {
        entry = entry.with(CHANGED_KEYS, FieldValue::List(changed));
    }
    if !waiting.is_empty() {
        entry = entry.with(WAITING_KEYS, FieldValue::List(waiting));
    }
    state.audit.note(entry).await;
    if let Err(error) = state.stores.configuration.keep(&facts.values).await {
        tracing::error!(%error, "it is not kept what the configuration is");
    }
}
