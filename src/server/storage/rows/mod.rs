//! How what is kept lies in rows, and what the rows mean, whichever database holds them.

pub(super) mod audit;
pub(super) mod checks;
pub(super) mod configuration;
pub(super) mod drafts;
pub(super) mod index_journal;
pub(super) mod index_snapshots;
pub(super) mod notifications;
pub(super) mod saved_views;
pub(super) mod sessions;
pub(super) mod submissions;

use time::{Duration, OffsetDateTime};

/// How long drafts, messages and submissions are kept.
pub(super) const KEPT_FOR: Duration = Duration::DAY;

/// A moment that was kept in seconds since 1970.
pub(super) fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
