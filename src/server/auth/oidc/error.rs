//! Why somebody could not be signed in.

/// Why somebody could not be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The provider cannot be reached, or does not say what it must.
    #[error("the identity provider cannot be reached")]
    Unavailable,
    /// The provider did not let the person in, or did not take the code.
    #[error("the identity provider refused")]
    Refused,
    /// The answer is not that to a sign-in that this browser began.
    #[error("not the answer to a sign-in of this browser")]
    NotOurs,
    /// The ID token is not to be believed.
    #[error("the ID token is not to be believed")]
    NotBelieved,
}
