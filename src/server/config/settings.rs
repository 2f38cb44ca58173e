//! A checked configuration.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use time::Date;
use url::Url;

use crate::domain::catalogue::Catalogue;
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::audit::StreamSettings;
use crate::server::auth::{Authentication, RoleTable};
use crate::server::backup::BackupSettings;
use crate::server::index::IndexSettings;
use crate::server::notifications::TargetSettings;
use crate::server::oauth::{BasicEncoding, ClientAuthentication};
use crate::server::storage::{DatabaseUrl, SessionLimits};
use crate::server::telemetry::TraceSettings;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address.
    Network(SocketAddr),
    /// The path of a UNIX socket.
    UnixSocket(PathBuf),
}

/// How the audit log is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// The file of the signing key. It is made when it is not there.
    pub signing_key_file: PathBuf,
    /// The log's name in checkpoints.
    pub origin: String,
    /// Where each checkpoint is written too.
    pub checkpoint_file: Option<PathBuf>,
    /// For how long entries are kept; for ever when there is none.
    pub keep: Option<time::Duration>,
    /// Where every record is written for a log shipper.
    pub stream: Option<StreamSettings>,
}

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The URL of the dashboard in browsers. Its scheme decides whether cookies are `Secure`.
    pub public_url: Url,
    /// Where the dashboard listens.
    pub listen: Listen,
    /// Where `/healthz`, `/readyz` and `/metrics` listen; nowhere when absent.
    pub ops_listen: Option<SocketAddr>,
    /// Where everything is kept.
    pub database: DatabaseUrl,
    /// Seals what another replica may have to open; one program alone makes a new key at each start.
    pub sealing_key: Option<SecretString>,
    /// How the audit log is signed.
    pub audit: AuditSettings,
    /// When and where backups are taken; not at all when absent.
    pub backup: Option<BackupSettings>,
    /// Where traces are sent; nowhere when absent.
    pub traces: Option<TraceSettings>,
    /// How people sign in.
    pub authentication: Authentication,
    /// Which groups give which role.
    pub roles: RoleTable,
    /// The sign-out address of the proxy in front.
    pub sign_out_url: Option<Url>,
    /// Where people find help: an `https`, `http` or `mailto` URL.
    pub support_url: String,
    /// How long sessions last.
    pub session_limits: SessionLimits,
    /// How many requests each session may make in a minute.
    pub requests_per_minute: NonZeroU32,
    /// The connections, in the order of the file.
    pub connections: Vec<ConnectionConfig>,
    /// Who is told what, in the order of the file.
    pub notifications: Vec<TargetSettings>,
    /// The interval between scheduled checks of a connection. `None` for checks on request only.
    pub check_interval: Option<Duration>,
    /// The scopes, products and provider groups that forms offer.
    pub catalogue: Catalogue,
}

/// A checked connection.
#[derive(Clone, Debug)]
pub struct ConnectionConfig {
    /// The name in URLs.
    pub name: String,
    /// The partner system, which decides how it is called.
    pub kind: ConnectionKind,
    /// Sandbox or production.
    pub environment: Environment,
    /// The base URL of the API.
    pub base_url: Url,
    /// The token endpoint.
    pub token_url: Url,
    /// The OpenID provider of the clients' journeys, if it is not OneID's own. Of meaning for OneID alone.
    pub journey_url: Option<Url>,
    /// The OAuth `client_id`.
    pub client_id: String,
    /// The OAuth `client_secret`, or why there is none. Without one, the connection is shown as not configured.
    pub client_secret: Result<SecretString, String>,
    /// The day on which the client secret expires.
    pub client_secret_expires: Option<Date>,
    /// Where the client id and secret are sent.
    pub client_auth: ClientAuthentication,
    /// Their encoding in an `Authorization: Basic` header.
    pub basic_encoding: BasicEncoding,
    /// The scopes to request, separated by spaces.
    pub scope: Option<String>,
    /// The path of the probe under `base_url`, if it is not the default of the kind.
    pub probe: Option<String>,
    /// The id of the integration, for kinds that have integrations.
    pub integration_id: Option<String>,
    /// How the index is kept. Of meaning for OneID alone.
    pub index: IndexSettings,
}
