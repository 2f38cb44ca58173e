//! How the audit log is signed, and for how long it is kept.

use std::path::Path;

use url::Url;

use super::error::{ConfigError, ConfigFile};
use super::file::{AuditTable, StreamTable};
use super::settings::AuditSettings;
use crate::server::audit::{StreamSettings, StreamTarget};
use crate::server::storage::DatabaseUrl;

impl AuditSettings {
    /// A log that is called after the dashboard, with its key beside the database.
    pub fn of(database: &str, public_url: &Url) -> Self {
        let file = database.trim_start_matches("sqlite:").trim_start_matches("//");
        let file = Path::new(file.split('?').next().unwrap_or_default());
        let host = public_url.host_str().unwrap_or_default();
        let port = public_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = public_url.path().trim_end_matches('/');
        Self {
            signing_key_file: file.with_extension("audit-key.pem"),
            origin: format!("{host}{port}{path}/audit"),
            checkpoint_file: None,
            keep: None,
            stream: None,
        }
    }
}

/// What `to` says for the standard output.
const STANDARD_OUTPUT: &str = "stdout";

pub(super) fn check(
    table: AuditTable,
    database: &DatabaseUrl,
    public_url: &Url,
    file: &ConfigFile<'_>,
) -> Result<AuditSettings, ConfigError> {
    if database.is_postgres() && table.signing_key_file.is_none() {
        let reason = "is missing: with PostgreSQL, every replica needs the same key";
        return Err(file.error("audit.signing_key_file", reason));
    }
    let by_default = AuditSettings::of(database.expose(), public_url);
    let origin = table.origin.unwrap_or(by_default.origin);
    if origin.is_empty() || origin.contains(|character: char| character.is_whitespace() || character == '+') {
        return Err(file.error("audit.origin", "must be a name without white space and without a plus sign"));
    }
    // A restore adds such a number.
    if origin.rsplit_once('/').is_some_and(|(_, last)| last.parse::<u32>().is_ok()) {
        return Err(file.error("audit.origin", "must not end in a slash and a number: a restore adds one"));
    }
    let signing_key_file = table.signing_key_file.unwrap_or(by_default.signing_key_file);
    let stream = table.stream.map(|table| stream(table, file)).transpose()?;
    Ok(AuditSettings {
        signing_key_file,
        origin,
        checkpoint_file: table.checkpoint_file,
        keep: table.keep_days,
        stream,
    })
}

fn stream(table: StreamTable, file: &ConfigFile<'_>) -> Result<StreamSettings, ConfigError> {
    let to = match table.to.as_str() {
        STANDARD_OUTPUT => StreamTarget::StandardOutput,
        path if path.starts_with('/') => StreamTarget::File(path.into()),
        _ => return Err(file.error("audit.stream.to", "must be \"stdout\" or the absolute path of a file")),
    };
    Ok(StreamSettings { to, format: table.format })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_called_after_the_dashboard_and_its_key_stands_beside_the_database() {
        let url = |text: &str| Url::parse(text).unwrap();
        let settings =
            AuditSettings::of("sqlite:/var/lib/x/partner.db?cache=private", &url("https://partners.example/"));
        assert_eq!(settings.signing_key_file, Path::new("/var/lib/x/partner.audit-key.pem"));
        assert_eq!(settings.origin, "partners.example/audit");
        assert_eq!(AuditSettings::of("sqlite:x.db", &url("http://localhost:3000/a/")).origin, "localhost:3000/a/audit");
    }
}
