//! Sessions as they lie in their rows.

use sqlx::FromRow;
use time::Duration;
use tower_sessions::session::Record;
use tower_sessions::session_store::{Error, Result as SessionResult};

use super::moment;
use crate::domain::session_summary::SessionSummary;

/// How old the stored time of the last use may be: storing it on every request would write to the disk each time.
pub(in crate::server::storage) const NOTED_EVERY: Duration = Duration::MINUTE;

/// One of a person's sessions, as it is read.
#[derive(FromRow)]
pub(in crate::server::storage) struct SessionRow {
    /// The hash in letters: it names a session on its owner's page and bears nothing.
    handle: String,
    is_current: bool,
    created_at: i64,
    last_used_at: i64,
    peer: Option<String>,
    user_agent: Option<String>,
}

impl From<SessionRow> for SessionSummary {
    fn from(row: SessionRow) -> Self {
        Self {
            is_current: row.is_current,
            handle: row.handle,
            began_at: moment(row.created_at),
            last_used_at: moment(row.last_used_at),
            peer: row.peer,
            user_agent: row.user_agent,
        }
    }
}

pub(in crate::server::storage) fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

pub(in crate::server::storage) fn encode(record: &Record) -> SessionResult<String> {
    serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))
}
