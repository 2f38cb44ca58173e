//! What the audit log keeps of a configuration: its hash, and its values by key, from which the changed keys are found.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::server::hexadecimal::hex;

/// A configuration as it was read, with the environment laid over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationFacts {
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Every value by its key with dots. It may be a secret: it is hashed before it is kept.
    pub values: BTreeMap<String, String>,
}

impl ConfigurationFacts {
    pub(super) fn of(text: &str, table: &Table) -> Self {
        let mut values = BTreeMap::new();
        for (key, value) in table {
            flatten(key, value, &mut values);
        }
        Self { sha256: hex(&Sha256::digest(text)), values }
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
}
