//! Why there is no token, told apart by what the reader can do about it.

use time::OffsetDateTime;

/// Why no token could be had. Holds no secret, no token and no raw answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The issuer understood and said no: someone has to change the credentials, the scope or the
    /// client's registration (RFC 6749 §5.2).
    #[error("the token endpoint rejected the request ({status}{})", with_code(code.as_deref()))]
    Refused {
        /// HTTP status; 200 when the issuer puts errors in a success.
        status: u16,
        /// The `error` of RFC 6749 §5.2, when there was one.
        code: Option<String>,
        /// The `error_description`, made safe to show.
        description: Option<String>,
        /// The answer's `x-request-id`.
        request_id: Option<String>,
        /// When the next try is due.
        next_attempt: OffsetDateTime,
    },
    /// The issuer asked us to slow down (RFC 6585 §4).
    #[error("the token endpoint is limiting requests (429)")]
    RateLimited {
        /// When the next try is due: the issuer's `Retry-After`, within limits.
        retry_at: OffsetDateTime,
        /// The answer's `x-request-id`.
        request_id: Option<String>,
    },
    /// The issuer could not be reached or is not working: waiting helps.
    #[error("the token endpoint is unavailable: {kind}")]
    Unavailable {
        /// What was seen.
        kind: Outage,
        /// The answer's `x-request-id`.
        request_id: Option<String>,
        /// When the next try is due.
        next_attempt: OffsetDateTime,
    },
    /// An answer came and no token could be read from it: is this the right address?
    #[error("the token endpoint's response could not be read: {what}")]
    Unreadable {
        /// What was wrong with it.
        what: AnswerFault,
        /// The answer's `x-request-id`.
        request_id: Option<String>,
        /// When the next try is due.
        next_attempt: OffsetDateTime,
    },
}

impl TokenError {
    /// When the next try is due (wall clock, UTC). Until then callers get this error at once.
    pub fn next_attempt(&self) -> OffsetDateTime {
        match self {
            Self::RateLimited { retry_at, .. } => *retry_at,
            Self::Refused { next_attempt, .. }
            | Self::Unavailable { next_attempt, .. }
            | Self::Unreadable { next_attempt, .. } => *next_attempt,
        }
    }

    /// The issuer's `x-request-id`, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused { request_id, .. }
            | Self::RateLimited { request_id, .. }
            | Self::Unavailable { request_id, .. }
            | Self::Unreadable { request_id, .. } => request_id.as_deref(),
        }
    }
}

/// How an issuer is out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// No connection: name, route, port or TLS.
    #[error("could not connect")]
    Connect,
    /// No whole answer in time.
    #[error("timed out")]
    Timeout,
    /// The connection ended before the whole answer was here.
    #[error("the connection was lost")]
    Interrupted,
    /// A status that says "not now" or does not come from an OAuth server.
    #[error("status {0}")]
    Status(u16),
}

/// Why no token could be read from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// A redirect, which is never followed: the secret stays with the configured host.
    #[error("a redirect, which is not followed")]
    Redirect,
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// A web page: a login page, a proxy's error page.
    #[error("it is a web page")]
    Html,
    /// Not one JSON object.
    #[error("it is not a JSON object")]
    NotJson,
    /// More than 1 MiB.
    #[error("it is larger than 1 MiB")]
    TooLarge,
    /// A success that carries an error of a form that RFC 6749 does not know.
    #[error("it has a success status but contains an error")]
    ErrorInSuccess,
    /// No `access_token`.
    #[error("it has no access token")]
    NoAccessToken,
    /// A token that cannot be put in a header (RFC 6749 appendix A.12).
    #[error("its access token contains characters that are not valid in a header")]
    UnusableToken,
    /// A token of another type than `Bearer` (RFC 6750).
    #[error("its token type is not bearer")]
    TokenType,
    /// A token whose lifetime was over before it was here, twice.
    #[error("its token had already expired")]
    ExpiredOnArrival,
}

fn with_code(code: Option<&str>) -> String {
    code.map(|code| format!(" {code}")).unwrap_or_default()
}
