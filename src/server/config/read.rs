//! Reads and checks the configuration: every error names the key and the file.

use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use axum::http::HeaderName;
use secrecy::SecretString;
use toml::{Table, Value};
use url::{Host, Url};

use super::environment;
use super::settings::{
    AuthTable, Authentication, Config, ConnectionConfig, ConnectionTable, File, HeaderTable, Listen,
};
use crate::domain::connection::ConnectionKind;
use crate::domain::principal::Role;
use crate::server::auth::{HeaderAuthentication, HeaderNames, RoleTable};

/// Names that pages have already.
const TAKEN_NAMES: &[&str] = &["audit", "auth", "account", "api", "connections", "pkg"];

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

struct Wrong<'a> {
    file: &'a str,
}

impl Wrong<'_> {
    fn key(&self, key: &str, reason: impl Into<String>) -> ConfigError {
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
    let mut names = BTreeSet::new();
    let mut connections = Vec::new();
    for (index, connection) in file.connections.into_iter().enumerate() {
        let key = |name: &str| format!("connections[{index}].{name}");
        if !names.insert(connection.name.clone()) {
            return Err(wrong.key(&key("name"), "is used by an earlier connection"));
        }
        connections.push(check_connection(connection, &key, wrong)?);
    }
    Ok(Config {
        public_url: file.public_url,
        listen: listen(&file.listen, wrong)?,
        ops_listen: file.ops_listen,
        database: file.database,
        authentication: authentication(file.auth, wrong)?,
        connections,
        catalogue: file.catalogue,
    })
}

fn listen(text: &str, wrong: &Wrong<'_>) -> Result<Listen, ConfigError> {
    if let Some(path) = text.strip_prefix("unix:") {
        return Ok(Listen::UnixSocket(PathBuf::from(path)));
    }
    let address = text.parse().map_err(|_| wrong.key("listen", "must be ADDRESS:PORT or unix:PATH"))?;
    Ok(Listen::Network(address))
}

fn check_connection(
    table: ConnectionTable,
    key: &impl Fn(&str) -> String,
    wrong: &Wrong<'_>,
) -> Result<ConnectionConfig, ConfigError> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if table.name.is_empty() || !table.name.chars().all(is_plain) {
        return Err(wrong.key(&key("name"), "is part of addresses: use small letters, digits and hyphens"));
    }
    if TAKEN_NAMES.contains(&table.name.as_str()) {
        return Err(wrong.key(&key("name"), "is the name of a page"));
    }
    if table.kind != ConnectionKind::OneId {
        return Err(wrong.key(&key("kind"), "this version connects to oneid alone"));
    }
    check_url(&table.base_url, &key("base_url"), wrong)?;
    let token_url = match table.token_url {
        Some(url) => url,
        None => below(&table.base_url, "v1/token"),
    };
    check_url(&token_url, &key("token_url"), wrong)?;
    if table.client_id.is_empty() {
        return Err(wrong.key(&key("client_id"), "is empty"));
    }
    let client_secret = match (table.client_secret, table.client_secret_file) {
        (Some(secret), _) => secret,
        (None, Some(path)) => secret_from(&path).map_err(|reason| wrong.key(&key("client_secret_file"), reason))?,
        (None, None) => return Err(wrong.key(&key("client_secret_file"), "is missing")),
    };
    Ok(ConnectionConfig {
        name: table.name,
        kind: table.kind,
        environment: table.environment,
        base_url: table.base_url,
        token_url,
        client_id: table.client_id,
        client_secret,
        client_auth: table.client_auth,
        basic_encoding: table.basic_encoding,
        scope: table.scope,
    })
}

fn secret_from(path: &Path) -> Result<SecretString, String> {
    let secret = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    match secret.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("{} is empty", path.display())),
        secret => Ok(SecretString::from(secret.to_owned())),
    }
}

/// A path below an address, whether or not that ends with a slash.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// Credentials travel to these addresses: https, or this machine.
fn check_url(url: &Url, key: &str, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    };
    match url.scheme() {
        _ if url.host().is_none() => Err(wrong.key(key, "has no host")),
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(wrong.key(key, "must not carry a user name or password"))
        }
        _ if url.query().is_some() || url.fragment().is_some() => Err(wrong.key(key, "must not carry a query")),
        "https" => Ok(()),
        "http" if is_loopback => Ok(()),
        "http" => Err(wrong.key(key, "plain http is accepted for loopback hosts only; use https")),
        _ => Err(wrong.key(key, "must be an https address")),
    }
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
