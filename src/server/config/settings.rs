//! The keys of the configuration, and what a checked configuration is.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;
use time::Date;
use url::Url;

use crate::domain::catalogue::Catalogue;
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::auth::{Authentication, RoleTable};
use crate::server::oauth::{BasicEncoding, ClientAuthentication};
use crate::server::storage::SessionLimits;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address.
    Network(SocketAddr),
    /// The path of a UNIX socket.
    UnixSocket(PathBuf),
}

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// The address in browsers; its scheme decides how cookies are set.
    pub public_url: Url,
    /// Where the dashboard listens.
    pub listen: Listen,
    /// Where `/healthz`, `/readyz` and `/metrics` listen; nowhere when absent.
    pub ops_listen: Option<SocketAddr>,
    /// An `sqlite:FILE` URL.
    pub database: String,
    /// How people are known.
    pub authentication: Authentication,
    /// Which groups give which role.
    pub roles: RoleTable,
    /// Where to sign out of the proxy in front.
    pub sign_out_url: Option<Url>,
    /// How long sessions last.
    pub session_limits: SessionLimits,
    /// How many requests a minute each session may make.
    pub requests_per_minute: NonZeroU32,
    /// The connections, in the order of the file.
    pub connections: Vec<ConnectionConfig>,
    /// From one check of a connection to the next; `None` for checks by hand alone.
    pub check_interval: Option<Duration>,
    /// Known scopes, products and provider groups.
    pub catalogue: Catalogue,
}

/// A checked connection.
#[derive(Clone, Debug)]
pub struct ConnectionConfig {
    /// The name in URLs.
    pub name: String,
    /// Which system.
    pub kind: ConnectionKind,
    /// Which environment.
    pub environment: Environment,
    /// The API's address.
    pub base_url: Url,
    /// The token endpoint.
    pub token_url: Url,
    /// The client's id.
    pub client_id: String,
    /// The client's secret, or why there is none: then the connection is shown as not configured.
    pub client_secret: Result<SecretString, String>,
    /// When the secret ends.
    pub client_secret_expires: Option<Date>,
    /// Where id and secret travel.
    pub client_auth: ClientAuthentication,
    /// How they are written in a header.
    pub basic_encoding: BasicEncoding,
    /// The scope to ask for.
    pub scope: Option<String>,
    /// The path under `base_url` that shows that it works, where that is not the kind's own.
    pub probe: Option<String>,
    /// The integration to ask about, for kinds that have such a thing.
    pub integration_id: Option<String>,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) public_url: Url,
    #[serde(default = "default_listen")]
    pub(super) listen: String,
    pub(super) ops_listen: Option<SocketAddr>,
    #[serde(default = "default_database")]
    pub(super) database: String,
    pub(super) audit: Option<AuditTable>,
    pub(super) auth: AuthTable,
    pub(super) connections: Vec<ConnectionTable>,
    #[serde(default)]
    pub(super) checks: ChecksTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    #[serde(default)]
    pub(super) catalogue: Catalogue,
}

fn default_listen() -> String {
    "127.0.0.1:3000".to_owned()
}

fn default_database() -> String {
    "sqlite:partner-dashboard.db".to_owned()
}

/// Settings of the log's hash chain. They are read so that one file serves newer versions too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditTable {
    pub(super) key_file: Option<PathBuf>,
    pub(super) checkpoint_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthTable {
    pub(super) mode: String,
    pub(super) header: Option<HeaderTable>,
    pub(super) jwt: Option<JwtTable>,
    pub(super) oidc: Option<OidcTable>,
    #[serde(default)]
    pub(super) session: SessionTable,
    pub(super) sign_out_url: Option<Url>,
    #[serde(default)]
    pub(super) roles: RolesTable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JwtTable {
    pub(super) header: String,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) jwks_url: Url,
    pub(super) algorithms: Vec<String>,
    #[serde(default = "default_groups_claim")]
    pub(super) groups_claim: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OidcTable {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<SecretString>,
    pub(super) client_secret_file: Option<PathBuf>,
    #[serde(default = "default_client_auth")]
    pub(super) client_auth: ClientAuthentication,
    #[serde(default = "default_scopes")]
    pub(super) scopes: Vec<String>,
    #[serde(default = "default_groups_claim")]
    pub(super) groups_claim: String,
}

fn default_groups_claim() -> String {
    "groups".to_owned()
}

/// What providers take that were told nothing else (OpenID Connect Core 1.0 §9).
fn default_client_auth() -> ClientAuthentication {
    ClientAuthentication::Basic
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// How long sessions last, in seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SessionTable {
    pub(super) idle_s: toml::Value,
    pub(super) absolute_s: toml::Value,
}

impl Default for SessionTable {
    fn default() -> Self {
        let SessionLimits { idle, absolute } = SessionLimits::default();
        Self {
            idle_s: toml::Value::Integer(idle.whole_seconds()),
            absolute_s: toml::Value::Integer(absolute.whole_seconds()),
        }
    }
}

/// What one visitor may ask for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    pub(super) requests_per_minute: toml::Value,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self { requests_per_minute: toml::Value::Integer(1_200) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderTable {
    pub(super) user: String,
    pub(super) email: Option<String>,
    pub(super) groups: String,
    #[serde(default)]
    pub(super) trusted_peers: Vec<IpNet>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RolesTable {
    pub(super) admin: Vec<RoleEntry>,
    pub(super) editor: Vec<RoleEntry>,
    pub(super) auditor: Vec<RoleEntry>,
    pub(super) viewer: Vec<RoleEntry>,
}

/// A group that has a role, everywhere or for one organisation and everything below it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RoleEntry {
    Everywhere(String),
    Below(LimitedRole),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitedRole {
    pub(super) group: String,
    pub(super) connection: String,
    pub(super) organisation: String,
}

/// Checks of the connections that nobody asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ChecksTable {
    pub(super) interval_s: toml::Value,
}

impl Default for ChecksTable {
    fn default() -> Self {
        Self { interval_s: toml::Value::Integer(60) }
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
    pub(super) client_secret_expires: Option<toml::Value>,
}
