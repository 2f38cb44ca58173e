//! Verifies a JSON Web Token: first the signature, then issuer, audience and times (RFC 7519 §4.1, RFC 8725).

use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::keys::{KeyCache, Keys, KeysUnavailable};

/// How far the clocks of the issuer and this machine may differ, in seconds.
const SKEW: i64 = 30;
/// The longest token that is parsed, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// What a token must contain.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The required `iss` claim.
    pub issuer: String,
    /// The required member of the `aud` claim.
    pub audience: String,
    /// The accepted signature algorithms. Symmetric ones are never among them.
    pub algorithms: Vec<Algorithm>,
}

/// Why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is not a JWT, or its signature is not valid.
    #[error("the signature cannot be verified")]
    Signature,
    /// The issuer has no key that fits.
    #[error("no key of the issuer matches")]
    UnknownKey,
    /// The claim of this name is missing or wrong.
    #[error("the claim {0} is missing or wrong")]
    Claim(&'static str),
    /// The keys of the issuer are unavailable, or newer ones that might have the key.
    #[error("the issuer's keys are not available")]
    KeysUnavailable,
}

impl From<KeysUnavailable> for TokenFault {
    fn from(_: KeysUnavailable) -> Self {
        Self::KeysUnavailable
    }
}

/// The header and claims of a verified token.
#[derive(Debug)]
pub struct Verified {
    /// The media type in the header (`typ`).
    pub media_type: Option<String>,
    /// The claims of the payload.
    pub claims: Map<String, Value>,
}

/// Verifies a token with the keys of its issuer.
///
/// # Errors
/// Why the token is rejected.
pub async fn verify(
    token: &str,
    keys: &Arc<KeyCache>,
    expected: &Expected,
    now: OffsetDateTime,
) -> Result<Verified, TokenFault> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenFault::Signature);
    }
    let header = decode_header(token).map_err(|_| TokenFault::Signature)?;
    if !expected.algorithms.contains(&header.alg) || is_symmetric(header.alg) {
        return Err(TokenFault::Signature);
    }
    // Critical extensions must be understood (RFC 7515 §4.1.11), and none is supported here.
    if header.crit.is_some() {
        return Err(TokenFault::Signature);
    }
    let current = keys.current().await?;
    let claims = if let Some(key) = find(&current, &header) {
        signed_claims(token, key, header.alg)?
    } else {
        let newer = keys.newer_than(&current, false).await?.ok_or(TokenFault::UnknownKey)?;
        signed_claims(token, find(&newer, &header).ok_or(TokenFault::UnknownKey)?, header.alg)?
    };
    check(&claims, expected, now)?;
    Ok(Verified { media_type: header.typ, claims })
}

/// Algorithms with a shared secret: a public key must never serve as one (CVE-2015-9235).
pub(super) fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

fn find<'a>(keys: &'a Keys, header: &Header) -> Option<&'a Jwk> {
    keys.find(header.kid.as_deref(), key_algorithm(header.alg)?)
}

fn key_algorithm(algorithm: Algorithm) -> Option<KeyAlgorithm> {
    format!("{algorithm:?}").parse().ok()
}

/// The claims, if the signature matches the key. [`check`] checks the other claims with the injected clock.
fn signed_claims(token: &str, key: &Jwk, algorithm: Algorithm) -> Result<Map<String, Value>, TokenFault> {
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenFault::Signature)?;
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode(token, &key, &validation).map(|data| data.claims).map_err(|_| TokenFault::Signature)
}

fn check(claims: &Map<String, Value>, expected: &Expected, now: OffsetDateTime) -> Result<(), TokenFault> {
    let now = now.unix_timestamp();
    if claims.get("iss").and_then(Value::as_str) != Some(&expected.issuer) {
        return Err(TokenFault::Claim("iss"));
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(audience)) => *audience == expected.audience,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience.as_str() == Some(&expected.audience)),
        _ => false,
    };
    if !is_for_us {
        return Err(TokenFault::Claim("aud"));
    }
    if seconds(claims, "exp").is_none_or(|end| now >= end.saturating_add(SKEW)) {
        return Err(TokenFault::Claim("exp"));
    }
    if seconds(claims, "iat").is_none_or(|start| start > now.saturating_add(SKEW)) {
        return Err(TokenFault::Claim("iat"));
    }
    if claims.contains_key("nbf") && seconds(claims, "nbf").is_none_or(|start| start > now.saturating_add(SKEW)) {
        return Err(TokenFault::Claim("nbf"));
    }
    Ok(())
}

/// A time in a claim, in seconds since 1970 (RFC 7519 §2 allows fractions).
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond the range becomes its end, which is what it means"
    )]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}
