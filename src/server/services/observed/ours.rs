//! Which of the changes that a refresh finds the log has already: they were made by another replica, or told before a restart.
//!
//! Another replica has told this one of its change, or is about to, but what it sends is at the partner before that. Its intent is in
//! the log earlier still. And the view that a restart is served from is kept now and then: it may be older than what was told.

use crate::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place, Sighting};
use crate::domain::change::{FieldChange, difference};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::ObservedChange;
use crate::server::services::objects::settle::UNDER_WAY;

/// Entries of one object that are looked at. Nobody changes it more often within minutes.
const MOST: u32 = 50;
/// How far the clocks of replicas may be apart.
const APART: time::Duration = time::Duration::seconds(5);

/// The changes that are not in the log. Where it cannot be read, a change counts as one of somebody else: it is told rather than lost.
pub(super) async fn untold(audit: &AuditLog, changes: Vec<ObservedChange>, are_others: bool) -> Vec<ObservedChange> {
    let mut untold = Vec::new();
    for change in changes {
        match is_in_log(audit, &change, are_others).await {
            Ok(true) => {}
            Ok(false) => untold.push(change),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "it is not known whether a change is in the audit log already");
                untold.push(change);
            }
        }
    }
    untold
}

/// `are_others` is whether other replicas change something too.
async fn is_in_log(audit: &AuditLog, change: &ObservedChange, are_others: bool) -> Result<bool, AuditError> {
    let about = AuditFilter {
        connection: Some(change.connection.clone()),
        kind: Some(change.kind),
        between: (Some(change.last_seen - UNDER_WAY), None),
        ..AuditFilter::default()
    };
    let of_this = AuditFilter { object_id: Some(change.object_id.clone()), ..about.clone() };
    let entries = audit.list(&of_this, Place::Newest, MOST).await?.items;
    let nothing = FieldValues::default();
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let differing = difference(change.kind.fields(), before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    if was_told(&entries, &differing, change) {
        return Ok(true);
    }
    match (before, after) {
        _ if !are_others => Ok(false),
        (Some(_), Some(_)) => {
            Ok(differing.iter().all(|field| entries.iter().any(|entry| has_sent(entry, field, change))))
        }
        (None, Some(_)) => {
            // Before its answer, a creation has no ID.
            let creations = AuditFilter { action: Some(Action::Create), ..about };
            let creations = audit.list(&creations, Place::Newest, MOST).await?.items;
            Ok(creations.iter().any(|entry| has_created(entry, change)))
        }
        // Nothing is ever removed from here.
        (_, None) => Ok(false),
    }
}

/// Whether what was told since the object was last seen says how it is now. The newest entry comes first.
fn was_told(entries: &[AuditEntry], differing: &[FieldChange], change: &ObservedChange) -> bool {
    let since = || entries.iter().filter(|entry| entry.intended_at >= change.last_seen);
    let comes_or_goes = |entry: &AuditEntry| {
        let sighting = entry.intent.observation.as_ref().map(|observation| observation.sighting.clone());
        sighting.filter(|sighting| matches!(sighting, Sighting::Added | Sighting::Removed))
    };
    let is_told = |field: &FieldChange| {
        let newest = since().find_map(|entry| {
            let told = entry.intent.changes.iter().find(|told| told.field == field.field)?;
            Some((entry.intent.action, &told.after))
        });
        newest == Some((Action::Observed, &field.after))
    };
    let is_there = match (&change.before, &change.after) {
        (Some(_), Some(_)) => true,
        (None, _) => since().find_map(comes_or_goes) == Some(Sighting::Added),
        (_, None) => since().find_map(comes_or_goes) == Some(Sighting::Removed),
    };
    is_there && differing.iter().all(is_told)
}

/// Whether an entry sent just this value of a field, and the partner may have taken it after the object was last seen.
fn has_sent(entry: &AuditEntry, field: &FieldChange, change: &ObservedChange) -> bool {
    matches!(entry.intent.action, Action::Create | Action::Update)
        && may_have_come_since(entry, change)
        && entry.intent.changes.iter().any(|sent| sent.field == field.field && sent.after == field.after)
}

/// Whether an entry may have created an object.
fn has_created(entry: &AuditEntry, change: &ObservedChange) -> bool {
    let id = entry.completion.as_ref().and_then(|completion| completion.object_id.as_deref());
    let target = &entry.intent.target;
    may_have_come_since(entry, change)
        && target.name == change.name
        && (change.kind == ObjectKind::Organisation || target.organisation_id == change.organisation_id)
        && id.is_none_or(|id| id == change.object_id)
}

/// Whether what an entry sent was carried out, or may have been, after the object was last seen.
fn may_have_come_since(entry: &AuditEntry, change: &ObservedChange) -> bool {
    match (entry.outcome(), entry.completed_at) {
        (Outcome::Applied, Some(at)) => at + APART >= change.last_seen,
        (Outcome::Applied | Outcome::Unknown, _) => entry.intended_at + UNDER_WAY >= change.last_seen,
        _ => false,
    }
}
