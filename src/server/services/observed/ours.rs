//! Which of the changes that a refresh finds the log has already: they were made by another replica, or told before a restart.
//!
//! Another replica has told this one of its change, or is about to, but what it sends is at the partner before that. Its intent is in
//! the log earlier still. And the view that a restart is served from is kept now and then: it may be older than what was told.

use crate::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place, Sighting};
use crate::domain::change::{FieldChange, difference, same};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::ObservedChange;
use crate::server::services::objects::under_way::UNDER_WAY;

/// Entries of one object that are looked at. Nobody changes it more often within minutes.
const MOST: u32 = 50;
/// How far the clocks of replicas may be apart.
const APART: time::Duration = time::Duration::seconds(5);

/// What is not in the log of some changes. Where it cannot be read, a change counts as one of somebody else: it is told rather than
/// lost. `are_others` is whether other replicas change something too.
pub(super) async fn untold(audit: &AuditLog, changes: Vec<ObservedChange>, are_others: bool) -> Vec<ObservedChange> {
    let mut untold = Vec::new();
    for change in changes {
        if !are_others && !change.may_be_recorded {
            untold.push(change);
            continue;
        }
        match untold_of(audit, change.clone(), are_others).await {
            Ok(rest) => untold.extend(rest),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "it is not known whether a change is in the audit log already");
                untold.push(change);
            }
        }
    }
    untold
}

async fn untold_of(
    audit: &AuditLog,
    mut change: ObservedChange,
    are_others: bool,
) -> Result<Option<ObservedChange>, AuditError> {
    let about = AuditFilter {
        connection: Some(change.connection.clone()),
        kind: Some(change.kind),
        between: (Some(change.last_seen - UNDER_WAY), None),
        ..AuditFilter::default()
    };
    let of_this = AuditFilter { object_id: Some(change.object_id.clone()), ..about.clone() };
    let entries = audit.list(&of_this, Place::Newest, MOST).await?.items;
    change.before = known_by(&entries, &change);
    let differing = match (&change.before, &change.after) {
        (Some(before), Some(after)) => difference(change.kind.fields(), before, after),
        (None, None) => return Ok(None),
        // Nothing is ever removed from here.
        (Some(_), None) => return Ok(Some(change)),
        (None, Some(_)) => {
            // Before its answer, a creation has no ID.
            let creations = AuditFilter { action: Some(Action::Create), ..about };
            let creations = audit.list(&creations, Place::Newest, MOST).await?.items;
            let is_ours = creations.iter().any(|entry| has_created(entry, &change));
            return Ok(Some(change).filter(|_| !is_ours));
        }
    };
    let is_ours = are_others && differing.iter().all(|field| was_sent(&entries, field, &change));
    Ok(Some(change).filter(|_| !is_ours))
}

/// What the log knows of an object: as it was before, with what was told of it, and changed from here, since it was last seen so. The
/// newest entry comes first.
fn known_by(entries: &[AuditEntry], change: &ObservedChange) -> Option<FieldValues> {
    let since = entries.iter().rev().filter(|entry| entry.intended_at >= change.last_seen);
    since.fold(change.before.clone(), |known, entry| {
        let sighting = entry.intent.observation.as_ref().map(|observation| &observation.sighting);
        match (entry.intent.action, sighting) {
            (Action::Observed, Some(Sighting::Removed)) => None,
            (Action::Observed, Some(Sighting::Added | Sighting::Changed)) => {
                Some(followed(known.unwrap_or_default(), &entry.intent.changes))
            }
            (Action::Update, _) if entry.outcome() == Outcome::Applied => {
                known.map(|known| followed(known, &entry.intent.changes))
            }
            _ => known,
        }
    })
}

/// Values after changes. What was something else before a change is newer: it is known from elsewhere.
fn followed(mut known: FieldValues, changes: &[FieldChange]) -> FieldValues {
    for change in changes {
        if same(known.get(&change.field), change.before.as_ref()) {
            known.set(&change.field, change.after.clone());
        }
    }
    known
}

/// Whether a value of a field was sent from here, and may be what was read. What another one that was sent later took the place of
/// before that is not. The newest entry comes first.
fn was_sent(entries: &[AuditEntry], field: &FieldChange, change: &ObservedChange) -> bool {
    let saves = entries.iter().filter(|entry| matches!(entry.intent.action, Action::Create | Action::Update));
    for entry in saves.filter(|entry| may_have_come_since(entry, change)) {
        let Some(sent) = entry.intent.changes.iter().find(|sent| sent.field == field.field) else { continue };
        if same(sent.after.as_ref(), field.after.as_ref()) {
            return true;
        }
        let is_taken = entry.outcome() == Outcome::Applied;
        if is_taken && entry.completed_at.is_some_and(|at| at + APART < change.read_at) {
            return false;
        }
    }
    false
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
