//! Identity from a signed assertion that a proxy adds to every request: Pomerium, Cloudflare Access, Google IAP, or the
//! ID token of an oauth2-proxy.
//!
//! The signature proves that a proxy made it. Issuer and audience prove that it is the right proxy, and that the
//! assertion is for this dashboard rather than another application (CVE-2023-22482).

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};

use super::identity::Identity;
use super::identity_headers::{refuse_look_alikes, text};
use super::keys::KeyCache;
use super::rejection::Rejection;
use super::signed_token::{Expected, TokenFault, verify};
use crate::server::clock::Clock;

/// Identifies people by assertions.
#[derive(Clone, Debug)]
pub struct JwtAuthentication {
    /// The header that carries the assertion.
    pub header: HeaderName,
    /// What the assertion must contain.
    pub expected: Expected,
    /// The claim that lists the groups, or a JSON pointer to it.
    pub groups_claim: String,
    /// The public keys of the issuer.
    pub keys: Arc<KeyCache>,
    /// The clock that expiry is checked with.
    pub clock: Arc<dyn Clock>,
}

impl JwtAuthentication {
    /// The person that the assertion names.
    ///
    /// # Errors
    /// When there is no assertion, it is not valid, or the keys to verify it are unavailable.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Identity, Rejection> {
        refuse_look_alikes(headers, [&self.header])?;
        let token = text(headers, &self.header).map(str::trim).ok_or(Rejection::NotAuthenticated)?;
        let token = if self.header == header::AUTHORIZATION { bearer(token)? } else { token };
        let verified = verify(token, &self.keys, &self.expected, self.clock.now()).await;
        let claims = verified.map_err(rejection)?.claims;
        Identity::from_claims(&claims, &self.groups_claim).ok_or(Rejection::NotAuthenticated)
    }
}

/// The token in a `Bearer` header (RFC 6750 §2.1). The name of the scheme is not case-sensitive.
fn bearer(text: &str) -> Result<&str, Rejection> {
    let (scheme, token) = text.split_once(' ').ok_or(Rejection::NotAuthenticated)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim_start()) } else { Err(Rejection::NotAuthenticated) }
}

fn rejection(fault: TokenFault) -> Rejection {
    tracing::info!(%fault, "assertion rejected");
    match fault {
        TokenFault::KeysUnavailable => Rejection::Unavailable,
        TokenFault::Signature | TokenFault::UnknownKey | TokenFault::Claim(_) => Rejection::NotAuthenticated,
    }
}
