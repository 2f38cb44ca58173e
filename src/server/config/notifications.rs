//! `[[notifications]]`: who is told what, and when they are left alone.

use std::collections::BTreeSet;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

use super::error::{ConfigError, ConfigFile};
use super::settings::ConnectionConfig;
use super::url::OwnAddresses;
use super::{secret_file, values};
use crate::domain::connection::Environment;
use crate::domain::host::is_this_machine;
use crate::domain::notification::{NotificationEvent, TargetKind};
use crate::server::notifications::{
    Channel, QuietHours, SecretUrl, SigningKey, SmtpSettings, TargetSettings, is_mailbox,
};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 60;

/// A table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationTable {
    name: String,
    kind: TargetKind,
    url: Option<SecretString>,
    url_file: Option<PathBuf>,
    signing_key: Option<SecretString>,
    signing_key_file: Option<PathBuf>,
    from: Option<String>,
    to: Option<Vec<String>>,
    events: Option<Vec<NotificationEvent>>,
    #[serde(default)]
    connections: Vec<String>,
    #[serde(default)]
    environments: Vec<Environment>,
    quiet_hours: Option<QuietHoursTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietHoursTable {
    from: String,
    to: String,
    zone: String,
    #[serde(default, deserialize_with = "values::flag")]
    urgent_too: bool,
}

/// What is wrong with a table: the key in it, and the reason.
type Wrong = (String, String);

fn wrong(key: &str, reason: impl Into<String>) -> Wrong {
    (key.to_owned(), reason.into())
}

/// Checks every target of the file.
pub(super) fn check_all(
    tables: Vec<NotificationTable>,
    smtp: Option<SmtpSettings>,
    connections: &[ConnectionConfig],
    own: &OwnAddresses<'_>,
    file: &ConfigFile<'_>,
) -> Result<Vec<TargetSettings>, ConfigError> {
    let mut names = BTreeSet::new();
    let mut targets = Vec::new();
    for (index, table) in tables.into_iter().enumerate() {
        let key = |name: &str| format!("notifications[{index}].{name}");
        if !names.insert(table.name.clone()) {
            return Err(file.error(&key("name"), "is used by an earlier target"));
        }
        let refused = |(name, reason): Wrong| match name.as_str() {
            "smtp" => file.error("smtp", reason),
            name => file.error(&key(name), reason),
        };
        let address = address(&table).map_err(refused)?;
        if let Some((name, url)) = &address {
            own.refuse(url, &key(name), file)?;
        }
        let address = address.map(|(_, url)| SecretUrl::new(&url));
        let target = check(table, address, smtp.as_ref(), connections).map_err(refused)?;
        targets.push(target);
    }
    Ok(targets)
}

fn check(
    table: NotificationTable,
    address: Option<SecretUrl>,
    smtp: Option<&SmtpSettings>,
    connections: &[ConnectionConfig],
) -> Result<TargetSettings, Wrong> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if table.name.is_empty() || table.name.len() > LONGEST_NAME || !table.name.chars().all(is_plain) {
        return Err(wrong("name", "must be of lower-case letters, digits and hyphens, at most 60"));
    }
    let is_known = |name: &String| connections.iter().any(|connection| connection.name == *name);
    if let Some(unknown) = table.connections.iter().find(|name| !is_known(name)) {
        return Err(wrong("connections", format!("names {unknown:?}, which is no connection of this file")));
    }
    let events = table.events.clone().unwrap_or_else(|| NotificationEvent::CHOICES.to_vec());
    if events.is_empty() {
        return Err(wrong("events", "is empty, so nothing would be sent: leave it out for all"));
    }
    if let Some(place) = events.iter().position(|event| !NotificationEvent::CHOICES.contains(event)) {
        return Err(wrong(&format!("events[{place}]"), "is always sent, and cannot be chosen"));
    }
    let quiet_hours = table.quiet_hours.as_ref().map(|quiet| {
        let QuietHoursTable { from, to, zone, urgent_too } = quiet;
        let quiet = QuietHours::new(from, to, zone, *urgent_too);
        quiet.map_err(|(key, reason)| wrong(&format!("quiet_hours.{key}"), reason))
    });
    let quiet_hours = quiet_hours.transpose()?;
    Ok(TargetSettings {
        channel: channel(&table, address, smtp)?,
        name: table.name,
        events,
        connections: table.connections,
        environments: table.environments,
        quiet_hours,
    })
}

/// The channel. What its kind does not use is an error: somebody believes that it does something.
fn channel(
    table: &NotificationTable,
    address: Option<SecretUrl>,
    smtp: Option<&SmtpSettings>,
) -> Result<Channel, Wrong> {
    let (is_email, is_webhook) = (table.kind == TargetKind::Email, table.kind == TargetKind::Webhook);
    let surplus = [
        ("url", table.url.is_some() && is_email),
        ("url_file", table.url_file.is_some() && is_email),
        ("signing_key_file", table.signing_key_file.is_some() && !is_webhook),
        ("signing_key", table.signing_key.is_some() && !is_webhook),
        ("from", table.from.is_some() && !is_email),
        ("to", table.to.is_some() && !is_email),
    ];
    if let Some((key, _)) = surplus.iter().find(|(_, is_surplus)| *is_surplus) {
        return Err(wrong(key, "is not used by this kind: remove it"));
    }
    match (table.kind, address) {
        (TargetKind::Webhook, Some(url)) => Ok(Channel::Webhook { url, key: signing_key(table)? }),
        (TargetKind::Slack, Some(url)) => Ok(Channel::Slack(url)),
        (TargetKind::Teams, Some(url)) => Ok(Channel::Teams(url)),
        _ => email(table, smtp),
    }
}

/// The address that is posted to, and its key; none for e-mail. The query of a workflow of Teams is part of its secret.
fn address(table: &NotificationTable) -> Result<Option<(&'static str, Url)>, Wrong> {
    if table.kind == TargetKind::Email {
        return Ok(None);
    }
    let (key, text) = secret("url", table.url.as_ref(), table.url_file.as_ref())?
        .ok_or_else(|| wrong("url_file", "is missing: name a file with the address, or set url in the environment"))?;
    let url: Url = text.expose_secret().trim().parse().map_err(|_| wrong(key, "is not a URL"))?;
    match url.scheme() {
        _ if url.host().is_none() => Err(wrong(key, "has no host")),
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(wrong(key, "must not contain a user name or password"))
        }
        "https" => Ok(Some((key, url))),
        "http" if is_this_machine(&url) => Ok(Some((key, url))),
        "http" => Err(wrong(key, "plain http is only accepted for loopback hosts; use https")),
        _ => Err(wrong(key, "must be an https URL")),
    }
}

fn signing_key(table: &NotificationTable) -> Result<Option<SigningKey>, Wrong> {
    const FORM: &str = "must be whsec_ and 24 to 64 random bytes in Base64, such as openssl rand -base64 32 gives";
    let Some((key, text)) = secret("signing_key", table.signing_key.as_ref(), table.signing_key_file.as_ref())? else {
        return Ok(None);
    };
    let text = text.expose_secret().trim();
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok();
    bytes.and_then(SigningKey::new).map(Some).ok_or_else(|| wrong(key, FORM))
}

fn email(table: &NotificationTable, smtp: Option<&SmtpSettings>) -> Result<Channel, Wrong> {
    const FORM: &str = "must be an address such as name@example.com or Name <name@example.com>";
    let smtp = smtp.ok_or_else(|| wrong("smtp", "is missing: e-mail needs a server that takes it"))?;
    let from = table.from.clone().ok_or_else(|| wrong("from", "is missing"))?;
    if !is_mailbox(&from) {
        return Err(wrong("from", FORM));
    }
    let to = table.to.clone().filter(|to| !to.is_empty()).ok_or_else(|| wrong("to", "is missing: name a recipient"))?;
    if let Some(place) = to.iter().position(|to| !is_mailbox(to)) {
        return Err(wrong(&format!("to[{place}]"), FORM));
    }
    Ok(Channel::Email { from, to, smtp: smtp.clone() })
}

/// A value that may be a secret, and the key that it came from.
fn secret(
    name: &'static str,
    value: Option<&SecretString>,
    file: Option<&PathBuf>,
) -> Result<Option<(&'static str, SecretString)>, Wrong> {
    let file_key = if name == "url" { "url_file" } else { "signing_key_file" };
    match (value, file) {
        (Some(value), _) => Ok(Some((name, value.clone()))),
        (None, Some(path)) => {
            let read = secret_file::read(path).map_err(|fault| wrong(file_key, fault.into_reason()))?;
            Ok(Some((file_key, read)))
        }
        (None, None) => Ok(None),
    }
}

/// The addresses of Slack and Teams let everybody post who knows them. That of a webhook is none: its messages are signed.
pub(super) fn refuse_secrets_in_the_file(table: &Table, file: &ConfigFile<'_>) -> Result<(), ConfigError> {
    let refused = |key: String, file_key: &str| {
        let reason = format!(
            "a secret does not belong in this file: put it in a file of its own and name that file in {file_key}, or set it in \
             the environment"
        );
        Err(file.error(&key, reason))
    };
    let targets = table.get("notifications").and_then(Value::as_array);
    for (index, target) in targets.into_iter().flatten().enumerate() {
        let is_secret =
            target.get("kind").and_then(Value::as_str).is_some_and(|kind| matches!(kind, "slack" | "teams"));
        if is_secret && target.get("url").is_some() {
            return refused(format!("notifications[{index}].url"), "url_file");
        }
        if target.get("signing_key").is_some() {
            return refused(format!("notifications[{index}].signing_key"), "signing_key_file");
        }
    }
    if table.get("smtp").is_some_and(|smtp| smtp.get("password").is_some()) {
        return refused("smtp.password".to_owned(), "password_file");
    }
    Ok(())
}

#[cfg(test)]
#[path = "notifications_test.rs"]
mod tests;
