//! How people are known, as the configuration says it, and what becomes of that when the server starts.

use std::sync::Arc;

use axum::http::HeaderName;
use url::Url;

use super::authenticator::Authenticator;
use super::header::HeaderAuthentication;
use super::jwt::JwtAuthentication;
use super::keys::KeyCache;
use super::oidc::{Attempts, OidcProvider, OidcSettings};
use super::policy::RoleTable;
use super::signed_token::Expected;
use crate::server::clock::Clock;

/// How people are known.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// From the headers of a forward-auth proxy.
    Header(HeaderAuthentication),
    /// From the signed assertion of a proxy.
    Jwt(JwtSettings),
    /// By signing in at an OpenID provider.
    Oidc(OidcSettings),
    /// Everybody is a demo admin, or what they chose to be. Only the `demo` command makes this, on loopback.
    Demo,
}

/// What an assertion must be, and where the keys are that say so.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// The header that carries the assertion.
    pub header: HeaderName,
    /// Issuer, audience and algorithms.
    pub expected: Expected,
    /// The claim that lists the groups, or a JSON pointer to it.
    pub groups_claim: String,
    /// Where the issuer publishes its keys.
    pub jwks_url: Url,
}

/// Who people are and what they may do.
#[derive(Debug)]
pub struct Access {
    /// Who makes a request.
    pub authenticator: Authenticator,
    /// What their groups let them do.
    pub roles: RoleTable,
    /// Where to sign out of the proxy in front.
    pub sign_out_url: Option<Url>,
}

impl Access {
    /// Ready to answer requests. Nothing is sent to an identity provider yet.
    pub fn new(
        authentication: Authentication,
        roles: RoleTable,
        public_url: &Url,
        http: reqwest::Client,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let clock = Arc::clone(clock);
        let authenticator = match authentication {
            Authentication::Header(header) => Authenticator::Header(header),
            Authentication::Jwt(JwtSettings { header, expected, groups_claim, jwks_url }) => {
                let keys = Arc::new(KeyCache::new(jwks_url, http, Arc::clone(&clock)));
                Authenticator::Jwt(JwtAuthentication { header, expected, groups_claim, keys, clock })
            }
            Authentication::Oidc(settings) => {
                let attempts = Attempts::new(public_url.scheme() == "https");
                let provider = OidcProvider::new(settings, public_url.clone(), http, clock);
                Authenticator::Oidc(Arc::new(provider), attempts)
            }
            Authentication::Demo => Authenticator::Demo,
        };
        Self { authenticator, roles, sign_out_url: None }
    }
}
