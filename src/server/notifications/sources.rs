//! What is watched, and what is remembered of it between two rounds.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;

use crate::server::audit::AuditLog;
use crate::server::backup::Backups;
use crate::server::connections::Monitor;

/// What is watched.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The connections.
    pub monitor: watch::Receiver<Monitor>,
    /// The audit log.
    pub audit: AuditLog,
    /// The scheduled backups, where there are any.
    pub backups: Option<Arc<Backups>>,
}

/// What is remembered between two rounds, and means nothing after a restart.
#[derive(Debug, Default)]
pub(super) struct DetectionMemory(Mutex<Memory>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// Since when something waits to be written to the audit log.
    pub(super) behind_since: Option<OffsetDateTime>,
    /// When the audit log was read last.
    pub(super) log_read_at: Option<Duration>,
}

impl DetectionMemory {
    pub(super) fn update<R>(&self, change: impl FnOnce(&mut Memory) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
