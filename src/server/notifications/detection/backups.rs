//! Scheduled backups: told when one fails, and when one is taken again. Every attempt in between is the same failure.

use time::OffsetDateTime;

use super::{Found, milliseconds};
use crate::domain::backup::BackupState;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::domain::time_format::day;
use crate::paths;

const WATCHED: &str = "backup";
const TAKEN: &str = "taken";

pub(super) fn found(state: &BackupState, told: impl Fn(&str) -> Option<String>, now: OffsetDateTime) -> Option<Found> {
    // When it failed, as it was told.
    let failed: Option<i128> = told(WATCHED).and_then(|told| told.parse().ok());
    let notification = |id: String, title: &str, text: String| {
        let (title, event) = (title.to_owned(), NotificationEvent::Backup);
        Notification { path: paths::OVERVIEW.to_owned(), ..Notification::new(id, event, now, title, text) }
    };
    let watched = WATCHED.to_owned();
    match (state.failed_at, failed, state.last) {
        (Some(at), None, last) => {
            let newest = last.map_or_else(
                || "There is no backup.".to_owned(),
                |last| format!("The newest is of {}.", day(last.at.date())),
            );
            let text = format!("A scheduled backup of the database failed. {newest}");
            let found = Notification {
                since: Some(at),
                advice: Some("The log of the server says why. It is tried again every 15 minutes.".to_owned()),
                ..notification(format!("backup:failed:{}", milliseconds(at)), "A backup failed", text)
            };
            Some(Found { watched, told: milliseconds(at).to_string(), notification: Some(found) })
        }
        // After a restart nothing is known of the failure. A newer backup alone shows that it is over.
        (None, Some(failed), Some(last)) if milliseconds(last.at) > failed => {
            let text = "A scheduled backup of the database was taken, and checked.".to_owned();
            let found =
                notification(format!("backup:taken:{}", milliseconds(last.at)), "Backups are taken again", text);
            Some(Found { watched, told: TAKEN.to_owned(), notification: Some(found) })
        }
        _ => None,
    }
}
