//! Reads and checks the configuration: every error names the key and the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::{Table, Value};

use super::connection::{self, OwnAddresses};
use super::error::{ConfigError, Wrong};
use super::number::whole_number;
use super::settings::{Config, File, Listen};
use super::url::check_url;
use super::{authentication, environment, roles};

/// Reads a configuration file, lays the environment over it and checks all of it.
///
/// # Errors
/// What is wrong, with the file and the key.
pub fn read(path: &Path, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable { file: file.clone(), reason: error.to_string() })?;
    let mut table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::Syntax { file: file.clone(), reason: error.to_string() })?;
    let wrong = Wrong::in_file(&file);
    refuse_secrets_in_the_file(&table, &wrong)?;
    environment::overlay(&mut table, variables)
        .map_err(|variable| wrong.key(&variable, "is not a key that a variable can set"))?;
    let parsed: File = serde_path_to_error::deserialize(Value::Table(table))
        .map_err(|error| wrong.key(&error.path().to_string(), error.inner().message()))?;
    check(parsed, &wrong)
}

/// A secret in the file would be in every backup and every screenshot of it.
fn refuse_secrets_in_the_file(table: &Table, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    let refused = |key: &str| {
        wrong.key(
            key,
            "a secret does not belong in this file: put it in a file of its own and name that file in \
             client_secret_file, or set it in the environment",
        )
    };
    let provider = table.get("auth").and_then(|auth| auth.get("oidc"));
    if provider.is_some_and(|provider| provider.get("client_secret").is_some()) {
        return Err(refused("auth.oidc.client_secret"));
    }
    let connections = table.get("connections").and_then(Value::as_array);
    for (index, connection) in connections.into_iter().flatten().enumerate() {
        if connection.get("client_secret").is_some() {
            return Err(refused(&format!("connections[{index}].client_secret")));
        }
    }
    Ok(())
}

fn check(file: File, wrong: &Wrong<'_>) -> Result<Config, ConfigError> {
    check_url(&file.public_url, "public_url", wrong)?;
    for key in [
        file.audit.as_ref().and_then(|audit| audit.key_file.as_ref()).map(|_| "audit.key_file"),
        file.audit.as_ref().and_then(|audit| audit.checkpoint_file.as_ref()).map(|_| "audit.checkpoint_file"),
    ]
    .into_iter()
    .flatten()
    {
        tracing::warn!(key, "this version keeps no hash chain: the setting has no effect");
    }
    if !file.database.starts_with("sqlite:") {
        return Err(wrong.key("database", "must be of the form sqlite:FILE"));
    }
    if file.connections.is_empty() {
        return Err(wrong.key("connections", "at least one is needed"));
    }
    let listen = listen(&file.listen, wrong)?;
    let own = OwnAddresses { public_url: &file.public_url, listen: &listen, ops_listen: file.ops_listen };
    let connections = connection::check_all(file.connections, &own, wrong)?;
    let (authentication, roles) = authentication::check(file.auth, &own, wrong)?;
    let roles = roles::check(roles, &connections, wrong)?;
    Ok(Config {
        check_interval: check_interval(&file.checks.interval_s, wrong)?,
        requests_per_minute: authentication::requests_per_minute(&file.limits.requests_per_minute, wrong)?,
        session_limits: authentication.session_limits,
        sign_out_url: authentication.sign_out_url,
        authentication: authentication.authentication,
        roles,
        public_url: file.public_url,
        listen,
        ops_listen: file.ops_listen,
        database: file.database,
        connections,
        catalogue: file.catalogue,
    })
}

fn check_interval(seconds: &Value, wrong: &Wrong<'_>) -> Result<Option<Duration>, ConfigError> {
    match whole_number(seconds) {
        Some(0) => Ok(None),
        Some(seconds @ 1..=86_400) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(wrong.key("checks.interval_s", "must be a number of seconds up to 86400, or 0 for never")),
    }
}

fn listen(text: &str, wrong: &Wrong<'_>) -> Result<Listen, ConfigError> {
    if let Some(path) = text.strip_prefix("unix:") {
        return Ok(Listen::UnixSocket(PathBuf::from(path)));
    }
    let address = text.parse().map_err(|_| wrong.key("listen", "must be ADDRESS:PORT or unix:PATH"))?;
    Ok(Listen::Network(address))
}

#[cfg(test)]
#[path = "read_test.rs"]
mod tests;

#[cfg(test)]
#[path = "safe_start_test.rs"]
mod safe_start_tests;
