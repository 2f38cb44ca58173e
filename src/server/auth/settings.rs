//! How people are identified, as the configuration says, and what the server makes of it at the start.

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
use crate::server::sealing::SealingKey;

/// How people are identified.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// From the headers of a forward-auth proxy.
    Header(HeaderAuthentication),
    /// From the signed assertion of a proxy.
    Jwt(JwtSettings),
    /// By signing in at an OpenID provider.
    Oidc(OidcSettings),
    /// Everybody is a demo person. Only the `demo` command uses this, on loopback.
    Demo,
}

/// What an assertion must contain, and where the keys are that verify it.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// The header that carries the assertion.
    pub header: HeaderName,
    /// Issuer, audience and algorithms.
    pub expected: Expected,
    /// The claim that lists the groups, or a JSON pointer to it.
    pub groups_claim: String,
    /// The URL of the issuer's key set.
    pub jwks_url: Url,
}

impl Authentication {
    /// Asks whoever tells people apart, as the first sign-in would: the discovery document of the provider, and whether it knows the
    /// client; or the key set of the proxy's issuer. `None` where nobody is asked.
    ///
    /// # Errors
    /// Who does not answer as it should, and why.
    pub async fn ask(
        &self,
        public_url: &Url,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
    ) -> Option<Result<(), String>> {
        match self {
            Self::Oidc(settings) => {
                let provider = OidcProvider::new(settings.clone(), public_url.clone(), http, clock);
                let tried = provider.try_credentials().await;
                Some(tried.map_err(|reason| format!("the OpenID provider {}: {reason}", settings.issuer)))
            }
            Self::Jwt(JwtSettings { jwks_url, .. }) => {
                let keys = KeyCache::new(jwks_url.clone(), http, clock).current().await;
                Some(keys.map(drop).map_err(|_| format!("there is no key set that can be read at {jwks_url}")))
            }
            Self::Header(_) | Self::Demo => None,
        }
    }
}

/// Authentication and roles.
#[derive(Debug)]
pub struct Access {
    /// Identifies the person behind a request.
    pub authenticator: Authenticator,
    /// The roles of groups.
    pub roles: RoleTable,
    /// The sign-out address of the proxy in front.
    pub sign_out_url: Option<Url>,
}

impl Access {
    /// Prepares authentication. Sends nothing to an identity provider. Sign-ins under way are sealed with `sealing_key`.
    pub fn new(
        authentication: Authentication,
        roles: RoleTable,
        public_url: &Url,
        http: reqwest::Client,
        sealing_key: SealingKey,
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
                let attempts = Attempts::new(sealing_key, public_url.scheme() == "https");
                let provider = OidcProvider::new(settings, public_url.clone(), http, clock);
                Authenticator::Oidc(Arc::new(provider), attempts)
            }
            Authentication::Demo => Authenticator::Demo,
        };
        Self { authenticator, roles, sign_out_url: None }
    }

    /// The same way to sign in with other settings, at the same identity provider: its keys, what it has said of itself,
    /// sign-ins under way and what may be used once are kept. Another way to sign in is not taken.
    #[must_use]
    pub fn with(&self, authentication: Authentication, roles: RoleTable, sign_out_url: Option<Url>) -> Self {
        let authenticator = match (&self.authenticator, authentication) {
            (Authenticator::Header(_), Authentication::Header(header)) => Authenticator::Header(header),
            (Authenticator::Jwt(jwt), Authentication::Jwt(JwtSettings { header, expected, groups_claim, .. })) => {
                Authenticator::Jwt(JwtAuthentication { header, expected, groups_claim, ..jwt.clone() })
            }
            (Authenticator::Oidc(provider, attempts), Authentication::Oidc(settings)) => {
                Authenticator::Oidc(Arc::new(provider.with(settings)), attempts.clone())
            }
            (as_it_is, _) => as_it_is.clone(),
        };
        Self { authenticator, roles, sign_out_url }
    }
}
