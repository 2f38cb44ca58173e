//! Changes whose outcome stays unknown: the dashboard looks it up by itself, and tells when that took too long.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use super::Found;
use crate::domain::audit::{AuditEntry, AuditFilter, EventGroup, Outcome};
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;
use crate::server::audit::{AuditError, AuditLog};

/// Under which it is kept up to which entry of the log it was told.
pub(super) const WATCHED: &str = "unknown_outcome";
/// How long the dashboard has to find out by itself.
const PATIENCE: Duration = Duration::minutes(5);
/// The most entries at once. The rest comes with the next.
const MOST_ENTRIES: u32 = 100;

/// What is unknown for too long after the entry `position`. What was unknown before there were notifications is told too: it
/// still waits for somebody.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn found(
    audit: &AuditLog,
    position: Option<i64>,
    now: OffsetDateTime,
) -> Result<Vec<Found>, AuditError> {
    let mut entries = audit.unknown(position.unwrap_or_default(), MOST_ENTRIES).await?;
    // The entries come in their order, so that the first that is too young, or under way, ends what can be told.
    let mut end = 0;
    for entry in &entries {
        if entry.intended_at > now - PATIENCE || audit.is_open(entry).await {
            break;
        }
        end += 1;
    }
    entries.truncate(end);
    let Some(last) = entries.last().map(|entry| entry.id) else {
        return Ok(Vec::new());
    };
    // A check or a test message changes nothing, whatever became of it.
    entries.retain(|entry| entry.intent.action.group() == EventGroup::Changes);
    let mut by_connection: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
    for entry in entries {
        by_connection.entry(entry.intent.target.connection_name().to_owned()).or_default().push(entry);
    }
    let mut found: Vec<Found> =
        by_connection.into_values().filter_map(|entries| of_connection(&entries, now)).collect();
    found.push(Found { watched: WATCHED.to_owned(), told: last.to_string(), notification: None });
    Ok(found)
}

fn of_connection(entries: &[AuditEntry], now: OffsetDateTime) -> Option<Found> {
    let (first, last) = (entries.first()?, entries.last()?.id);
    let connection = first.intent.target.connection.clone()?;
    let is_one = entries.len() == 1;
    let title = if is_one {
        format!("Nobody knows what became of a change: {}", line(first))
    } else {
        format!("Nobody knows what became of {} changes on {}", entries.len(), connection.name)
    };
    let filter = AuditFilter {
        connection: Some(connection.name.clone()),
        outcome: Some(Outcome::Unknown),
        ..AuditFilter::default()
    };
    let text = "The answer of the partner was lost, or the dashboard ended in the middle, and it could not be found out \
                since whether the change was made.";
    let id = format!("unknown_outcome:{}:{last}", connection.name);
    let notification = Notification {
        details: entries.iter().map(line).collect(),
        since: Some(first.intended_at),
        advice: Some("Compare with the partner, and say on the page of the entry what became of it.".to_owned()),
        path: if is_one { paths::audit_entry(first.id) } else { paths::audit_log(&filter) },
        environment: Some(connection.environment),
        connection: Some(connection.name.clone()),
        ..Notification::new(id, NotificationEvent::UnknownOutcome, now, title, text.to_owned())
    };
    let watched = format!("{WATCHED}:{}", connection.name);
    Some(Found { watched, told: last.to_string(), notification: Some(notification) })
}

fn line(entry: &AuditEntry) -> String {
    let target = &entry.intent.target;
    format!(
        "{} tried to {} “{}” on {}",
        entry.intent.actor.name,
        entry.intent.action.infinitive(),
        target.name,
        target.connection_name()
    )
}
