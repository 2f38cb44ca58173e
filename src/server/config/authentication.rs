//! Checks `[auth]`: exactly one mode, with everything that it cannot be safe without.

use std::num::NonZeroU32;

use axum::http::HeaderName;
use jsonwebtoken::Algorithm;
use secrecy::SecretString;
use time::Duration;
use url::Url;

use super::connection::OwnAddresses;
use super::error::{ConfigError, Wrong};
use super::number::whole_number;
use super::settings::{AuthTable, HeaderTable, JwtTable, Listen, OidcTable, RolesTable, SessionTable};
use super::url::check_url;
use super::{secret_file, trusted_peers};
use crate::server::auth::{Authentication, Expected, HeaderAuthentication, HeaderNames, JwtSettings, OidcSettings};
use crate::server::oauth::ClientAuthentication;
use crate::server::storage::SessionLimits;

/// The longest that a session may be made to last, in seconds: a week.
const LONGEST_SESSION: u64 = 604_800;

/// What `[auth]` says, but for the roles.
pub(super) struct Checked {
    pub(super) authentication: Authentication,
    pub(super) session_limits: SessionLimits,
    pub(super) sign_out_url: Option<Url>,
}

/// Checks the table; the roles are left to be checked with the connections.
pub(super) fn check(
    auth: AuthTable,
    own: &OwnAddresses<'_>,
    wrong: &Wrong<'_>,
) -> Result<(Checked, RolesTable), ConfigError> {
    let given = [("header", auth.header.is_some()), ("jwt", auth.jwt.is_some()), ("oidc", auth.oidc.is_some())];
    if !given.iter().any(|(name, _)| *name == auth.mode) {
        let reason = format!("{:?} is not known; use \"oidc\", \"jwt\" or \"header\"", auth.mode);
        return Err(wrong.key("auth.mode", reason));
    }
    // A second way in would be a way around the first.
    if let Some((surplus, _)) = given.iter().find(|(name, is_given)| *is_given && *name != auth.mode) {
        return Err(wrong.key(&format!("auth.{surplus}"), format!("is not used in mode {:?}: remove it", auth.mode)));
    }
    let missing = |name: &str| wrong.key(&format!("auth.{name}"), "is missing");
    let authentication = match auth.mode.as_str() {
        "header" => Authentication::Header(header(auth.header.ok_or_else(|| missing("header"))?, own, wrong)?),
        "jwt" => Authentication::Jwt(jwt(auth.jwt.ok_or_else(|| missing("jwt"))?, own, wrong)?),
        _ => Authentication::Oidc(oidc(auth.oidc.ok_or_else(|| missing("oidc"))?, own, wrong)?),
    };
    let is_elsewhere = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    if auth.sign_out_url.as_ref().is_some_and(|url| !is_elsewhere(url)) {
        return Err(wrong.key("auth.sign_out_url", "must be an http or https URL"));
    }
    let session_limits = session_limits(&auth.session, wrong)?;
    Ok((Checked { authentication, session_limits, sign_out_url: auth.sign_out_url }, auth.roles))
}

fn header(table: HeaderTable, own: &OwnAddresses<'_>, wrong: &Wrong<'_>) -> Result<HeaderAuthentication, ConfigError> {
    let name = |key: &str, text: &str| header_name(&format!("auth.header.{key}"), text, wrong);
    let trusted_peers = trusted_peers::check(&table.trusted_peers, wrong)?;
    if trusted_peers.is_empty() && matches!(own.listen, Listen::Network(_)) {
        let reason = "is empty, so no one could sign in: add the proxy's address, or listen on a UNIX socket";
        return Err(wrong.key("auth.header.trusted_peers", reason));
    }
    let names = HeaderNames {
        user: name("user", &table.user)?,
        email: table.email.as_deref().map(|text| name("email", text)).transpose()?,
        groups: name("groups", &table.groups)?,
    };
    Ok(HeaderAuthentication { names, trusted_peers })
}

fn header_name(key: &str, text: &str, wrong: &Wrong<'_>) -> Result<HeaderName, ConfigError> {
    text.parse().map_err(|_| wrong.key(key, "is not a valid header name"))
}

fn jwt(table: JwtTable, own: &OwnAddresses<'_>, wrong: &Wrong<'_>) -> Result<JwtSettings, ConfigError> {
    let key = |name: &str| format!("auth.jwt.{name}");
    for (name, text) in
        [("issuer", &table.issuer), ("audience", &table.audience), ("groups_claim", &table.groups_claim)]
    {
        if text.trim().is_empty() {
            return Err(wrong.key(&key(name), "is empty"));
        }
    }
    check_url(&table.jwks_url, &key("jwks_url"), wrong)?;
    own.refuse(&table.jwks_url, &key("jwks_url"), wrong)?;
    if table.algorithms.is_empty() {
        return Err(wrong.key(&key("algorithms"), "is empty, so no assertion could be accepted"));
    }
    let algorithms = table.algorithms.iter().map(|name| algorithm(name, &key("algorithms"), wrong));
    Ok(JwtSettings {
        header: header_name(&key("header"), &table.header, wrong)?,
        expected: Expected {
            issuer: table.issuer,
            audience: table.audience,
            algorithms: algorithms.collect::<Result<_, _>>()?,
        },
        groups_claim: table.groups_claim,
        jwks_url: table.jwks_url,
    })
}

/// Signatures with public keys alone: with a shared secret, whoever checks an assertion could make one.
fn algorithm(name: &str, key: &str, wrong: &Wrong<'_>) -> Result<Algorithm, ConfigError> {
    let is_asymmetric = !name.starts_with("HS");
    name.parse::<Algorithm>().ok().filter(|_| is_asymmetric).ok_or_else(|| {
        wrong.key(
            key,
            format!(
                "{name:?} is not supported; use one or more of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA"
            ),
        )
    })
}

fn oidc(table: OidcTable, own: &OwnAddresses<'_>, wrong: &Wrong<'_>) -> Result<OidcSettings, ConfigError> {
    let key = |name: &str| format!("auth.oidc.{name}");
    let issuer: Url = table.issuer.parse().map_err(|_| wrong.key(&key("issuer"), "is not a URL"))?;
    check_url(&issuer, &key("issuer"), wrong)?;
    own.refuse(&issuer, &key("issuer"), wrong)?;
    for (name, text) in [("client_id", &table.client_id), ("groups_claim", &table.groups_claim)] {
        if text.trim().is_empty() {
            return Err(wrong.key(&key(name), "is empty"));
        }
    }
    let client_secret: SecretString = match (table.client_secret, table.client_secret_file) {
        (Some(secret), _) => secret,
        (None, Some(path)) => {
            secret_file::read(&path).map_err(|fault| wrong.key(&key("client_secret_file"), fault.into_words()))?
        }
        (None, None) => return Err(wrong.key(&key("client_secret_file"), "is missing")),
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

fn session_limits(table: &SessionTable, wrong: &Wrong<'_>) -> Result<SessionLimits, ConfigError> {
    let seconds = |name: &str, value| {
        let seconds = whole_number(value).filter(|seconds| (60..=LONGEST_SESSION).contains(seconds));
        let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
        seconds
            .map(Duration::seconds)
            .ok_or_else(|| wrong.key(&format!("auth.session.{name}"), "must be a number of seconds from 60 to 604800"))
    };
    let limits =
        SessionLimits { idle: seconds("idle_s", &table.idle_s)?, absolute: seconds("absolute_s", &table.absolute_s)? };
    if limits.idle > limits.absolute {
        return Err(wrong.key("auth.session.idle_s", "is longer than absolute_s"));
    }
    Ok(limits)
}

/// How many requests a minute each session may make.
pub(super) fn requests_per_minute(value: &toml::Value, wrong: &Wrong<'_>) -> Result<NonZeroU32, ConfigError> {
    whole_number(value)
        .and_then(|number| u32::try_from(number).ok())
        .and_then(NonZeroU32::new)
        .ok_or_else(|| wrong.key("limits.requests_per_minute", "must be a number of requests, at least 1"))
}
