//! `[smtp]`: the server that takes e-mail.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::error::{ConfigError, ConfigFile};
use super::secret_file;
use crate::domain::host::is_this_machine;
use crate::server::notifications::{SmtpSecurity, SmtpSettings};

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmtpTable {
    host: String,
    #[serde(default, deserialize_with = "super::values::port")]
    port: Option<u16>,
    #[serde(default = "default_security")]
    security: SmtpSecurity,
    user: Option<String>,
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
}

fn default_security() -> SmtpSecurity {
    SmtpSecurity::Tls
}

pub(super) fn check(table: SmtpTable, file: &ConfigFile<'_>) -> Result<SmtpSettings, ConfigError> {
    let SmtpTable { host, port, security, user, password, password_file } = table;
    // As a host of a URL, so that it can be nothing else.
    let url = Url::parse(&format!("http://{host}/")).ok().filter(|url| url.path() == "/" && url.port().is_none());
    let Some(url) = url.filter(|url| url.username().is_empty() && !host.is_empty()) else {
        return Err(file.error("smtp.host", "must be the name or the address of a host"));
    };
    if security == SmtpSecurity::None && !is_this_machine(&url) {
        return Err(
            file.error("smtp.security", "\"none\" is only accepted for loopback hosts; use \"tls\" or \"starttls\"")
        );
    }
    let password = match (password, password_file) {
        (Some(password), _) => {
            let password = secret_file::without_line_breaks(password.expose_secret());
            Some(password.ok_or_else(|| file.error("smtp.password", "is empty"))?)
        }
        (None, Some(path)) => {
            Some(secret_file::read(&path).map_err(|fault| file.error("smtp.password_file", fault.into_reason()))?)
        }
        (None, None) => None,
    };
    let credentials = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => return Err(file.error("smtp.password_file", "is missing: there is a user")),
        (None, Some(_)) => return Err(file.error("smtp.user", "is missing: there is a password")),
    };
    let port = port.unwrap_or(match security {
        SmtpSecurity::Tls => 465,
        SmtpSecurity::StartTls => 587,
        SmtpSecurity::None => 25,
    });
    Ok(SmtpSettings { host, port, security, credentials, patience: SmtpSettings::PATIENCE })
}
