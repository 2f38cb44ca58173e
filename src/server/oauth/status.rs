//! What a page may know of a token source: everything but the token.

use std::time::Duration;

use time::OffsetDateTime;

use super::claims::Claim;
use super::error::TokenError;

/// A token source at one moment. Times are wall clock, UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenStatus {
    /// The token in memory, if any.
    pub token: Option<HeldToken>,
    /// What is being done about the next one.
    pub renewal: Renewal,
    /// The last failure since a token last came.
    pub last_failure: Option<LastFailure>,
    /// How often the issuer was asked for a token since the start.
    pub requests: u64,
}

impl TokenStatus {
    /// When the next try is due, while one is being waited for.
    pub fn next_attempt(&self) -> Option<OffsetDateTime> {
        match self.renewal {
            Renewal::Waiting { until } => Some(until),
            Renewal::Idle | Renewal::UnderWay => None,
        }
    }
}

/// The token in memory, described.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldToken {
    /// When it was asked for.
    pub obtained_at: OffsetDateTime,
    /// From when on its next use renews it in the background.
    pub renews_at: OffsetDateTime,
    /// When it ends, as the issuer said.
    pub expires_at: OffsetDateTime,
    /// How long it lives, as the issuer said.
    pub lifetime: Duration,
    /// Whether it is still given out.
    pub is_usable: bool,
    /// What it was granted for.
    pub scopes: Vec<String>,
    /// Its claims when it is a JWT: unverified, for display alone.
    pub claims: Option<Vec<Claim>>,
}

/// What is being done about the next token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing: the next caller decides.
    Idle,
    /// A request is on its way.
    UnderWay,
    /// The last try failed and the next one is not due.
    Waiting {
        /// When it is due.
        until: OffsetDateTime,
    },
}

/// A failure that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastFailure {
    /// What it was.
    pub error: TokenError,
    /// When it was seen.
    pub at: OffsetDateTime,
}
