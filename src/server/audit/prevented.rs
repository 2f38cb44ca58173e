//! Saves that were not sent because they could not be recorded: each becomes an event that waits for the log.

use time::OffsetDateTime;

use super::log::{AuditLog, OpenEntry};
use super::waiting::{Late, LateIntent};
use crate::domain::audit::{Action, Completion, Intent, Outcome};

impl AuditLog {
    /// Lets a save wait that cannot be recorded now, and is not sent. So a log that cannot be written is counted in `/metrics` and
    /// told to the targets of notifications, and whoever reads the log later sees what was tried. The same save again within
    /// a minute is one event. Nothing is kept of a check or a test message, which change nothing.
    pub fn keep_prevented(&self, intent: &Intent) {
        self.keep_prevented_at(intent, self.clock.now());
    }

    fn keep_prevented_at(&self, intent: &Intent, at: OffsetDateTime) {
        if !is_save(intent) {
            return;
        }
        // It answers and restores nothing, because nothing was sent.
        let prevented = Intent { action: Action::SavePrevented, answers: None, restores: None, ..intent.clone() };
        if self.is_first(&(&prevented.actor.subject, prevented.action, &prevented.target, &prevented.changes)) {
            self.waiting.add_prevented(at, prevented);
        }
    }

    /// How many prevented saves are not on disk yet, with those whose intent is neither written nor refused.
    pub fn prevented_waiting(&self) -> usize {
        self.waiting.prevented()
    }

    /// Waits for an intent that missed the deadline. Until it is written or refused it counts as waiting, so that a disk that
    /// hangs is told like one that is full. It may be committed all the same: nothing was sent for it, and its entry says so.
    pub(super) fn close_late(&self, late: LateIntent) {
        let (log, waiting) = (self.clone(), is_save(&late.intent).then(|| self.waiting.late()));
        tokio::spawn(async move { log.wait_for(late, waiting).await });
    }

    async fn wait_for(&self, late: LateIntent, waiting: Option<Late>) {
        let LateIntent { write, intent, intended_at, under_way } = late;
        let Ok(Ok(id)) = write.await else {
            self.keep_prevented_at(&intent, intended_at);
            return;
        };
        drop(waiting);
        self.open().insert(id, under_way);
        let completion = Completion {
            outcome: Outcome::NotSent,
            http_status: None,
            partner_request_id: None,
            object_id: None,
            detail: Some("The record was not on disk in time, so nothing was sent.".to_owned()),
            duration_ms: 0,
        };
        if let Err(error) = self.complete(OpenEntry { id, intended_at }, completion).await {
            tracing::error!(audit.id = id, error = &error as &dyn std::error::Error, "completion not recorded yet");
        }
    }
}

fn is_save(intent: &Intent) -> bool {
    matches!(intent.action, Action::Create | Action::Update)
}
