//! Why a sign-in failed.

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
}

impl SignInError {
    /// The stable name in the audit log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "identity_provider_unavailable",
            Self::Refused => "refused_by_identity_provider",
            Self::NotOurs => "not_started_here",
            Self::InvalidToken => "invalid_id_token",
        }
    }
}
