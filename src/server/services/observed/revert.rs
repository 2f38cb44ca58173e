//! Reverting a change that was made elsewhere: a draft with the old values, and from there the way of every edit.

use super::open::entries_of;
use crate::domain::audit::{AuditEntry, AuditedKind, Sighting};
use crate::domain::change::FieldChange;
use crate::domain::form::FormValues;
use crate::domain::observed::ObservedTarget;
use crate::domain::review::{Draft, FormTarget};
use crate::server::context::RequestContext;
use crate::server::services::access::edit_permission;
use crate::server::services::objects::drafts::{self, Returned};
use crate::server::services::objects::sides::Sides;
use crate::server::services::objects::submit::submit;

/// What came of the wish to revert.
#[derive(Debug)]
pub enum Reverting {
    /// The draft to review, and the labels of the fields that had no value before: the Partner API takes none back.
    Draft(Box<Draft>, Vec<&'static str>),
    /// Nothing of it is open any more, or nothing of it can be brought back.
    Nothing,
}

/// Lays the values from before over the object as it is now, as a draft. Nothing is sent: its review shows what would be
/// written, asks where somebody has changed the same field since, and saves it like every other edit. Once that is
/// applied, the observed change counts as reverted.
///
/// # Errors
/// When the person may not edit the object, the partner does not give it, or the draft is not valid or cannot be kept.
#[tracing::instrument(target = "spans", level = "debug", name = "observed::revert", skip_all)]
pub async fn revert(context: &RequestContext, about: &ObservedTarget) -> Result<Reverting, Returned> {
    let AuditedKind::Object(kind) = about.kind else {
        return Ok(Reverting::Nothing);
    };
    let connection = context.connection(&about.connection)?;
    let object = context.object(connection, kind, &about.id, edit_permission(connection)).await?;
    let entries = entries_of(context, &about.connection, about.kind, &about.id, Some(about.until)).await?;
    let Some(newest) = entries.first() else {
        return Ok(Reverting::Nothing);
    };
    let changes = undone(&entries);
    if changes.is_empty() {
        return Ok(Reverting::Nothing);
    }
    let Sides { shown, wanted, unset } = Sides::of(kind, &object.fields, changes);
    let target =
        FormTarget { connection: about.connection.clone(), kind, object_id: Some(object.id), organisation_id: None };
    let form = FormValues::of(kind, &wanted);
    let base = serde_json::to_string(&shown).unwrap_or_default();
    let draft = Draft::new(target.clone(), drafts::new_id(), shown, form.clone());
    // `submit` finds in it what it answers.
    drafts::keep(context, &Draft { answers: Some(newest.id), ..draft.clone() }).await?;
    let draft = submit(context, target, &draft.id, &base, form).await?;
    Ok(Reverting::Draft(Box::new(draft), unset))
}

/// What was changed since the object was last seen as it was: from the oldest value of each field to the newest. What
/// was added or removed ends it, because nothing before that can be brought back.
fn undone(entries: &[AuditEntry]) -> Vec<FieldChange> {
    let is_change = |entry: &&AuditEntry| {
        entry.intent.observation.as_ref().is_some_and(|observation| observation.sighting == Sighting::Changed)
    };
    let mut changes: Vec<FieldChange> = Vec::new();
    for older in entries.iter().take_while(is_change).flat_map(|entry| &entry.intent.changes) {
        match changes.iter_mut().find(|change| change.field == older.field) {
            Some(change) => change.before.clone_from(&older.before),
            None => changes.push(older.clone()),
        }
    }
    changes
}

#[cfg(test)]
#[path = "revert_test.rs"]
mod tests;
