//! The configuration file as it is written: one struct for each table.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use time::Date;
use url::Url;

use super::auth_table::AuthTable;
use super::backup::BackupTable;
use super::index::IndexTable;
use super::notifications::NotificationTable;
use super::settings::Listen;
use super::smtp::SmtpTable;
use super::telemetry::TelemetryTable;
use super::values;
use crate::domain::catalogue::Catalogue;
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::audit::StreamFormat;
use crate::server::oauth::{BasicEncoding, ClientAuthentication};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "what names a file is called so in every table")]
pub(super) struct File {
    pub(super) public_url: Url,
    #[serde(default = "default_listen", deserialize_with = "values::listen")]
    pub(super) listen: Listen,
    pub(super) ops_listen: Option<SocketAddr>,
    #[serde(default = "default_database")]
    pub(super) database: String,
    pub(super) database_password: Option<SecretString>,
    pub(super) database_password_file: Option<PathBuf>,
    pub(super) sealing_key: Option<SecretString>,
    pub(super) sealing_key_file: Option<PathBuf>,
    #[serde(default = "default_support_url")]
    pub(super) support_url: String,
    #[serde(default)]
    pub(super) audit: AuditTable,
    pub(super) backup: Option<BackupTable>,
    pub(super) telemetry: Option<TelemetryTable>,
    pub(super) auth: AuthTable,
    pub(super) connections: Vec<ConnectionTable>,
    #[serde(default)]
    pub(super) checks: ChecksTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    #[serde(default)]
    pub(super) catalogue: Catalogue,
    #[serde(default)]
    pub(super) notifications: Vec<NotificationTable>,
    pub(super) smtp: Option<SmtpTable>,
}

fn default_listen() -> Listen {
    Listen::Network(SocketAddr::from(([127, 0, 0, 1], 3000)))
}

fn default_database() -> String {
    "sqlite:partner-dashboard.db".to_owned()
}

/// OneID's own support.
pub fn default_support_url() -> String {
    "mailto:askus@oneid.uk".to_owned()
}

/// `[audit]`: how the log is signed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AuditTable {
    pub(super) signing_key_file: Option<PathBuf>,
    pub(super) origin: Option<String>,
    pub(super) checkpoint_file: Option<PathBuf>,
    #[serde(deserialize_with = "values::days_kept")]
    pub(super) keep_days: Option<time::Duration>,
    pub(super) stream: Option<StreamTable>,
}

/// `[audit.stream]`: where every record is written for a log shipper.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamTable {
    pub(super) to: String,
    pub(super) format: StreamFormat,
}

/// `[limits]`: how much one visitor may ask for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    #[serde(deserialize_with = "values::requests_per_minute")]
    pub(super) requests_per_minute: NonZeroU32,
}

/// Twenty requests a second, for each session.
const DEFAULT_REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(1_200).expect("1,200 is not zero");

impl Default for LimitsTable {
    fn default() -> Self {
        Self { requests_per_minute: DEFAULT_REQUESTS_PER_MINUTE }
    }
}

/// `[checks]`: the scheduled checks of the connections.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ChecksTable {
    #[serde(deserialize_with = "values::check_interval")]
    pub(super) interval_s: Option<Duration>,
}

impl Default for ChecksTable {
    fn default() -> Self {
        Self { interval_s: Some(Duration::from_mins(1)) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionTable {
    pub(super) name: String,
    pub(super) kind: ConnectionKind,
    pub(super) environment: Environment,
    pub(super) base_url: Url,
    pub(super) token_url: Option<Url>,
    pub(super) journey_url: Option<Url>,
    pub(super) client_id: String,
    pub(super) client_secret: Option<SecretString>,
    pub(super) client_secret_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) client_auth: ClientAuthentication,
    #[serde(default)]
    pub(super) basic_encoding: BasicEncoding,
    pub(super) scope: Option<String>,
    pub(super) probe: Option<String>,
    pub(super) integration_id: Option<String>,
    #[serde(default, deserialize_with = "values::date")]
    pub(super) client_secret_expires: Option<Date>,
    pub(super) index: Option<IndexTable>,
}
