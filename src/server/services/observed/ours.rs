//! Which of the changes that a refresh finds were made by another replica. It has told this one, or is about to, but what it
//! sends is at the partner before that. Its intent is in the log earlier still.

use crate::domain::audit::{Action, AuditEntry, AuditFilter, Place};
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
    if entries.iter().any(|entry| is_sent_since(entry, change)) {
        return Ok(true);
    }
    if change.before.is_some() {
        return Ok(false);
    }
    // A creation has no ID before its answer.
    let creations = AuditFilter { action: Some(Action::Create), ..about };
    let creations = audit.list(&creations, Place::Newest, MOST).await?.items;
    Ok(creations.iter().any(|entry| {
        let id = entry.completion.as_ref().and_then(|completion| completion.object_id.as_deref());
        entry.intent.target.name == change.name && id.is_none_or(|id| id == change.object_id)
    }))
}

/// Whether an entry sent a change that the partner may have carried out after the object was last seen.
fn is_sent_since(entry: &AuditEntry, change: &ObservedChange) -> bool {
    matches!(entry.intent.action, Action::Create | Action::Update)
        && entry.completed_at.is_none_or(|at| at + APART >= change.last_seen)
}
