//! An access token in memory: shared, compared by identity, never printed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::{ExposeSecret as _, SecretString};

use super::claims::{Claim, decode_claims};

/// A bearer token (RFC 6750). Cheap to clone. Two are equal when they come from the same answer of
/// the issuer, whatever their text.
#[derive(Clone)]
pub struct AccessToken(Arc<Minted>);

struct Minted {
    bearer: SecretString,
    replaces_refused: bool,
    accepted: AtomicBool,
}

impl AccessToken {
    pub(super) fn new(bearer: SecretString, replaces_refused: bool) -> Self {
        Self(Arc::new(Minted { bearer, replaces_refused, accepted: AtomicBool::new(false) }))
    }

    /// The token, for `RequestBuilder::bearer_auth` and nothing else.
    pub fn bearer(&self) -> &SecretString {
        &self.0.bearer
    }

    /// Its claims for display, when it is a JWT; see [`decode_claims`].
    pub fn claims(&self) -> Option<Vec<Claim>> {
        decode_claims(self.0.bearer.expose_secret())
    }

    /// Notes that an API took it.
    pub(super) fn mark_accepted(&self) {
        self.0.accepted.store(true, Ordering::Relaxed);
    }

    /// Whether it was fetched because an API refused the one before it, and no API has taken it yet:
    /// then the fault is not the token's, and another one would not help.
    pub(super) fn is_unproven_replacement(&self) -> bool {
        self.0.replaces_refused && !self.0.accepted.load(Ordering::Relaxed)
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}
