//! Reads and checks the configuration: every error names the key and the file.

use std::fs;
use std::path::Path;

use toml::{Table, Value};
use url::Url;

use super::connection::{self, OwnAddresses};
use super::error::{ConfigError, ConfigFile};
use super::facts::ConfigurationFacts;
use super::file::File;
use super::settings::Config;
use super::url::check_url;
use super::{audit, authentication, backup, database, environment, notifications, roles, sealing, smtp, telemetry};

/// Reads a configuration file, lays the environment over it and checks all of it.
///
/// # Errors
/// What is wrong, with the file and the key.
pub fn read(path: &Path, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    read_with_facts(path, variables).map(|(config, _)| config)
}

/// The same, with what the audit log keeps of it.
///
/// # Errors
/// What is wrong, with the file and the key.
pub fn read_with_facts(
    path: &Path,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<(Config, ConfigurationFacts), ConfigError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable { file: name.clone(), reason: error.to_string() })?;
    let mut table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::Syntax { file: name.clone(), reason: error.to_string() })?;
    let file = ConfigFile { name: &name };
    refuse_secrets_in_the_file(&table, &file)?;
    environment::overlay(&mut table, variables)
        .map_err(|variable| file.error(&variable, "does not match any setting"))?;
    let facts = ConfigurationFacts::of(&text, &table);
    Ok((checked(table, &file)?, facts))
}

/// Reads and checks the keys of a configuration.
pub(super) fn checked(table: Table, file: &ConfigFile<'_>) -> Result<Config, ConfigError> {
    let parsed: File = serde_path_to_error::deserialize(Value::Table(table))
        .map_err(|error| file.error(&error.path().to_string(), error.inner().message()))?;
    check(parsed, file)
}

/// A secret in the file would be in every backup and every screenshot of it.
pub(super) fn refuse_secrets_in_the_file(table: &Table, file: &ConfigFile<'_>) -> Result<(), ConfigError> {
    let refused = |key: &str| {
        file.error(
            key,
            "a secret does not belong in this file: put it in a file of its own and name that file in \
             client_secret_file, or set it in the environment",
        )
    };
    for (key, named_in) in [("database_password", "database_password_file"), ("sealing_key", "sealing_key_file")] {
        if table.contains_key(key) {
            let reason = format!(
                "a secret does not belong in this file: put it in a file of its own and name that file in {named_in}, or set \
                 it in the environment"
            );
            return Err(file.error(key, &reason));
        }
    }
    let has_password = |url: &str| {
        let is_there = |url: &Url| url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password");
        Url::parse(url).is_ok_and(|url| is_there(&url))
    };
    if table.get("database").and_then(Value::as_str).is_some_and(has_password) {
        return Err(file.error("database", "has a password in it: put that in a file, named in database_password_file"));
    }
    let provider = table.get("auth").and_then(|auth| auth.get("oidc"));
    if provider.is_some_and(|provider| provider.get("client_secret").is_some()) {
        return Err(refused("auth.oidc.client_secret"));
    }
    notifications::refuse_secrets_in_the_file(table, file)?;
    let connections = table.get("connections").and_then(Value::as_array);
    for (index, connection) in connections.into_iter().flatten().enumerate() {
        if connection.get("client_secret").is_some() {
            return Err(refused(&format!("connections[{index}].client_secret")));
        }
    }
    Ok(())
}

fn check(settings: File, file: &ConfigFile<'_>) -> Result<Config, ConfigError> {
    check_url(&settings.public_url, "public_url", file)?;
    let database =
        database::check(settings.database, settings.database_password, settings.database_password_file, file)?;
    let sealing_key = sealing::check(settings.sealing_key, settings.sealing_key_file, &database, file)?;
    let is_for_people = |url: Url| matches!(url.scheme(), "https" | "http" | "mailto");
    if !Url::parse(&settings.support_url).is_ok_and(is_for_people) {
        return Err(file.error("support_url", "must be an https, http or mailto URL"));
    }
    if settings.connections.is_empty() {
        return Err(file.error("connections", "at least one is required"));
    }
    let audit = audit::check(settings.audit, &database, &settings.public_url, file)?;
    let backup = settings.backup.map(|table| backup::check(table, &database, file)).transpose()?;
    let traces = settings.telemetry.map(|table| telemetry::check(table, file)).transpose()?;
    let own =
        OwnAddresses { public_url: &settings.public_url, listen: &settings.listen, ops_listen: settings.ops_listen };
    let connections = connection::check_all(settings.connections, &own, file)?;
    let (authentication, roles) = authentication::check(settings.auth, &own, file)?;
    let roles = roles::check(roles, &connections, file)?;
    let smtp = settings.smtp.map(|table| smtp::check(table, file)).transpose()?;
    let notifications = notifications::check_all(settings.notifications, smtp, &connections, &own, file)?;
    Ok(Config {
        notifications,
        check_interval: settings.checks.interval_s,
        requests_per_minute: settings.limits.requests_per_minute,
        session_limits: authentication.session_limits,
        sign_out_url: authentication.sign_out_url,
        authentication: authentication.authentication,
        roles,
        support_url: settings.support_url,
        public_url: settings.public_url,
        listen: settings.listen,
        ops_listen: settings.ops_listen,
        audit,
        backup,
        traces,
        database,
        sealing_key,
        connections,
        catalogue: settings.catalogue,
    })
}

#[cfg(test)]
#[path = "read_test.rs"]
pub(super) mod tests;

#[cfg(test)]
#[path = "safe_start_test.rs"]
mod safe_start_tests;
