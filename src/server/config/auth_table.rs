//! `[auth]` as it is written: how people sign in, for how long, and which groups have which role.

use std::path::PathBuf;

use ipnet::IpNet;
use jsonwebtoken::Algorithm;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::values;
use crate::server::oauth::ClientAuthentication;
use crate::server::storage::SessionLimits;

/// The whole table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthTable {
    pub(super) mode: Mode,
    pub(super) header: Option<HeaderTable>,
    pub(super) jwt: Option<JwtTable>,
    pub(super) oidc: Option<OidcTable>,
    #[serde(default)]
    pub(super) session: SessionTable,
    pub(super) sign_out_url: Option<Url>,
    #[serde(default)]
    pub(super) roles: RolesTable,
}

/// How people sign in: the table of the same name says the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// At an OpenID provider.
    Oidc,
    /// With the signed assertion of a proxy.
    Jwt,
    /// With the plain headers of a trusted proxy.
    Header,
}

impl Mode {
    /// The name in the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Jwt => "jwt",
            Self::Header => "header",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JwtTable {
    pub(super) header: String,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) jwks_url: Url,
    #[serde(deserialize_with = "values::algorithms")]
    pub(super) algorithms: Vec<Algorithm>,
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

/// The default of a provider's client registration (OpenID Connect Core 1.0 §9).
fn default_client_auth() -> ClientAuthentication {
    ClientAuthentication::Basic
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// `[auth.session]`: how long sessions last, in seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SessionTable {
    #[serde(deserialize_with = "values::session_seconds")]
    pub(super) idle_s: time::Duration,
    #[serde(deserialize_with = "values::session_seconds")]
    pub(super) absolute_s: time::Duration,
}

impl Default for SessionTable {
    fn default() -> Self {
        let SessionLimits { idle, absolute } = SessionLimits::default();
        Self { idle_s: idle, absolute_s: absolute }
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

/// A group that has a role, either everywhere or for one organisation and everything below it.
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
