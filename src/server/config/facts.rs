//! What the audit log keeps of a configuration: its hash, and its values by key, from which the changed keys are found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::server::hexadecimal::hex;

/// A configuration as it was read, with the environment laid over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationFacts {
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Every value by its key with dots. Of a secret it is a hash, under the key that the secret itself would have, such as
    /// `client_secret` for what is in `client_secret_file`.
    pub values: BTreeMap<String, String>,
}

impl ConfigurationFacts {
    pub(super) fn of(text: &str, table: &Table) -> Self {
        let mut values = BTreeMap::new();
        for (key, value) in table {
            flatten(key, value, &mut values);
        }
        hide_secrets(&mut values);
        add_secrets(&mut values);
        Self { sha256: hex(&Sha256::digest(text)), values }
    }

    /// The keys whose values are other ones than they were.
    pub(super) fn changed_since(&self, earlier: &Self) -> Vec<String> {
        let all: BTreeSet<&String> = self.values.keys().chain(earlier.values.keys()).collect();
        all.into_iter().filter(|key| self.values.get(*key) != earlier.values.get(*key)).cloned().collect()
    }
}

/// The last parts of keys that are secrets where they come from the environment.
const SECRETS: [&str; 6] = ["client_secret", "database_password", "password", "sealing_key", "signing_key", "url"];

/// The facts are kept for as long as the server runs: of secrets, only hashes are in them.
fn hide_secrets(values: &mut BTreeMap<String, String>) {
    for (key, value) in values {
        if key.rsplit('.').next().is_some_and(|last| SECRETS.contains(&last)) {
            *value = hex(&Sha256::digest(&value));
        }
    }
}

/// A secret may change while the name of its file does not. The files of the audit log are none of those: they are made, and
/// one of them grows.
fn add_secrets(values: &mut BTreeMap<String, String>) {
    let files = values.iter().filter_map(|(key, path)| {
        let secret = key.strip_suffix("_file").filter(|key| !key.starts_with("audit."))?;
        let path: Value = path.parse().ok()?;
        let contents = fs::read(path.as_str()?).ok()?;
        Some((secret.to_owned(), hex(&Sha256::digest(contents))))
    });
    let files: Vec<(String, String)> = files.collect();
    for (key, hash) in files {
        values.entry(key).or_insert(hash);
    }
}

/// Tables become keys with dots. A connection is called by its name, as everywhere.
fn flatten(key: &str, value: &Value, values: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) => {
            for (name, value) in table {
                flatten(&format!("{key}.{name}"), value, values);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (place, item) in items.iter().enumerate() {
                let name = item.get("name").and_then(Value::as_str).map_or_else(|| place.to_string(), str::to_owned);
                flatten(&format!("{key}.{name}"), item, values);
            }
        }
        value => {
            values.insert(key.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_called_by_their_keys_and_connections_by_their_names() {
        let text =
            "listen = \"a\"\n[auth.oidc]\nscopes = [\"openid\"]\n[[connections]]\nname = \"sandbox\"\nkind = \"oneid\"";
        let facts = ConfigurationFacts::of(text, &text.parse().unwrap());
        let keys: Vec<&str> = facts.values.keys().map(String::as_str).collect();
        assert_eq!(keys, ["auth.oidc.scopes", "connections.sandbox.kind", "connections.sandbox.name", "listen"]);
        assert_eq!(facts.sha256.len(), 64);
    }

    #[test]
    fn a_secret_of_the_environment_is_not_in_the_facts() {
        let text = "sealing_key = \"canary-1\"\n[[connections]]\nname = \"a\"\nclient_secret = \"canary-2\"\n\
                    [[notifications]]\nname = \"b\"\nurl = \"https://hooks.example.com/canary-3\"";
        let facts = ConfigurationFacts::of("", &text.parse().unwrap());
        assert_eq!(facts.values.len(), 5);
        assert!(!format!("{facts:?}").contains("canary"), "{facts:?}");
    }

    #[test]
    fn a_secret_that_changes_in_its_file_is_a_changed_key_and_is_not_kept_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("oidc");
        let text = format!("[auth.oidc]\nclient_secret_file = {:?}\n", file.display().to_string());
        let facts = || ConfigurationFacts::of(&text, &text.parse().unwrap());
        let without = facts();
        fs::write(&file, "first").unwrap();
        let first = facts();
        assert_eq!(first.changed_since(&without), ["auth.oidc.client_secret"]);
        assert_eq!(first.changed_since(&facts()), [""; 0]);
        fs::write(&file, "second").unwrap();
        assert_eq!(facts().changed_since(&first), ["auth.oidc.client_secret"]);
        assert!(!first.values.values().any(|value| value.contains("first")), "{first:?}");
    }
}
