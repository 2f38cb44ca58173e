//! Checks the connections: each kind has what it needs, and nothing that it does not use.

use std::collections::BTreeSet;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::error::{ConfigError, ConfigFile};
use super::file::ConnectionTable;
use super::index;
use super::secret_file::{self, SecretFileError};
use super::settings::ConnectionConfig;
pub(super) use super::url::OwnAddresses;
use super::url::{below, check_url};
use crate::domain::connection::ConnectionKind;
use crate::server::connections::{Kind, Probe};
use crate::server::oauth::{ClientAuthentication, TokenRequestFormat};

/// Names that are paths of pages.
const TAKEN_NAMES: &[&str] = &["audit", "auth", "account", "api", "connections", "find", "notifications", "pkg"];

/// Checks every connection of the file.
pub(super) fn check_all(
    tables: Vec<ConnectionTable>,
    own: &OwnAddresses<'_>,
    file: &ConfigFile<'_>,
) -> Result<Vec<ConnectionConfig>, ConfigError> {
    let mut names = BTreeSet::new();
    let mut connections = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let key = |name: &str| format!("connections[{index}].{name}");
        if !names.insert(table.name.clone()) {
            return Err(file.error(&key("name"), "is used by an earlier connection"));
        }
        connections.push(check(table, own, &key, file)?);
    }
    Ok(connections)
}

fn check(
    table: ConnectionTable,
    own: &OwnAddresses<'_>,
    key: &impl Fn(&str) -> String,
    file: &ConfigFile<'_>,
) -> Result<ConnectionConfig, ConfigError> {
    check_connection_name(&table.name).map_err(|reason| file.error(&key("name"), reason))?;
    check_needs(&table).map_err(|(name, reason)| file.error(&key(name), reason))?;
    let token_url = table.token_url.clone().unwrap_or_else(|| below(&table.base_url, Kind::of(table.kind).token_path));
    let urls = [
        (Some(&table.base_url), "base_url"),
        (Some(&token_url), "token_url"),
        (table.journey_url.as_ref(), "journey_url"),
    ];
    for (url, name) in urls.into_iter().filter_map(|(url, name)| Some((url?, name))) {
        check_url(url, &key(name), file)?;
        own.refuse(url, &key(name), file)?;
    }
    Ok(ConnectionConfig {
        client_secret: client_secret(table.kind, table.client_secret, table.client_secret_file)
            .map_err(|(name, reason)| file.error(&key(name), reason))?,
        client_secret_expires: table.client_secret_expires,
        name: table.name,
        kind: table.kind,
        environment: table.environment,
        base_url: table.base_url,
        token_url,
        journey_url: table.journey_url,
        client_id: table.client_id,
        client_auth: table.client_auth,
        basic_encoding: table.basic_encoding,
        scope: table.scope,
        probe: table.probe,
        integration_id: table.integration_id,
        index: index::check(table.kind, table.index).map_err(|reason| file.error(&key("index"), reason))?,
    })
}

/// Whether a connection may have this name.
///
/// # Errors
/// What is wrong with it, to be read after the name.
pub fn check_connection_name(name: &str) -> Result<(), &'static str> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err("is part of URLs: use lower-case letters, digits and hyphens");
    }
    if TAKEN_NAMES.contains(&name) {
        return Err("is reserved: a page has this name");
    }
    Ok(())
}

/// Checks the keys that a kind needs or does not use. The error is the key and what is wrong with it.
fn check_needs(table: &ConnectionTable) -> Result<(), (&'static str, &'static str)> {
    let kind = Kind::of(table.kind);
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if table.client_id.is_empty() {
        return Err(("client_id", "is empty"));
    }
    if kind.needs_scope && is_blank(&table.scope) {
        return Err(("scope", "is missing: this kind issues no token without one"));
    }
    if kind.format == TokenRequestFormat::Json && table.client_auth == ClientAuthentication::Basic {
        return Err(("client_auth", "this kind only accepts the client ID and secret in the body; use \"post\""));
    }
    if table.kind != ConnectionKind::OneId && table.journey_url.is_some() {
        return Err(("journey_url", "this kind has no clients, and no journeys"));
    }
    match (kind.needs_integration_id(), &table.integration_id) {
        (true, id) if is_blank(id) => {
            Err(("integration_id", "is missing: this kind needs it to ask for the status of the integration"))
        }
        (false, Some(_)) => Err(("integration_id", "this kind has no integrations")),
        _ => check_probe(&kind.probe, table.probe.as_deref()),
    }
}

fn check_probe(probe: &Probe, configured: Option<&str>) -> Result<(), (&'static str, &'static str)> {
    match (probe, configured) {
        (Probe::Message { .. }, Some(_)) => {
            Err(("probe", "this kind is checked by its token only, because its one call sends data"))
        }
        (Probe::Get { path: None, .. }, None) => {
            Err(("probe", "is missing: give a path under base_url that answers GET"))
        }
        (_, Some(path)) => {
            let climbs = path.split(['/', '\\', '?']).any(|part| matches!(part, "." | ".."));
            let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains(['#', '\\', '%']);
            if is_path && !climbs {
                Ok(())
            } else {
                Err(("probe", "must be a path under base_url, such as /v1/health"))
            }
        }
        (_, None) => Ok(()),
    }
}

/// The secret. Without one, a `OneID` connection could show none of its pages, so that is an error at the start. Any
/// other connection is shown as not configured, with the reason. A secret file that everybody may write is always an
/// error. The error is the key and what is wrong with it.
fn client_secret(
    kind: ConnectionKind,
    secret: Option<SecretString>,
    file: Option<PathBuf>,
) -> Result<Result<SecretString, String>, (&'static str, String)> {
    match (secret, file) {
        (Some(secret), _) => match secret_file::without_line_breaks(secret.expose_secret()) {
            None if kind != ConnectionKind::OneId => Ok(Err("client_secret is empty".to_owned())),
            None => Err(("client_secret", "is empty".to_owned())),
            Some(secret) => Ok(Ok(secret)),
        },
        (None, None) => Err(("client_secret_file", "is missing".to_owned())),
        (None, Some(path)) => match secret_file::read(&path) {
            Err(SecretFileError::Missing(reason)) if kind != ConnectionKind::OneId => Ok(Err(reason)),
            Err(fault) => Err(("client_secret_file", fault.into_reason())),
            Ok(secret) => Ok(Ok(secret)),
        },
    }
}

#[cfg(test)]
#[path = "connection_test.rs"]
mod tests;
