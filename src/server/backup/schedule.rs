//! Takes a backup every so many hours, and keeps the newest of them.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::files::{newest, remove_old};
use super::owner::claim;
use super::take::{Backup, BackupSource, take};
use crate::domain::backup::{BackupState, LastBackup};
use crate::server::audit::AuditLog;
use crate::server::clock::{Clock, Moment};

/// How often it is looked whether a backup is due.
const TICK: Duration = Duration::from_mins(1);
/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_mins(15);
/// How an entry calls who took the backup.
const DASHBOARD: &str = "Partner Dashboard";

/// When and where backups are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// The time between two.
    pub every: Duration,
    /// How many are kept.
    pub keep: NonZeroU32,
    /// The folder.
    pub to: PathBuf,
}

/// The scheduled backups.
#[derive(Debug)]
pub struct Backups {
    settings: BackupSettings,
    source: BackupSource,
    /// The name of the log.
    log: String,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    state: BackupState,
    /// Nothing is done before this, whatever is in the folder.
    not_before: Option<Moment>,
}

impl Backups {
    /// Nothing is taken before [`Backups::run`].
    pub fn new(settings: BackupSettings, source: BackupSource, log: String, clock: Arc<dyn Clock>) -> Self {
        Self { settings, source, log, clock, known: Mutex::default() }
    }

    /// How they are going.
    pub fn state(&self) -> BackupState {
        self.known().state
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one whenever it is due, until the program ends.
    pub async fn run(self: Arc<Self>, audit: AuditLog) {
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            Arc::clone(&self).take_if_due(&audit).await;
        }
    }

    /// Takes one if it is due, and removes those that are too many. A failure is logged and counted.
    pub async fn take_if_due(self: Arc<Self>, audit: &AuditLog) {
        let now = self.clock.moment();
        if self.known().not_before.is_some_and(|until| !until.is_past(now)) {
            return;
        }
        let this = Arc::clone(&self);
        // Copying, checking and syncing must not keep a thread from the requests.
        let taken = spawn_blocking(move || this.look_and_take(now.wall)).await;
        match taken {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(backup))) => {
                tracing::info!(bytes = backup.bytes, "backup written: {}", backup.file.display());
                self.known().not_before = Some(now.after(self.settings.every));
                audit.note(backup.entry(DASHBOARD)).await;
            }
            Ok(Err(error)) => self.failed(now, &error),
            Err(error) => self.failed(now, &error),
        }
    }

    /// `None` when no backup is due.
    fn look_and_take(&self, now: OffsetDateTime) -> Result<Option<Backup>, super::BackupError> {
        claim(&self.settings.to, &self.log)?;
        let last = newest(&self.settings.to, now)?;
        self.known().state.last = last;
        let age = last.map(|last| now - last.at);
        if age.is_some_and(|age| age < self.settings.every) {
            return Ok(None);
        }
        let backup = Handle::current().block_on(take(&self.source, &self.settings.to, now))?;
        let mut known = self.known();
        known.state.last = Some(LastBackup { at: now, bytes: backup.bytes });
        known.state.failed_at = None;
        drop(known);
        remove_old(&self.settings.to, self.settings.keep, &backup.file, now);
        Ok(Some(backup))
    }

    fn failed(&self, now: Moment, error: &dyn std::error::Error) {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        let reason = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        tracing::error!(reason, "no backup was taken; it is tried again in {} minutes", RETRY.as_secs() / 60);
        let mut known = self.known();
        known.state.failed_at = Some(now.wall);
        known.state.failures += 1;
        known.not_before = Some(now.after(RETRY));
    }
}
