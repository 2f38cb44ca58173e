//! Why a request is not authenticated.

/// Why a request is not authenticated, or not authorised for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is no identity, or no valid one: 401.
    NotAuthenticated,
    /// An identity header occurs twice, or under a confusingly similar name: 400.
    Ambiguous,
    /// The person is known but has no role: 403.
    NoRole,
    /// The identity cannot be verified, because the keys of the issuer are unavailable: 503.
    Unavailable,
    /// The person's session cannot be read, because the database does not answer: 503.
    NoDatabase,
}
