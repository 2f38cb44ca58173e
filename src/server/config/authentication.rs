//! Checks `[auth]`: exactly one mode, with everything that it needs to be safe.

use axum::http::HeaderName;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::auth_table::{AuthTable, HeaderTable, JwtTable, Mode, OidcTable, RolesTable, SessionTable};
use super::connection::OwnAddresses;
use super::error::{ConfigError, ConfigFile};
use super::settings::Listen;
use super::url::check_url;
use super::{secret_file, trusted_peers};
use crate::server::auth::{Authentication, Expected, HeaderAuthentication, HeaderNames, JwtSettings, OidcSettings};
use crate::server::oauth::ClientAuthentication;
use crate::server::storage::SessionLimits;

/// The settings of `[auth]`, except the roles.
pub(super) struct Checked {
    pub(super) authentication: Authentication,
    pub(super) session_limits: SessionLimits,
    pub(super) sign_out_url: Option<Url>,
}

/// Checks the table. The roles are returned as they are, to be checked with the connections.
pub(super) fn check(
    auth: AuthTable,
    own: &OwnAddresses<'_>,
    file: &ConfigFile<'_>,
) -> Result<(Checked, RolesTable), ConfigError> {
    let tables =
        [(Mode::Oidc, auth.oidc.is_some()), (Mode::Jwt, auth.jwt.is_some()), (Mode::Header, auth.header.is_some())];
    // A second way to sign in could be used to get around the first.
    if let Some((surplus, _)) = tables.iter().find(|(mode, is_given)| *is_given && *mode != auth.mode) {
        let reason = format!("is not used in mode {:?}: remove it", auth.mode.name());
        return Err(file.error(&format!("auth.{}", surplus.name()), reason));
    }
    let missing = || file.error(&format!("auth.{}", auth.mode.name()), "is missing");
    let authentication = match auth.mode {
        Mode::Header => Authentication::Header(header(auth.header.ok_or_else(missing)?, own, file)?),
        Mode::Jwt => Authentication::Jwt(jwt(auth.jwt.ok_or_else(missing)?, own, file)?),
        Mode::Oidc => Authentication::Oidc(oidc(auth.oidc.ok_or_else(missing)?, own, file)?),
    };
    let is_elsewhere = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    if auth.sign_out_url.as_ref().is_some_and(|url| !is_elsewhere(url)) {
        return Err(file.error("auth.sign_out_url", "must be an http or https URL"));
    }
    let session_limits = session_limits(&auth.session, file)?;
    Ok((Checked { authentication, session_limits, sign_out_url: auth.sign_out_url }, auth.roles))
}

fn header(
    table: HeaderTable,
    own: &OwnAddresses<'_>,
    file: &ConfigFile<'_>,
) -> Result<HeaderAuthentication, ConfigError> {
    let name = |key: &str, text: &str| header_name(&format!("auth.header.{key}"), text, file);
    let trusted_peers = trusted_peers::check(&table.trusted_peers, file)?;
    if trusted_peers.is_empty() && matches!(own.listen, Listen::Network(_)) {
        let reason = "is empty, so no one could sign in: add the proxy's address, or listen on a UNIX socket";
        return Err(file.error("auth.header.trusted_peers", reason));
    }
    let names = HeaderNames {
        user: name("user", &table.user)?,
        email: table.email.as_deref().map(|text| name("email", text)).transpose()?,
        groups: name("groups", &table.groups)?,
    };
    Ok(HeaderAuthentication { names, trusted_peers })
}

fn header_name(key: &str, text: &str, file: &ConfigFile<'_>) -> Result<HeaderName, ConfigError> {
    text.parse().map_err(|_| file.error(key, "is not a valid header name"))
}

fn jwt(table: JwtTable, own: &OwnAddresses<'_>, file: &ConfigFile<'_>) -> Result<JwtSettings, ConfigError> {
    let key = |name: &str| format!("auth.jwt.{name}");
    for (name, text) in
        [("issuer", &table.issuer), ("audience", &table.audience), ("groups_claim", &table.groups_claim)]
    {
        if text.trim().is_empty() {
            return Err(file.error(&key(name), "is empty"));
        }
    }
    check_url(&table.jwks_url, &key("jwks_url"), file)?;
    own.refuse(&table.jwks_url, &key("jwks_url"), file)?;
    Ok(JwtSettings {
        header: header_name(&key("header"), &table.header, file)?,
        expected: Expected { issuer: table.issuer, audience: table.audience, algorithms: table.algorithms },
        groups_claim: table.groups_claim,
        jwks_url: table.jwks_url,
    })
}

fn oidc(table: OidcTable, own: &OwnAddresses<'_>, file: &ConfigFile<'_>) -> Result<OidcSettings, ConfigError> {
    let key = |name: &str| format!("auth.oidc.{name}");
    let issuer: Url = table.issuer.parse().map_err(|_| file.error(&key("issuer"), "is not a URL"))?;
    check_url(&issuer, &key("issuer"), file)?;
    own.refuse(&issuer, &key("issuer"), file)?;
    for (name, text) in [("client_id", &table.client_id), ("groups_claim", &table.groups_claim)] {
        if text.trim().is_empty() {
            return Err(file.error(&key(name), "is empty"));
        }
    }
    let client_secret: SecretString = match (table.client_secret, table.client_secret_file) {
        (Some(secret), _) => secret_file::without_line_breaks(secret.expose_secret())
            .ok_or_else(|| file.error(&key("client_secret"), "is empty"))?,
        (None, Some(path)) => {
            secret_file::read(&path).map_err(|fault| file.error(&key("client_secret_file"), fault.into_reason()))?
        }
        (None, None) => return Err(file.error(&key("client_secret_file"), "is missing")),
    };
    Ok(OidcSettings {
        issuer: table.issuer,
        client_id: table.client_id,
        client_secret,
        secret_in_body: table.client_auth == ClientAuthentication::Post,
        scopes: table.scopes,
        groups_claim: table.groups_claim,
    })
}

fn session_limits(table: &SessionTable, file: &ConfigFile<'_>) -> Result<SessionLimits, ConfigError> {
    let limits = SessionLimits { idle: table.idle_s, absolute: table.absolute_s };
    if limits.idle > limits.absolute {
        return Err(file.error("auth.session.idle_s", "is longer than absolute_s"));
    }
    Ok(limits)
}
