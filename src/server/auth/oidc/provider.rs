//! The provider as its discovery document describes it (OpenID Connect Discovery 1.0 §4), fetched when it is needed.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{
    AuthType, ClientId, ClientSecret, HttpRequest, IssuerUrl, JsonWebKeySet, RedirectUrl, TokenUrl, UserInfoUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::endpoints::{Metadata, OidcClient, call};
use super::error::SignInError;
use super::seen::Seen;
use crate::domain::host::is_this_machine;
use crate::server::auth::keys::{KeyCache, Keys};
use crate::server::auth::published::Published;
use crate::server::auth::session::Registration;
use crate::server::auth::signed_token::Expected;
use crate::server::clock::Clock;

/// How long a discovery document is used before it is fetched again.
const FRESH_FOR: Duration = Duration::from_hours(1);
/// The signature algorithms that are accepted, all with public keys.
const ALGORITHMS: [(CoreJwsSigningAlgorithm, Algorithm); 9] = [
    (CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, Algorithm::RS256),
    (CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384, Algorithm::RS384),
    (CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512, Algorithm::RS512),
    (CoreJwsSigningAlgorithm::RsaSsaPssSha256, Algorithm::PS256),
    (CoreJwsSigningAlgorithm::RsaSsaPssSha384, Algorithm::PS384),
    (CoreJwsSigningAlgorithm::RsaSsaPssSha512, Algorithm::PS512),
    (CoreJwsSigningAlgorithm::EcdsaP256Sha256, Algorithm::ES256),
    (CoreJwsSigningAlgorithm::EcdsaP384Sha384, Algorithm::ES384),
    (CoreJwsSigningAlgorithm::EdDsa, Algorithm::EdDSA),
];

/// The registration of this dashboard at a provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// The issuer identifier, exactly as the provider writes it.
    pub issuer: String,
    /// The `client_id` at the provider.
    pub client_id: String,
    /// The `client_secret` at the provider.
    pub client_secret: SecretString,
    /// Whether the secret is sent in the body rather than in an `Authorization` header.
    pub secret_in_body: bool,
    /// The scopes to request besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that lists the groups, or a JSON pointer to it.
    pub groups_claim: String,
}

/// A client of the provider. Nothing is sent until somebody signs in.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    pub(super) settings: OidcSettings,
    pub(super) public_url: Url,
    pub(super) http: reqwest::Client,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seen_logouts: Arc<Seen>,
    pub(super) used_states: Arc<Seen>,
    discovered: Arc<Published<Discovered>>,
}

/// The metadata of the provider and its keys.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) metadata: Metadata,
    pub(super) keys: Arc<KeyCache>,
}

impl OidcProvider {
    /// A client that has not fetched the discovery document yet.
    pub fn new(settings: OidcSettings, public_url: Url, http: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let discovered = Published::new(Arc::clone(&clock));
        let (seen_logouts, used_states) = (Arc::default(), Arc::default());
        Self { settings, public_url, http, clock, seen_logouts, used_states, discovered }
    }

    /// A client of the same provider with other settings. What was fetched and used stays so.
    #[must_use]
    pub fn with(&self, settings: OidcSettings) -> Self {
        Self { settings, ..self.clone() }
    }

    /// Where people sign in.
    pub fn registration(&self) -> Registration {
        Registration { issuer: self.settings.issuer.clone(), client_id: self.settings.client_id.clone() }
    }

    /// The public URL of a path of this dashboard.
    pub(super) fn own(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The discovery document. An old one is used when it cannot be fetched again, and while another caller fetches it.
    pub(super) async fn discovered(&self) -> Result<Arc<Discovered>, SignInError> {
        match self.discovered.kept() {
            Some((kept, age)) if age < FRESH_FOR => Ok(kept),
            Some((old, _)) if self.discovered.is_in_flight() => Ok(old),
            old => {
                let old = old.map(|(old, _)| old);
                let newer = self.discovered.newer_than(old.as_ref(), self.discover(old.clone())).await;
                newer.or(old).ok_or(SignInError::Unavailable)
            }
        }
    }

    /// Fetches the document: it is there, is the provider's own, and says what a sign-in needs.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(super) async fn try_discovery(&self) -> Result<Discovered, String> {
        discover(&self.settings.issuer, self.http.clone(), Arc::clone(&self.clock), None).await
    }

    /// Fetches the document. A failure is logged.
    fn discover(&self, old: Option<Arc<Discovered>>) -> impl Future<Output = Option<Discovered>> + Send + use<> {
        let (issuer, http, clock) = (self.settings.issuer.clone(), self.http.clone(), Arc::clone(&self.clock));
        async move {
            let read = discover(&issuer, http, clock, old.as_deref()).await;
            read.inspect_err(|reason| tracing::warn!(issuer, reason, "OpenID discovery failed")).ok()
        }
    }

    /// The client of the `openidconnect` crate for this registration.
    pub(super) fn client(&self, metadata: &Metadata) -> Result<OidcClient, SignInError> {
        let settings = &self.settings;
        let redirect = RedirectUrl::new(self.own("/auth/callback")).map_err(|_| SignInError::Unavailable)?;
        let secret = ClientSecret::new(settings.client_secret.expose_secret().to_owned());
        let style = if settings.secret_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let id = ClientId::new(settings.client_id.clone());
        Ok(OidcClient::from_provider_metadata(metadata.clone(), id, Some(secret))
            .set_redirect_uri(redirect)
            .set_auth_type(style))
    }
}

async fn discover(
    issuer: &str,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    old: Option<&Discovered>,
) -> Result<Discovered, String> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = address.parse().map_err(|_| "the issuer is not a URL".to_owned())?;
    let answer = call(http.clone(), request).await.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("status {}", answer.status().as_u16()));
    }
    let metadata: Metadata = serde_json::from_slice(answer.body()).map_err(|error| error.to_string())?;
    if metadata.issuer().as_str() != issuer {
        return Err("the document belongs to another issuer".to_owned());
    }
    let jwks_uri = metadata.jwks_uri().url().clone();
    let more = metadata.additional_metadata();
    let addresses = [Some(metadata.authorization_endpoint().url()), metadata.token_endpoint().map(TokenUrl::url)]
        .into_iter()
        .chain([metadata.userinfo_endpoint().map(UserInfoUrl::url), more.end_session_endpoint.as_ref()])
        .flatten()
        .chain([&jwks_uri]);
    if let Some(plain) = addresses.into_iter().find(|url| !is_safe(url)) {
        return Err(format!("{} is not an HTTPS URL", plain.origin().ascii_serialization()));
    }
    if metadata.token_endpoint().is_none() {
        return Err("the document names no token endpoint".to_owned());
    }
    // Cached keys stay cached unless their URL has changed.
    let keys = old
        .filter(|old| *old.metadata.jwks_uri() == *metadata.jwks_uri())
        .map_or_else(|| Arc::new(KeyCache::new(jwks_uri, http, clock)), |old| Arc::clone(&old.keys));
    Ok(Discovered { metadata, keys })
}

impl Discovered {
    pub(super) fn issuer(&self) -> IssuerUrl {
        self.metadata.issuer().clone()
    }

    /// What a token of this provider for a client must contain.
    pub(super) fn expected(&self, client_id: &str) -> Expected {
        Expected {
            issuer: self.metadata.issuer().as_str().to_owned(),
            audience: client_id.to_owned(),
            algorithms: self.algorithms().map(|(_, algorithm)| algorithm).collect(),
        }
    }

    /// The algorithms that the provider supports, except those with a shared secret and `none`.
    pub(super) fn algorithms(&self) -> impl Iterator<Item = (CoreJwsSigningAlgorithm, Algorithm)> {
        let said = self.metadata.id_token_signing_alg_values_supported();
        ALGORITHMS.into_iter().filter(move |(known, _)| said.contains(known))
    }
}

/// The keys as the `openidconnect` crate needs them. Types that it does not support are left out.
pub(super) fn key_set(keys: &Keys) -> JsonWebKeySet<openidconnect::core::CoreJsonWebKey> {
    serde_json::from_value(keys.json.clone()).unwrap_or_else(|_| JsonWebKeySet::new(Vec::new()))
}

/// Whether a URL is safe for codes, tokens and keys: over https, or on this machine.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(url))
}

#[cfg(test)]
#[path = "provider_test.rs"]
mod tests;
