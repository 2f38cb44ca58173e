//! The authorization code flow: authorization request, callback and ID token.

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreIdTokenVerifier};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use url::Url;

use super::attempt::Attempt;
use super::endpoints::{TokenAnswer, token_caller};
use super::error::SignInError;
use super::provider::{Discovered, OidcProvider, key_set};
use crate::server::auth::identity::{Identity, clean, has_groups};
use crate::server::auth::keys::{Keys, KeysUnavailable};
use crate::server::auth::session::Registration;

/// How far the `iat` of a new ID token may be from the current time, in seconds.
const FRESH_FOR: i64 = 600;

/// The parameters of the callback (RFC 6749 §4.1.2, RFC 9207 §2). A parameter that occurs twice is an error.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CallbackQuery {
    /// The authorization code.
    pub code: Option<String>,
    /// The state of the authorization request.
    pub state: Option<String>,
    /// The error code, when the provider refused.
    pub error: Option<String>,
    /// The issuer that answers.
    pub iss: Option<String>,
}

/// The result of a successful sign-in.
#[derive(Debug)]
pub struct SignedIn {
    /// The person who signed in.
    pub identity: Identity,
    /// Where.
    pub registration: Registration,
    /// The provider's session id (`sid`), which back-channel logout refers to.
    pub provider_session: Option<String>,
    /// The ID token, which the provider asks for at sign-out.
    pub id_token: SecretString,
}

impl OidcProvider {
    /// The URL to send the browser to, and the values to compare the callback with.
    ///
    /// # Errors
    /// When the provider cannot be discovered.
    pub async fn begin(&self, next: String) -> Result<(Url, Attempt), SignInError> {
        let discovered = self.discovered().await?;
        let client = self.client(&discovered.metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        let attempt = Attempt {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
            next,
            begun_at: self.clock.now(),
        };
        Ok((url, attempt))
    }

    /// Exchanges the code for tokens and verifies the ID token.
    ///
    /// # Errors
    /// When the callback does not belong to the attempt, the provider refuses or cannot be reached, or the ID token is not
    /// valid.
    pub async fn finish(&self, attempt: &Attempt, query: &CallbackQuery) -> Result<SignedIn, SignInError> {
        let discovered = self.discovered().await?;
        self.check_answer(&discovered, query)?;
        let code = query.code.clone().ok_or(SignInError::NotOurs)?;
        // The state can be used once: a browser may keep the cookie that it was told to remove.
        let (now, until) = (self.clock.now(), attempt.ends_at());
        if !self.used_states.note(attempt.state.clone(), now.unix_timestamp(), until.unix_timestamp() + 1) {
            return Err(SignInError::NotOurs);
        }
        let client = self.client(&discovered.metadata)?;
        let verifier = PkceCodeVerifier::new(attempt.pkce_verifier.clone());
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| SignInError::Unavailable)?;
        let call = token_caller(self.http.clone());
        let tokens = exchange.set_pkce_verifier(verifier).request_async(&call).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                tracing::info!(error = ?answer.error(), "the identity provider rejected the authorization code");
                SignInError::Refused
            }
            RequestTokenError::Request(error) => {
                tracing::warn!(%error, "the tokens could not be requested");
                SignInError::Unavailable
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                tracing::warn!("the token response of the identity provider cannot be read");
                SignInError::InvalidToken
            }
        })?;
        let mut claims = self.verified(&discovered, &tokens, &attempt.nonce).await?;
        if !has_groups(&claims, &self.settings.groups_claim) {
            self.add_user_info(&client, &tokens, &mut claims).await?;
        }
        let identity = Identity::from_claims(&claims, &self.settings.groups_claim).ok_or(SignInError::InvalidToken)?;
        let provider_session = claims.get("sid").and_then(Value::as_str).and_then(clean);
        let id_token = tokens.id_token().ok_or(SignInError::InvalidToken)?.to_string();
        Ok(SignedIn { identity, registration: self.registration(), provider_session, id_token: id_token.into() })
    }

    /// Checks that the callback comes from this provider (RFC 9207 §2.4) and is not an error.
    fn check_answer(&self, discovered: &Discovered, query: &CallbackQuery) -> Result<(), SignInError> {
        let must_say = discovered.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match query.iss.as_deref() {
            Some(issuer) if issuer != self.settings.issuer => return Err(SignInError::NotOurs),
            None if must_say => return Err(SignInError::NotOurs),
            _ => {}
        }
        if let Some(error) = &query.error {
            let code: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
            tracing::info!(code, "the identity provider refused the sign-in");
            return Err(SignInError::Refused);
        }
        Ok(())
    }

    async fn verified(
        &self,
        discovered: &Discovered,
        tokens: &TokenAnswer,
        nonce: &str,
    ) -> Result<Map<String, Value>, SignInError> {
        let keys = discovered.keys.current().await.map_err(|_| SignInError::Unavailable)?;
        let outcome = match self.claims(discovered, &keys, tokens, nonce) {
            // The token comes from the token endpoint itself, so an unknown key means that the keys were rotated.
            Err(ClaimsVerificationError::SignatureVerification(fault)) if may_be_rotation(&fault) => {
                match discovered.keys.newer_than(&keys, true).await {
                    Ok(Some(newer)) => self.claims(discovered, &newer, tokens, nonce),
                    Ok(None) => return Err(SignInError::InvalidToken),
                    Err(KeysUnavailable) => return Err(SignInError::Unavailable),
                }
            }
            outcome => outcome,
        };
        outcome.map_err(|fault| {
            tracing::warn!(%fault, "ID token rejected");
            SignInError::InvalidToken
        })
    }

    fn claims(
        &self,
        discovered: &Discovered,
        keys: &Keys,
        tokens: &TokenAnswer,
        nonce: &str,
    ) -> Result<Map<String, Value>, ClaimsVerificationError> {
        let unusable = |what: &str| ClaimsVerificationError::Other(what.to_owned());
        let now = self.clock.now();
        let client_id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.expose_secret().to_owned());
        let verifier: CoreIdTokenVerifier<'_> =
            CoreIdTokenVerifier::new_confidential_client(client_id, secret, discovered.issuer(), key_set(keys))
                .set_allowed_algs(discovered.algorithms().map(|(algorithm, _)| algorithm))
                .set_time_fn(move || moment(now))
                .set_issue_time_verifier_fn(move |issued| {
                    let age = now.unix_timestamp() - issued.timestamp();
                    if age.abs() <= FRESH_FOR { Ok(()) } else { Err("issued at an unexpected time".to_owned()) }
                });
        let id_token = tokens.id_token().ok_or_else(|| unusable("there is none"))?;
        let claims = id_token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
        if let Some(expected) = claims.access_token_hash() {
            let key = id_token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let algorithm = id_token.signing_alg().map_err(|_| unusable("its algorithm cannot be read"))?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|_| unusable("the hash of the access token cannot be computed"))?;
            if actual != *expected {
                return Err(unusable("it belongs to another access token"));
            }
        }
        let claims = serde_json::to_value(claims).map_err(|_| unusable("its claims cannot be read"))?;
        let Value::Object(claims) = claims else {
            return Err(unusable("its claims cannot be read"));
        };
        match claims.get("azp") {
            Some(party) if party.as_str() != Some(&self.settings.client_id) => {
                Err(unusable("it was issued for another client"))
            }
            _ => Ok(claims),
        }
    }
}

fn may_be_rotation(fault: &SignatureVerificationError) -> bool {
    matches!(fault, SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_))
}

fn moment(now: OffsetDateTime) -> DateTime<Utc> {
    DateTime::from_timestamp(now.unix_timestamp(), 0).unwrap_or_default()
}
