//! Whether the audit log can be written: told after a minute, because the next attempt may do.

use time::{Duration, OffsetDateTime};

use super::{Found, milliseconds};
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;

/// For how long something waits before it is told.
const PATIENCE: Duration = Duration::MINUTE;
const WATCHED: &str = "audit_log";
const BEHIND: &str = "behind";
const WRITTEN: &str = "written";

/// How much waits to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Outcomes of changes.
    pub(super) outcomes: usize,
    /// Saves that were not sent, because they could not be recorded.
    pub(super) saves: usize,
    /// Other events, and changes that were made elsewhere.
    pub(super) events: usize,
}

impl Waiting {
    pub(super) fn is_none(self) -> bool {
        self.outcomes == 0 && self.saves == 0 && self.events == 0
    }

    fn words(self) -> String {
        let outcomes = match self.outcomes {
            0 => None,
            1 => Some("the outcome of a change".to_owned()),
            many => Some(format!("the outcomes of {many} changes")),
        };
        let saves = match self.saves {
            0 => None,
            1 => Some("the record of a save, which was not sent".to_owned()),
            many => Some(format!("the records of {many} saves, which were not sent")),
        };
        let events = match self.events {
            0 => None,
            1 => Some("an event".to_owned()),
            many => Some(format!("{many} events")),
        };
        outcomes.into_iter().chain(saves).chain(events).collect::<Vec<_>>().join(" and ")
    }
}

pub(super) fn found(
    waiting: Waiting,
    behind_since: Option<OffsetDateTime>,
    told: impl Fn(&str) -> Option<String>,
    now: OffsetDateTime,
) -> Option<Found> {
    let was_told = told(WATCHED).as_deref() == Some(BEHIND);
    let (told, id, title, text, advice) = match behind_since {
        Some(since) if now - since >= PATIENCE && !was_told => {
            let what = waiting.words();
            let text =
                format!("The database does not take {what}. No more changes are sent to partners until it does.");
            let advice = "Look at the disk of the database and at the log of the server. Do not restart the dashboard \
                          before: what waits is in its memory.";
            (BEHIND, since, "The audit log cannot be written", text, Some(advice.to_owned()))
        }
        None if was_told => {
            let text = "Nothing waits to be written any more, and changes are sent again.".to_owned();
            (WRITTEN, now, "The audit log can be written again", text, None)
        }
        _ => return None,
    };
    let notification = Notification {
        since: behind_since,
        advice,
        path: paths::AUDIT.to_owned(),
        is_urgent: true,
        ..Notification::new(
            format!("audit_log:{told}:{}", milliseconds(id)),
            NotificationEvent::AuditLog,
            now,
            title.to_owned(),
            text,
        )
    };
    Some(Found { watched: WATCHED.to_owned(), told: told.to_owned(), notification: Some(notification) })
}
