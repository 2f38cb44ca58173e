//! What a running server takes of a configuration that has changed, and what waits for its next start.

use std::collections::BTreeSet;

use super::facts::ConfigurationFacts;
use super::settings::{Config, ConnectionConfig};

/// Keys that can change while the server runs, with all that is below them.
const RELOADED: [&str; 10] = [
    "auth.header",
    "auth.jwt",
    "auth.oidc",
    "auth.roles",
    "auth.sign_out_url",
    "catalogue",
    "limits",
    "notifications",
    "smtp",
    "support_url",
];
/// How people sign in. It was checked together with where the server listens.
const SIGN_IN: [&str; 4] = ["auth.header", "auth.jwt", "auth.oidc", "auth.sign_out_url"];
/// What makes it another way to sign in: what is remembered of people and providers would not hold for that.
const ANOTHER_SIGN_IN: [&str; 6] =
    ["auth.mode", "auth.jwt.jwks_url", "auth.oidc.client_id", "auth.oidc.issuer", "listen", "public_url"];
/// What makes a connection another one: what is known of it, and saves that are under way, would not hold for that.
const ANOTHER_CONNECTION: [&str; 5] = ["kind", "environment", "base_url", "client_id", "index"];

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
    /// Connections that go on as they are, because their new secret cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
}

/// What becomes of a key that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Changed,
    Waiting,
    /// It belongs to a connection whose secret cannot be read.
    Left,
}

impl Reloaded {
    /// Takes what can be taken of a new configuration.
    pub fn of(running: (&Config, &ConfigurationFacts), new: (Config, ConfigurationFacts)) -> Self {
        let (old, old_facts) = running;
        let (new, mut facts) = new;
        let all = facts.changed_since(old_facts);
        let signs_in_otherwise = has_changed(&all, &ANOTHER_SIGN_IN);
        let others = others_of_the_same_name(old, &all);
        let unreadable = without_a_secret_now(old, &new);
        let fate = |key: &String| {
            let is_of = |name: &String| is_below(key, &format!("connections.{name}"));
            let is_connection = is_below(key, "connections");
            match key {
                _ if unreadable.iter().any(|(name, _)| is_of(name)) => Fate::Left,
                _ if others.iter().any(is_of) || signs_in_otherwise && is_any_below(key, &SIGN_IN) => Fate::Waiting,
                _ if is_connection || is_any_below(key, &RELOADED) => Fate::Changed,
                _ => Fate::Waiting,
            }
        };
        for key in all.iter().filter(|key| fate(key) != Fate::Changed) {
            match old_facts.values.get(key) {
                Some(value) => drop(facts.values.insert(key.clone(), value.clone())),
                None => drop(facts.values.remove(key)),
            }
        }
        let with = |wanted| all.iter().filter(|key| fate(key) == wanted).cloned().collect();
        let (changed, waiting) = (with(Fate::Changed), with(Fate::Waiting));
        let is_kept = |name: &String| others.contains(name) || unreadable.iter().any(|(other, _)| other == name);
        let kept_or_new = |new: ConnectionConfig| match old.connections.iter().find(|one| one.name == new.name) {
            Some(one) if is_kept(&new.name) => one.clone(),
            _ => new,
        };
        let sign_in = if signs_in_otherwise { old.clone() } else { new.clone() };
        let config = Config {
            authentication: sign_in.authentication,
            sign_out_url: sign_in.sign_out_url,
            roles: new.roles,
            support_url: new.support_url,
            requests_per_minute: new.requests_per_minute,
            connections: new.connections.into_iter().map(kept_or_new).collect(),
            notifications: new.notifications,
            catalogue: new.catalogue,
            ..old.clone()
        };
        Self { config, facts, changed, waiting, unreadable }
    }

    /// Whether a key, or one below it, has changed.
    pub fn has_changed(&self, key: &str) -> bool {
        has_changed(&self.changed, &[key])
    }
}

/// The names of connections that were changed into others.
fn others_of_the_same_name(running: &Config, changed: &[String]) -> BTreeSet<String> {
    let is_another = |name: &String| {
        let of = |part: &str| format!("connections.{name}.{part}");
        // Unless it was removed.
        !changed.contains(&of("name")) && ANOTHER_CONNECTION.iter().any(|part| has_changed(changed, &[&of(part)]))
    };
    running.connections.iter().map(|one| one.name.clone()).filter(is_another).collect()
}

/// The connections whose secret was there before and is not now, with the reason.
fn without_a_secret_now(running: &Config, new: &Config) -> Vec<(String, String)> {
    let had_one =
        |name: &str| running.connections.iter().any(|before| before.name == name && before.client_secret.is_ok());
    let of = |one: &ConnectionConfig| Some((one.name.clone(), one.client_secret.as_ref().err()?.clone()));
    new.connections.iter().filter(|one| had_one(&one.name)).filter_map(of).collect()
}

/// Whether one of these keys, or one below it, is among those that have changed.
fn has_changed(changed: &[String], keys: &[&str]) -> bool {
    changed.iter().any(|changed| is_any_below(changed, keys))
}

fn is_any_below(key: &str, above: &[&str]) -> bool {
    above.iter().any(|above| is_below(key, above))
}

/// Whether a key is another one, or below it.
fn is_below(key: &str, above: &str) -> bool {
    key.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
#[path = "reload_test.rs"]
mod tests;
