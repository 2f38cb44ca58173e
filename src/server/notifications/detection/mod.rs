//! What is to be told: each thing that is watched is compared with what was told of it last, so that each change is told
//! once, also after a restart.

mod backups;
mod connections;
mod log;
mod observed;
mod secrets;
mod unknown;

use std::time::Duration;

use time::OffsetDateTime;

use super::notifier::Notifications;
use super::sources::Sources;
use crate::domain::notification::Notification;
use crate::server::audit::AuditLog;

/// How often the audit log is read for what is to be told. What a refresh finds comes at once, so that it is one message.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Something that is other than was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    /// What is watched.
    watched: String,
    /// What is told of it with this.
    told: String,
    /// The message. None where it is only noted, such as that a connection works from the beginning.
    notification: Option<Notification>,
}

impl Notifications {
    /// Looks at everything that is watched, and lets messages wait for the targets.
    pub async fn detect(&self, sources: &Sources) {
        if let Err(error) = self.queue.take_up().await {
            tracing::error!(error = &error as &dyn std::error::Error, "it cannot be read what was told last");
            return;
        }
        // As precisely as it is kept, so that a message is the same after the next start.
        let now = self.clock.now().truncate_to_millisecond();
        let told = |watched: &str| self.queue.told(watched);
        let mut found: Vec<Found> = Vec::new();
        let monitor = sources.monitor.borrow().clone();
        for connection in monitor.all() {
            let card = connection.card(now);
            found.extend(connections::found(&card, told, now));
            found.extend(secrets::found(&card, told, now));
        }
        let (outcomes, saves) = (sources.audit.unwritten().await, sources.audit.prevented_waiting());
        let events = sources.audit.observed_waiting().saturating_sub(saves);
        let waiting = log::Waiting { outcomes, saves, events };
        let behind_since = self.detection.update(|memory| {
            memory.behind_since = (!waiting.is_none()).then(|| memory.behind_since.unwrap_or(now));
            memory.behind_since
        });
        found.extend(log::found(waiting, behind_since, told, now));
        found.extend(sources.backups.as_ref().and_then(|backups| backups::found(&backups.state(), told, now)));
        self.tell(found).await;
        self.detect_in_log(&sources.audit).await;
    }

    async fn detect_in_log(&self, audit: &AuditLog) {
        let (now, monotonic) = (self.clock.now().truncate_to_millisecond(), self.clock.monotonic());
        let is_due = self.detection.update(|memory| {
            let is_due = memory.log_read_at.is_none_or(|at| monotonic.saturating_sub(at) >= LOG_INTERVAL);
            memory.log_read_at = if is_due { Some(monotonic) } else { memory.log_read_at };
            is_due
        });
        if !is_due {
            return;
        }
        let position = |watched: &str| self.queue.told(watched).and_then(|told| told.parse().ok());
        match observed::found(audit, position(observed::WATCHED), now).await {
            Ok(found) => self.tell(found).await,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "observed changes are not told yet");
            }
        }
        match unknown::found(audit, position(unknown::WATCHED), now).await {
            Ok(found) => self.tell(found).await,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "unknown outcomes are not told yet");
            }
        }
    }

    /// The messages wait before it is noted that they do: a crash in between finds them again, under the same id.
    async fn tell(&self, found: Vec<Found>) {
        for Found { notification, .. } in &found {
            if let Some(notification) = notification {
                self.enqueue(notification).await;
            }
        }
        for Found { watched, told, .. } in found {
            self.queue.tell(watched, told).await;
        }
    }
}

/// A moment as ids and what was told have it.
pub(super) fn milliseconds(at: OffsetDateTime) -> i128 {
    at.unix_timestamp_nanos() / 1_000_000
}
