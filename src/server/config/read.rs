//! Reads and checks the configuration: every error names the key and the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::HeaderName;
use toml::{Table, Value};

use super::connection::{self, OwnAddresses};
use super::environment;
use super::settings::{AuthTable, Authentication, ChecksTable, Config, File, HeaderTable, Listen};
use super::url::check_url;
use crate::domain::principal::Role;
use crate::server::auth::{HeaderAuthentication, HeaderNames, RoleTable};

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{file}: is not TOML: {reason}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says, with the line.
        reason: String,
    },
    /// A key is unknown, missing, or has a value that cannot be used.
    #[error("{file}: {key}: {reason}")]
    Key {
        /// The file, or the environment.
        file: String,
        /// The key, with the keys above it.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

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
    let wrong = Wrong { file: &file };
    refuse_secrets_in_the_file(&table, &wrong)?;
    environment::overlay(&mut table, variables)
        .map_err(|variable| wrong.key(&variable, "names no key that can be set by a variable"))?;
    let parsed: File = serde_path_to_error::deserialize(Value::Table(table))
        .map_err(|error| wrong.key(&error.path().to_string(), error.inner().message()))?;
    check(parsed, &wrong)
}

pub(super) struct Wrong<'a> {
    file: &'a str,
}

impl Wrong<'_> {
    pub(super) fn key(&self, key: &str, reason: impl Into<String>) -> ConfigError {
        let reason = reason.into().trim().replace('\n', "; ");
        ConfigError::Key { file: self.file.to_owned(), key: key.to_owned(), reason }
    }
}

/// A secret in the file would be in every backup and every screenshot of it.
fn refuse_secrets_in_the_file(table: &Table, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    let connections = table.get("connections").and_then(Value::as_array);
    for (index, connection) in connections.into_iter().flatten().enumerate() {
        if connection.get("client_secret").is_some() {
            return Err(wrong.key(
                &format!("connections[{index}].client_secret"),
                "a secret does not belong into this file: put it into a file of its own and name that in \
                 client_secret_file, or set it in the environment",
            ));
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
    Ok(Config {
        check_interval: check_interval(&file.checks, wrong)?,
        public_url: file.public_url,
        listen,
        ops_listen: file.ops_listen,
        database: file.database,
        authentication: authentication(file.auth, wrong)?,
        connections,
        catalogue: file.catalogue,
    })
}

/// A number, or the text of one from the environment.
fn check_interval(table: &ChecksTable, wrong: &Wrong<'_>) -> Result<Option<Duration>, ConfigError> {
    let seconds = match &table.interval_s {
        Value::Integer(seconds) => u64::try_from(*seconds).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    match seconds {
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

fn authentication(auth: AuthTable, wrong: &Wrong<'_>) -> Result<Authentication, ConfigError> {
    if auth.mode != "header" {
        return Err(wrong.key("auth.mode", format!("{:?} is not known to this version; use \"header\"", auth.mode)));
    }
    let header = auth.header.ok_or_else(|| wrong.key("auth.header", "is missing"))?;
    let roles = RoleTable::new([
        (Role::Admin, auth.roles.admin),
        (Role::Editor, auth.roles.editor),
        (Role::Auditor, auth.roles.auditor),
        (Role::Viewer, auth.roles.viewer),
    ]);
    if roles == RoleTable::default() {
        return Err(wrong.key("auth.roles", "names no group, so nobody could do anything"));
    }
    Ok(Authentication::Header(header_authentication(header, roles, wrong)?))
}

fn header_authentication(
    table: HeaderTable,
    roles: RoleTable,
    wrong: &Wrong<'_>,
) -> Result<HeaderAuthentication, ConfigError> {
    let name = |key: &str, text: &str| {
        text.parse::<HeaderName>().map_err(|_| wrong.key(&format!("auth.header.{key}"), "is not the name of a header"))
    };
    for range in &table.trusted_peers {
        if range.prefix_len() == 0 {
            return Err(wrong.key("auth.header.trusted_peers", format!("{range} would trust everybody")));
        }
    }
    let names = HeaderNames {
        user: name("user", &table.user)?,
        email: table.email.as_deref().map(|text| name("email", text)).transpose()?,
        groups: name("groups", &table.groups)?,
    };
    Ok(HeaderAuthentication { names, trusted_peers: table.trusted_peers, roles })
}

#[cfg(test)]
#[path = "read_test.rs"]
mod tests;
