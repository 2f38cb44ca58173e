//! Why a request is from nobody.

/// Why a request is from nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No identity, or one that is not believed: 401.
    NotAuthenticated,
    /// An identity header twice, or under a name that a proxy could confuse with it: 400.
    Ambiguous,
    /// A known person without a role here: 403.
    NoRole,
    /// Whether the identity is genuine cannot be told now, because the issuer's keys cannot be had: 503.
    Unavailable,
}
