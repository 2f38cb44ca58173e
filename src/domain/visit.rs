//! A session as its owner sees it in a list.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One of somebody's sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Names the session and bears nothing.
    pub handle: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub began_at: OffsetDateTime,
    /// When it was used last, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    pub last_used_at: OffsetDateTime,
    /// The address that it was begun from.
    pub peer: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}
