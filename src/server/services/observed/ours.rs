//! Which of the changes that a refresh finds were made by another replica. It has told this one, or is about to, but what it
//! sends is at the partner before that. Its intent is in the log earlier still.

use crate::domain::audit::{Action, AuditEntry, AuditFilter, Outcome, Place};
use crate::domain::change::{FieldChange, difference};
use crate::domain::object::ObjectKind;
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::ObservedChange;
use crate::server::services::objects::settle::UNDER_WAY;

/// Entries of one object that are looked at. Nobody changes it more often within minutes.
const MOST: u32 = 50;
/// How far the clocks of replicas may be apart.
const APART: time::Duration = time::Duration::seconds(5);

/// The changes that nobody made from here. Where the log cannot say so, a change counts as one of somebody else: it is told
/// rather than lost.
pub(super) async fn made_elsewhere(audit: &AuditLog, changes: Vec<ObservedChange>) -> Vec<ObservedChange> {
    let mut elsewhere = Vec::new();
    for change in changes {
        match is_ours(audit, &change).await {
            Ok(true) => {}
            Ok(false) => elsewhere.push(change),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "it is not known whether another replica made a change");
                elsewhere.push(change);
            }
        }
    }
    elsewhere
}

async fn is_ours(audit: &AuditLog, change: &ObservedChange) -> Result<bool, AuditError> {
    let about = AuditFilter {
        connection: Some(change.connection.clone()),
        kind: Some(change.kind),
        between: (Some(change.last_seen - UNDER_WAY), None),
        ..AuditFilter::default()
    };
    let of_this = AuditFilter { object_id: Some(change.object_id.clone()), ..about.clone() };
    let entries = audit.list(&of_this, Place::Newest, MOST).await?.items;
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        // Nothing is ever removed from here, and a creation has no ID before its answer.
        let creations = AuditFilter { action: Some(Action::Create), ..about };
        let creations = audit.list(&creations, Place::Newest, MOST).await?.items;
        return Ok(change.after.is_some() && creations.iter().any(|entry| has_created(entry, change)));
    };
    let differing = difference(change.kind.fields(), before, after);
    Ok(differing.iter().all(|field| entries.iter().any(|entry| has_sent(entry, field, change))))
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
