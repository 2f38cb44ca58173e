//! Editing: the form is compared with the object as it is now and shown for review. Nothing is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::access::Reach;
use super::changes::{Returned, check_parent, keep};
use super::drafts::{self, FormTarget, base_values, is_about_the_form};
use super::{ServiceError, audit_log, oauth_clients};
use crate::domain::change::{Conflict, FieldChange, Merge, meaning_of_form, merge};
use crate::domain::field::{FieldValue, FieldValues, ObjectKind};
use crate::domain::form::FormValues;
use crate::domain::organisation::subtree;
use crate::domain::review::{Draft, ObjectReference, Review, ReviewedChange, Touches};
use crate::domain::risk::risk_of;
use crate::domain::validation::validate;
use crate::server::context::{Connection, RequestContext};
use crate::server::oneid::RemoteObject;

/// Takes a form for review. Nothing is sent.
///
/// # Errors
/// When the person may not edit, or the form is not valid. What was typed is kept in a draft.
pub async fn submit(
    context: &RequestContext,
    target: FormTarget,
    base: &str,
    form: FormValues,
) -> Result<Draft, Returned> {
    let connection = context.connection(&target.connection)?;
    let reach = context.authorize_edit(connection).await?;
    let mut draft = target.draft(base_values(base), form);
    let meant = meant(&draft);
    if reach != Reach::Everywhere {
        let object = connection.api.get(draft.kind, object_id(&draft)?).await.map_err(ServiceError::from)?;
        context.authorize_edit_of(connection, draft.kind, &object).await?;
    }
    draft.errors = draft.form.place_errors(validate(&draft.shown, &meant));
    if meant.get("parent_id") != draft.shown.get("parent_id") {
        context.authorize_parent(connection, &meant).await?;
        draft.errors.extend(check_parent(connection, draft.kind, draft.object_id.as_deref(), &meant).await);
    }
    if draft.errors.is_empty() {
        context.session.keep_draft(draft.clone()).await.map_err(ServiceError::from)?;
        Ok(draft)
    } else {
        let error = ServiceError::Invalid(draft.errors.clone());
        Err(keep(context, draft, error).await)
    }
}

/// What the admin wants the object to be.
fn meant(draft: &Draft) -> FieldValues {
    meaning_of_form(draft.kind.fields(), &draft.shown, &draft.form.gathered(draft.kind))
}

pub(super) fn merged(draft: &Draft, theirs: &FieldValues) -> Merge {
    merge(draft.kind.fields(), &draft.shown, &meant(draft), theirs)
}

/// The review of a draft against the object as it is now. What the admin sees is noted in the
/// draft, so that a later change of the object sends the save back here.
///
/// # Errors
/// When the draft is gone, the person may not edit, or the partner does not give the object.
pub async fn review(context: &RequestContext, draft_id: &str) -> Result<Review, ServiceError> {
    let mut draft = drafts::find(context, draft_id).await?;
    let connection = context.connection(&draft.connection)?;
    let reach = context.authorize_edit(connection).await?;
    let current = connection.api.get(draft.kind, object_id(&draft)?).await?;
    context.authorize_edit_of(connection, draft.kind, &current).await?;
    let merge = merged(&draft, &current.fields);
    let notice = draft.notice.take();
    draft.reviewed = Some(current.fields.clone());
    context.session.keep_draft(draft.clone()).await?;
    draft.notice = notice;
    let names = parent_names(connection, &reach, &draft, &merge).await;
    let (organisation, touches) = surroundings(connection, &current, draft.kind).await;
    let reviewed = |change: FieldChange| ReviewedChange { risk: risk_of(draft.kind, &change), change };
    Ok(Review {
        object_name: audit_log::name_of(draft.kind, current),
        organisation,
        changes: merge.changes.into_iter().map(reviewed).collect(),
        conflicts: merge.conflicts,
        kept: merge.kept,
        touches,
        names,
        draft,
    })
}

/// Names for the parents that the changes mention by id. Without them the ids are shown, which is
/// no reason to fail.
async fn parent_names(
    connection: &Connection,
    reach: &Reach,
    draft: &Draft,
    merge: &Merge,
) -> BTreeMap<String, String> {
    if draft.kind != ObjectKind::Organisation {
        return BTreeMap::new();
    }
    let conflicts = merge.conflicts.iter().cloned().map(Conflict::into_mine).collect::<Vec<_>>();
    let changes = merge.changes.iter().chain(&merge.kept).chain(&conflicts);
    let values =
        changes.filter(|change| change.field == "parent_id").flat_map(|change| [&change.before, &change.after]);
    let shown = draft.shown.get("parent_id");
    let ids: BTreeSet<String> = values.flatten().chain(shown).flat_map(FieldValue::words).collect();
    let Ok(all) = connection.directory.organisations().await else {
        return BTreeMap::new();
    };
    let mentioned =
        all.organisations.iter().filter(|organisation| ids.contains(&organisation.id) && reach.holds(&organisation.id));
    mentioned.map(|organisation| (organisation.id.clone(), organisation.name().into_owned())).collect()
}

pub(super) fn object_id(draft: &Draft) -> Result<&str, ServiceError> {
    draft.object_id.as_deref().ok_or(ServiceError::DraftGone)
}

async fn surroundings(
    connection: &Connection,
    current: &RemoteObject,
    kind: ObjectKind,
) -> (Option<ObjectReference>, Touches) {
    if kind == ObjectKind::OAuthClient {
        let client = current.clone().into_oauth_client();
        return (oauth_clients::organisation_of(connection, &client).await, Touches::default());
    }
    let (all, clients) =
        futures::join!(connection.directory.organisations(), connection.directory.clients_of(&current.id));
    let count = |number: usize| u32::try_from(number).ok();
    let touches = Touches {
        organisations_below: all.ok().and_then(|all| count(subtree(&all.organisations, &current.id).len() - 1)),
        clients: clients.as_ref().ok().and_then(|clients| count(clients.len())),
        production_clients: clients
            .ok()
            .and_then(|clients| count(clients.iter().filter(|client| client.is_production()).count())),
    };
    (None, touches)
}

/// Whether a draft that came back belongs into the form rather than the review.
pub fn belongs_into_the_form(draft: &Draft) -> bool {
    !draft.errors.is_empty() || draft.failure.as_ref().is_some_and(is_about_the_form)
}
