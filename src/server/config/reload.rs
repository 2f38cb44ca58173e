//! What a running server takes of a configuration that has changed, and what waits for its next start.

use std::collections::BTreeSet;

use super::facts::ConfigurationFacts;
use super::settings::{Config, ConnectionConfig};

/// Keys that can change while the server runs, with all that is below them.
const RELOADED: [&str; 9] = [
    "auth.header",
    "auth.jwt",
    "auth.mode",
    "auth.oidc",
    "auth.roles",
    "auth.sign_out_url",
    "catalogue",
    "limits",
    "support_url",
];
/// Lists that can change: each of their tables is called by its name.
const LISTS: [&str; 3] = ["connections", "notifications", "smtp"];
/// What makes a connection another one. What is known of it would not be true of that.
const OF_ITS_OWN: [&str; 3] = ["kind", "environment", "index"];

/// A configuration for a server that runs with another one.
#[derive(Debug)]
pub struct Reloaded {
    /// What is to be used from now on.
    pub config: Config,
    /// The facts of that.
    pub facts: ConfigurationFacts,
    /// The keys that have other values in use from now on, with dots.
    pub changed: Vec<String>,
    /// The keys whose new values wait for the next start, with dots.
    pub waiting: Vec<String>,
    /// Connections that work on with the secret that they have, because the new one cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
}

impl Reloaded {
    /// Takes what can be taken of a new configuration.
    pub fn of(running: (&Config, &ConfigurationFacts), new: (Config, ConfigurationFacts)) -> Self {
        let (old, old_facts) = running;
        let (new, mut facts) = new;
        let all = facts.changed_since(old_facts);
        let unreadable = without_a_secret_now(old, &new);
        let mut kept = others_of_the_same_name(old, &all);
        kept.extend(unreadable.iter().map(|(name, _)| name.clone()));
        let (changed, waiting): (Vec<String>, Vec<String>) =
            all.into_iter().partition(|key| is_reloaded(key) && !kept.iter().any(|name| is_of(key, name)));
        for key in &waiting {
            match old_facts.values.get(key) {
                Some(value) => drop(facts.values.insert(key.clone(), value.clone())),
                None => drop(facts.values.remove(key)),
            }
        }
        let connections = new.connections.into_iter().map(|one| as_it_is(one, old, &kept)).collect();
        let config = Config {
            authentication: new.authentication,
            roles: new.roles,
            sign_out_url: new.sign_out_url,
            support_url: new.support_url,
            requests_per_minute: new.requests_per_minute,
            connections,
            notifications: new.notifications,
            catalogue: new.catalogue,
            ..old.clone()
        };
        Self { config, facts, changed, waiting, unreadable }
    }

    /// Whether a key, or one below it, has changed.
    pub fn has_changed(&self, key: &str) -> bool {
        self.changed.iter().any(|changed| is_below(changed, key))
    }
}

/// The names of connections that were changed into others: they stay as they are until the next start.
fn others_of_the_same_name(running: &Config, changed: &[String]) -> BTreeSet<String> {
    let is_another = |name: &str| {
        OF_ITS_OWN.iter().any(|part| changed.iter().any(|key| is_below(key, &format!("connections.{name}.{part}"))))
            // Unless it was removed.
            && changed.iter().all(|key| key != &format!("connections.{name}.name"))
    };
    running.connections.iter().map(|one| one.name.clone()).filter(|name| is_another(name)).collect()
}

/// The connections whose secret was there before and is not now, with the reason.
fn without_a_secret_now(running: &Config, new: &Config) -> Vec<(String, String)> {
    let had_one =
        |name: &str| running.connections.iter().any(|before| before.name == name && before.client_secret.is_ok());
    let of = |one: &ConnectionConfig| Some((one.name.clone(), one.client_secret.as_ref().err()?.clone()));
    new.connections.iter().filter(|one| had_one(&one.name)).filter_map(of).collect()
}

fn as_it_is(new: ConnectionConfig, running: &Config, kept: &BTreeSet<String>) -> ConnectionConfig {
    let is_same = |one: &&ConnectionConfig| one.name == new.name && kept.contains(&new.name);
    running.connections.iter().find(is_same).cloned().unwrap_or(new)
}

fn is_reloaded(key: &str) -> bool {
    RELOADED.into_iter().chain(LISTS).any(|reloaded| is_below(key, reloaded))
}

fn is_of(key: &str, connection: &str) -> bool {
    is_below(key, &format!("connections.{connection}"))
}

/// Whether a key is another one, or below it.
fn is_below(key: &str, above: &str) -> bool {
    key.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
#[path = "reload_test.rs"]
mod tests;
