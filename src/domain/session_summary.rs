//! A session as the account page lists it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One of the sessions of the signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Identifies the session in forms. It cannot be used to sign in.
    pub handle: String,
    /// When it was created, at sign-in or at the first visit.
    #[serde(with = "time::serde::rfc3339")]
    pub began_at: OffsetDateTime,
    /// When it was used last, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    pub last_used_at: OffsetDateTime,
    /// The address that it was created from.
    pub peer: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Whether it is the session of this request.
    pub is_current: bool,
}
