//! Reviewing: a draft against the object as it is now, with what depends on it. Nothing is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::creation_review;
use super::drafts::{self, is_about_the_form, keep};
use super::impact::impact;
use super::submit::{merged, object_id};
use crate::domain::change::{Conflict, FieldChange, Merge, apply};
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::review::{Draft, FormTarget, Review, ReviewedChange};
use crate::domain::risk::risk_of;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::place::owner_of;
use crate::server::services::reach::Reach;
use crate::server::services::readiness::{Judged, findings_after};

/// The review of a draft against the object as it is now. `about` is what the page that asks is about. What the admin
/// sees is noted in the draft, so that a later change of the object sends the save back here.
///
/// # Errors
/// When the draft is gone, the person may not edit or create it, or the partner does not give the object.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::review", skip_all)]
pub async fn review(
    context: &RequestContext,
    draft_id: &str,
    about: Option<&FormTarget>,
) -> Result<Review, ServiceError> {
    let mut draft = drafts::find(context, draft_id).await?;
    // The page says by its address where it is: it must not frame what is about something else.
    let is_about = |about: &FormTarget| {
        (about.connection.as_str(), about.kind) == (draft.connection.as_str(), draft.kind)
            && about.object_id == draft.object_id
    };
    if about.is_some_and(|about| !is_about(about)) {
        return Err(ServiceError::DraftGone);
    }
    let connection = context.connection(&draft.connection)?;
    if draft.object_id.is_none() {
        return creation_review::review(context, connection, draft).await;
    }
    let reach = context.authorize_edit(connection).await?;
    let current = context.object(connection, draft.kind, object_id(&draft)?, edit_permission(connection)).await?;
    let merge = merged(&draft, &current.fields);
    let notice = draft.notice.take();
    draft.reviewed = Some(current.fields.clone());
    if drafts::edited_since(context, &draft).await.is_none() {
        keep(context, &draft).await?;
    }
    draft.notice = notice;
    let names = parent_names(connection, &reach, &draft, &merge).await;
    let organisation = owner_of(connection, draft.kind, &current).await;
    let changes = all_changes(&merge);
    let after = apply(&current.fields, &changes);
    let impact = match draft.kind {
        ObjectKind::Organisation => {
            let fields = current.fields.clone();
            let before = Organisation { id: current.id.clone(), fields, unknown: Vec::new() };
            impact(connection, before, after.clone()).await
        }
        ObjectKind::OAuthClient => None,
    };
    let owner = organisation.as_ref().map(|organisation| organisation.id.as_str());
    let judged = Judged { kind: draft.kind, id: &current.id, organisation: owner, fields: &current.fields };
    let findings = findings_after(context, connection, judged, &after, &changes).await?;
    let reviewed = |change: FieldChange| ReviewedChange { risk: risk_of(draft.kind, &change), change };
    Ok(Review {
        object_name: current.reference().name,
        organisation,
        changes: merge.changes.into_iter().map(reviewed).collect(),
        conflicts: merge.conflicts,
        kept: merge.kept,
        findings,
        impact,
        names,
        draft,
    })
}

/// What would be changed. Of a conflict, one's own value counts.
fn all_changes(merge: &Merge) -> Vec<FieldChange> {
    let mine = merge.conflicts.iter().cloned().map(Conflict::into_mine);
    merge.changes.iter().cloned().chain(mine).collect()
}

/// Names for the parents that the changes mention by id. Without them the ids are shown, which is
/// no reason to fail.
async fn parent_names(
    connection: &Connection,
    reach: &Reach,
    draft: &Draft,
    merge: &Merge,
) -> BTreeMap<String, String> {
    let Some(field) = draft.kind.parent_field() else {
        return BTreeMap::new();
    };
    let conflicts = merge.conflicts.iter().cloned().map(Conflict::into_mine).collect::<Vec<_>>();
    let changes = merge.changes.iter().chain(&merge.kept).chain(&conflicts);
    let values = changes.filter(|change| change.field == field).flat_map(|change| [&change.before, &change.after]);
    let shown = draft.shown.get(field);
    let ids: BTreeSet<String> = values.flatten().chain(shown).flat_map(FieldValue::texts).collect();
    let Ok(all) = connection.index.organisations().await else {
        return BTreeMap::new();
    };
    let mentioned = ids.into_iter().filter(|id| reach.holds(id));
    mentioned.filter_map(|id| all.reference(ObjectKind::Organisation, &id)).map(|one| (one.id, one.name)).collect()
}

/// Whether a draft that came back belongs into the form rather than the review.
pub fn belongs_into_the_form(draft: &Draft) -> bool {
    !draft.errors.is_empty() || draft.failure.as_ref().is_some_and(is_about_the_form)
}
