//! Why there is no token, distinguished by what the reader can do about it.

use time::OffsetDateTime;

use crate::domain::failure::FailureKind;

/// Why there is no token. Holds no secret, no token and no raw response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The issuer refused the request (RFC 6749 §5.2): somebody must change the credentials, the scope or the
    /// registration of the client.
    #[error("the token endpoint rejected the request ({status}{})", with_code(code.as_deref()))]
    Refused {
        /// The HTTP status: 200 if the issuer sends errors with a success status.
        status: u16,
        /// The `error` code of RFC 6749 §5.2, if there was one.
        code: Option<String>,
        /// The `error_description`, redacted.
        description: Option<String>,
        /// The `x-request-id` of the response.
        request_id: Option<String>,
        /// When the next request is due.
        next_attempt: OffsetDateTime,
    },
    /// The issuer asked for fewer requests (RFC 6585 §4).
    #[error("the token endpoint is limiting requests (429)")]
    RateLimited {
        /// When the next request is due: the issuer's `Retry-After`, within limits.
        retry_at: OffsetDateTime,
        /// The `x-request-id` of the response.
        request_id: Option<String>,
    },
    /// The issuer could not be reached or is out of order: waiting helps.
    #[error("the token endpoint is unavailable: {kind}")]
    Unavailable {
        /// How the request failed.
        kind: Outage,
        /// The `x-request-id` of the response.
        request_id: Option<String>,
        /// When the next request is due.
        next_attempt: OffsetDateTime,
    },
    /// The response holds no readable token: the address may be wrong.
    #[error("the token endpoint's response could not be read: {what}")]
    Unreadable {
        /// What is wrong with the response.
        what: AnswerFault,
        /// The `x-request-id` of the response.
        request_id: Option<String>,
        /// When the next request is due.
        next_attempt: OffsetDateTime,
    },
}

impl TokenError {
    /// What it means for a call that needed the token.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Refused { .. } => FailureKind::NoToken,
            Self::RateLimited { .. } => FailureKind::RateLimited,
            Self::Unavailable { kind: Outage::Connect, .. } => FailureKind::Unreachable,
            Self::Unavailable { kind: Outage::Timeout, .. } => FailureKind::TimedOut,
            Self::Unavailable { kind: Outage::Interrupted, .. } => FailureKind::Interrupted,
            Self::Unavailable { kind: Outage::Status(_), .. } => FailureKind::Unavailable,
            Self::Unreadable { .. } => FailureKind::Unreadable,
        }
    }

    /// When the next request is due (wall clock, UTC). Until then, callers get this error at once.
    pub fn next_attempt(&self) -> OffsetDateTime {
        match self {
            Self::RateLimited { retry_at, .. } => *retry_at,
            Self::Refused { next_attempt, .. }
            | Self::Unavailable { next_attempt, .. }
            | Self::Unreadable { next_attempt, .. } => *next_attempt,
        }
    }

    /// The `x-request-id` of the issuer's response, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused { request_id, .. }
            | Self::RateLimited { request_id, .. }
            | Self::Unavailable { request_id, .. }
            | Self::Unreadable { request_id, .. } => request_id.as_deref(),
        }
    }
}

/// How a token request failed without a usable response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// There is no connection, because of DNS, routing, the port or TLS.
    #[error("could not connect")]
    Connect,
    /// The response did not arrive in time.
    #[error("timed out")]
    Timeout,
    /// The connection ended before the end of the response.
    #[error("the connection was lost")]
    Interrupted,
    /// A status that means "not now", or that does not come from an OAuth server.
    #[error("status {0}")]
    Status(u16),
}

/// Why no token could be read from a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// A redirect. It is not followed, so that the secret is sent to the configured host only.
    #[error("a redirect, which is not followed")]
    Redirect,
    /// The body is empty.
    #[error("it is empty")]
    Empty,
    /// A web page, such as a login page or an error page of a proxy.
    #[error("it is a web page")]
    Html,
    /// The body is not a JSON object.
    #[error("it is not a JSON object")]
    NotJson,
    /// The body is larger than 1 MiB.
    #[error("it is larger than 1 MiB")]
    TooLarge,
    /// A success status with an error that RFC 6749 does not define.
    #[error("it has a success status but contains an error")]
    ErrorInSuccess,
    /// There is no `access_token`.
    #[error("it has no access token")]
    NoAccessToken,
    /// The token cannot be sent in a header (RFC 6749 appendix A.12).
    #[error("its access token contains characters that are not valid in a header")]
    UnusableToken,
    /// The token type is not `Bearer` (RFC 6750).
    #[error("its token type is not bearer")]
    TokenType,
    /// The token had expired when it arrived, twice in a row.
    #[error("its token had already expired")]
    ExpiredOnArrival,
}

fn with_code(code: Option<&str>) -> String {
    code.map(|code| format!(" {code}")).unwrap_or_default()
}
