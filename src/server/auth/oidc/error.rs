//! Why a sign-in failed.

use std::borrow::Cow;

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The provider cannot be reached, or its metadata cannot be used.
    #[error("the identity provider cannot be reached")]
    Unavailable,
    /// The provider refused the person or the authorization code.
    #[error("the identity provider refused")]
    Refused,
    /// The callback does not belong to a sign-in that this browser started.
    #[error("the response does not match a sign-in that this browser started")]
    NotOurs,
    /// The ID token is not valid.
    #[error("the ID token is not valid")]
    InvalidToken,
    /// The person is known, and the database does not keep their session.
    #[error("the session could not be kept")]
    NoSession,
    /// The ID token is valid and has no groups, and the userinfo endpoint was asked for them.
    #[error("the userinfo endpoint {0}")]
    NoGroups(UserInfoFailure),
}

/// Why the userinfo endpoint said nothing of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserInfoFailure {
    /// It answered with another status than 200.
    #[error("answered with status {0}")]
    Status(u16),
    /// It took too long.
    #[error("did not answer in time")]
    TimedOut,
    /// It could not be reached, or closed the connection.
    #[error("could not be reached")]
    NoAnswer,
    /// Its answer was no user info.
    #[error("gave an answer that cannot be read")]
    Unreadable,
}

impl SignInError {
    /// The stable name in the audit log.
    pub fn code(self) -> Cow<'static, str> {
        let code = match self {
            Self::Unavailable => "identity_provider_unavailable",
            Self::Refused => "refused_by_identity_provider",
            Self::NotOurs => "not_started_here",
            Self::InvalidToken => "invalid_id_token",
            Self::NoSession => "database_unavailable",
            Self::NoGroups(UserInfoFailure::Status(status)) => return format!("userinfo_status_{status}").into(),
            Self::NoGroups(UserInfoFailure::TimedOut) => "userinfo_timed_out",
            Self::NoGroups(UserInfoFailure::NoAnswer) => "userinfo_not_reached",
            Self::NoGroups(UserInfoFailure::Unreadable) => "userinfo_unreadable",
        };
        code.into()
    }
}
