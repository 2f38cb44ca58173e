//! A cached access token: shared, compared by identity and never printed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::{ExposeSecret as _, SecretString};

use super::claims::{Claim, decode_claims};

/// A bearer token (RFC 6750). Cheap to clone. Two tokens are equal when they come from the same response of the issuer,
/// whatever their text.
#[derive(Clone)]
pub struct AccessToken(Arc<Inner>);

struct Inner {
    bearer: SecretString,
    replaces_refused: bool,
    accepted: AtomicBool,
}

impl AccessToken {
    pub(super) fn new(bearer: SecretString, replaces_refused: bool) -> Self {
        Self(Arc::new(Inner { bearer, replaces_refused, accepted: AtomicBool::new(false) }))
    }

    /// The text of the token, only for `RequestBuilder::bearer_auth`.
    pub fn bearer(&self) -> &SecretString {
        &self.0.bearer
    }

    /// Its claims for display if it is a JWT; see [`decode_claims`].
    pub fn claims(&self) -> Option<Vec<Claim>> {
        decode_claims(self.0.bearer.expose_secret())
    }

    /// Records that an API accepted it.
    pub(super) fn mark_accepted(&self) {
        self.0.accepted.store(true, Ordering::Relaxed);
    }

    /// Whether it was requested because an API refused the previous token, and no API has accepted it yet. Then the
    /// token is not the cause of a refusal, and another one would not help.
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
