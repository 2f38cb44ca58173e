//! The state of a token source without its secrets.

use std::time::Duration;

use time::OffsetDateTime;

use super::claims::Claim;
use super::error::TokenError;

/// The state of a token source at one moment. Times are wall clock, UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenStatus {
    /// The cached token, if there is one.
    pub token: Option<CachedToken>,
    /// Whether a token request is in flight or waiting.
    pub renewal: Renewal,
    /// The last failure since the last successful request.
    pub last_failure: Option<LastFailure>,
    /// The number of token requests since the start.
    pub requests: u64,
}

impl TokenStatus {
    /// When the next request is due, if the source is waiting after a failure.
    pub fn next_attempt(&self) -> Option<OffsetDateTime> {
        match self.renewal {
            Renewal::Waiting { until } => Some(until),
            Renewal::Idle | Renewal::InFlight => None,
        }
    }
}

/// The cached token without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedToken {
    /// When it was requested.
    pub obtained_at: OffsetDateTime,
    /// From when on its next use renews it in the background.
    pub renews_at: OffsetDateTime,
    /// When it expires, as the issuer stated.
    pub expires_at: OffsetDateTime,
    /// Its lifetime, as the issuer stated.
    pub lifetime: Duration,
    /// Whether it is still used for calls.
    pub is_usable: bool,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
    /// Its claims if it is a JWT. They are not verified, and for display only.
    pub claims: Option<Vec<Claim>>,
}

/// Whether the next token is being requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// No. The next caller decides.
    Idle,
    /// A request is in flight.
    InFlight,
    /// The last request failed and the next one is not due.
    Waiting {
        /// When it is due.
        until: OffsetDateTime,
    },
}

/// The last failed request, if no request has succeeded since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastFailure {
    /// Why it failed.
    pub error: TokenError,
    /// When it failed.
    pub at: OffsetDateTime,
}
