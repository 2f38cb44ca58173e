//! Changes made elsewhere: those of each connection that came since the last time are one message.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::Found;
use crate::domain::audit::{Action, AuditEntry, AuditFilter, AuditedConnection, AuditedKind, Place, Sighting};
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;
use crate::server::audit::{AuditError, AuditLog};

/// Under which it is kept up to which entry of the log it was told.
pub(super) const WATCHED: &str = "observed_change";
/// The most entries at once. The rest comes with the next.
const MOST_ENTRIES: u32 = 500;

/// What was observed after the entry `position`. Without one, what was observed until now is no news.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn found(
    audit: &AuditLog,
    position: Option<i64>,
    now: OffsetDateTime,
) -> Result<Vec<Found>, AuditError> {
    // Read first: what is written meanwhile is told with the next.
    let newest = audit.list(&AuditFilter::default(), Place::Newest, 1).await?.items.first().map_or(0, |entry| entry.id);
    let note = |position: i64| Found { watched: WATCHED.to_owned(), told: position.to_string(), notification: None };
    let Some(position) = position else {
        return Ok(vec![note(newest)]);
    };
    if newest <= position {
        return Ok(Vec::new());
    }
    let filter = AuditFilter { action: Some(Action::Observed), ..AuditFilter::default() };
    let entries = audit.after(&filter, position, MOST_ENTRIES).await?;
    let is_all = u32::try_from(entries.len()).is_ok_and(|read| read < MOST_ENTRIES);
    let last = entries.last().map_or(position, |entry| entry.id);
    let mut by_connection: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
    for entry in entries {
        by_connection.entry(entry.intent.target.connection_name().to_owned()).or_default().push(entry);
    }
    let mut found: Vec<Found> =
        by_connection.into_values().filter_map(|entries| of_connection(&entries, now)).collect();
    found.push(note(if is_all { last.max(newest) } else { last }));
    Ok(found)
}

fn of_connection(entries: &[AuditEntry], now: OffsetDateTime) -> Option<Found> {
    let last = entries.last()?;
    let AuditedConnection { name, environment } = last.intent.target.connection.clone()?;
    let changes: u64 = entries.iter().map(count).sum();
    let title = match changes {
        1 => format!("Changed elsewhere on {name}: {}", line(last)),
        _ => format!("{changes} changes were made elsewhere on {name}"),
    };
    let filter =
        AuditFilter { connection: Some(name.clone()), action: Some(Action::Observed), ..AuditFilter::default() };
    let notification = Notification {
        details: entries.iter().map(line).collect(),
        since: entries.iter().map(|entry| entry.intended_at).min(),
        advice: Some("Accept or revert them on the pages of the objects.".to_owned()),
        path: paths::audit_log(&filter),
        connection: Some(name.clone()),
        environment: Some(environment),
        ..Notification::new(
            format!("observed_change:{name}:{}", last.id),
            NotificationEvent::ObservedChange,
            now,
            title,
            "Somebody changed this at the partner, and not through this dashboard.".to_owned(),
        )
    };
    // The position is kept for all connections together.
    Some(Found { watched: format!("{WATCHED}:{name}"), told: last.id.to_string(), notification: Some(notification) })
}

fn count(entry: &AuditEntry) -> u64 {
    match entry.intent.observation.as_ref().map(|observation| &observation.sighting) {
        Some(Sighting::Many { count, .. }) => *count,
        _ => 1,
    }
}

fn line(entry: &AuditEntry) -> String {
    let target = &entry.intent.target;
    let verb = entry.intent.observation.as_ref().map_or("changed", |observation| observation.verb());
    match (count(entry), target.kind) {
        (1, AuditedKind::Object(kind)) => format!("{} “{}” was {verb}", kind.word(), target.name),
        (1, _) => format!("“{}” was {verb}", target.name),
        (many, _) => format!("{many} objects were changed, added or removed"),
    }
}
