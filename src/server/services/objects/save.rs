//! Saving: a reviewed edit, if the object is still what the review showed, in one `PUT` that
//! changes the reviewed fields and nothing else.
//!
//! Everything from the object's lock to the end of the draft happens in one task, which runs to its end whatever
//! becomes of the request: nobody else here may write between the read before the `PUT` and the `PUT`.

use std::collections::BTreeMap;

use super::creation_review::is_name_typed;
use super::drafts::{self, Returned, send_back};
use super::submit::{merged, object_id};
use super::under_way;
use crate::domain::audit::{Action, Intent, Target};
use crate::domain::change::{FieldChange, apply, difference, meaning_of_form};
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::review::{Draft, ReviewNotice};
use crate::domain::risk::is_danger;
use crate::domain::shell::{Flash, Tone};
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::oneid::RemoteObject;
use crate::server::services::access::edit_permission;
use crate::server::services::judging::judge_saved;
use crate::server::services::messages::{leave, tell_of_change};
use crate::server::services::recorded::{Recorded, audited, to_the_end};
use crate::server::services::{ServiceError, place};

/// What an admin said on the review page.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The typed name, for dangerous changes.
    pub confirmation: String,
    /// For each conflicting field: `mine` or `theirs`.
    pub resolution: BTreeMap<String, String>,
}

/// What came of a save.
#[derive(Debug)]
pub enum Saved {
    /// The partner has it, or there was nothing to send. What could not be left for the next page must be said in the
    /// answer itself.
    Done(Draft, Vec<Flash>),
    /// The review has to be looked at again; nothing was sent.
    BackToReview(Draft),
}

/// Sends a reviewed draft, if the object is still what the review showed.
///
/// # Errors
/// When the draft is gone, the person may not edit, the intent cannot be recorded, or the partner
/// fails or refuses. The draft is kept.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::save", skip_all)]
pub async fn save(context: &RequestContext, draft_id: &str, decision: Decision) -> Result<Saved, Returned> {
    let draft = drafts::find(context, draft_id).await?;
    let connection = context.connection(&draft.connection)?.clone();
    context.authorize_edit(&connection).await?;
    to_the_end(context, save_alone(context.clone(), connection, draft, decision)).await?
}

async fn save_alone(
    context: RequestContext,
    connection: Connection,
    draft: Draft,
    decision: Decision,
) -> Result<Saved, Returned> {
    let id = object_id(&draft)?.to_owned();
    let object = format!("{} {} {id}", draft.connection, draft.kind.code());
    let _one_at_a_time = match context.locks.lock(&object).await {
        Ok(locked) => locked,
        Err(error) => return Err(come_back(&context, draft, ServiceError::NotRecorded(error)).await),
    };
    // A second click waited here for the first, which has saved the draft: there is nothing left to do.
    let draft = match drafts::find(&context, &draft.id).await {
        Ok(draft) => draft,
        Err(ServiceError::DraftGone) => return Ok(Saved::Done(draft, Vec::new())),
        Err(error) => return Err(error.into()),
    };
    let current = match context.object(&connection, draft.kind, &id, edit_permission(&connection)).await {
        Ok(current) => current,
        Err(error) => return Err(come_back(&context, draft, error).await),
    };
    match decide(&draft, &current, &decision) {
        Err(notice) => {
            let draft = drafts::edited_since(&context, &draft).await.unwrap_or(draft);
            let draft = Draft { notice: Some(notice), failure: None, ..draft };
            drafts::keep(&context, &draft).await?;
            Ok(Saved::BackToReview(draft))
        }
        Ok(changes) if changes.is_empty() => {
            let text = "No changes to save. Nothing was sent.".to_owned();
            let untold = leave(&context, Tone::Good, text).await;
            drafts::let_go_of_saved(&context, &draft).await;
            Ok(Saved::Done(draft, untold.into_iter().collect()))
        }
        Ok(changes) if moves_out_of_reach(&context, &connection, draft.kind, &changes).await => {
            Err(come_back(&context, draft, ServiceError::OutOfReach).await)
        }
        Ok(changes) => match send(&context, &connection, &draft, &current, changes).await {
            Ok(untold) => Ok(Saved::Done(draft, untold)),
            Err(error) => Err(come_back(&context, draft, error).await),
        },
    }
}

/// Whether the changes would move the object below an organisation where the person may not edit.
async fn moves_out_of_reach(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    changes: &[FieldChange],
) -> bool {
    for change in changes.iter().filter(|change| Some(change.field.as_str()) == kind.parent_field()) {
        let parent = match &change.after {
            Some(FieldValue::Text(id)) if !id.is_empty() => Some(id.as_str()),
            _ => None,
        };
        if context.authorize_parent(connection, parent).await.is_err() {
            return true;
        }
    }
    false
}

/// The changes to send, or why the review must be looked at again.
fn decide(draft: &Draft, current: &RemoteObject, decision: &Decision) -> Result<Vec<FieldChange>, ReviewNotice> {
    let fields = draft.kind.fields();
    let is_as_reviewed =
        draft.reviewed.as_ref().is_some_and(|reviewed| difference(fields, reviewed, &current.fields).is_empty());
    if !is_as_reviewed {
        return Err(ReviewNotice::ChangedMeanwhile);
    }
    let merge = merged(draft, &current.fields);
    let mut changes = merge.changes;
    for conflict in merge.conflicts {
        match decision.resolution.get(&conflict.field).map(String::as_str) {
            Some("mine") => {
                changes.push(conflict.into_mine());
            }
            Some("theirs") => {}
            _ => return Err(ReviewNotice::Undecided),
        }
    }
    let needs_confirmation = changes.iter().any(|change| is_danger(draft.kind, change));
    let name = current.reference().name;
    if needs_confirmation && !is_name_typed(&decision.confirmation, &name) {
        return Err(ReviewNotice::NotConfirmed);
    }
    Ok(changes)
}

/// Records and sends the changes, and leaves a message about them. Returns the messages that could not be left.
async fn send(
    context: &RequestContext,
    connection: &Connection,
    draft: &Draft,
    current: &RemoteObject,
    changes: Vec<FieldChange>,
) -> Result<Vec<Flash>, ServiceError> {
    let kind = draft.kind;
    let owner = place::owner_of(connection, kind, current).await;
    let organisation_id = owner.map(|owner| owner.id);
    let place = organisation_id.as_deref().unwrap_or(&current.id);
    let role = context.role_at(connection, edit_permission(connection), Some(place)).await;
    let target = Target::of_object(&connection.summary, kind, current.reference(), organisation_id.clone());
    let wanted = apply(&current.fields, &changes);
    let intent = context.intent(role, Action::Update, target, changes.clone());
    // With values of somebody else among them, it is not that version.
    let meant = meaning_of_form(kind.fields(), &draft.shown, &draft.form.gathered(kind));
    let restores = draft.restores.filter(|_| difference(kind.fields(), &meant, &wanted).is_empty());
    let intent = Intent { answers: draft.answers, restores, ..intent };
    let sending = connection.index.sending(kind, Some(&current.id), &wanted);
    let call = connection.api.update(kind, current, &changes);
    let Recorded { result, is_recorded, .. } = audited(context, intent, call).await?;
    if let Err(failure) = result {
        connection.forget(kind, organisation_id.as_deref());
        under_way::expect_late(sending, &failure);
        return Err(ServiceError::Partner(failure));
    }
    judge_saved(connection, &context.audit, kind, &current.id).await;
    connection.changed(kind, (&current.id, organisation_id.clone()), wanted.clone(), is_recorded).await;
    let name = cut(wanted.text("name").unwrap_or(&current.id), LONGEST_NAME);
    let text = format!("“{name}” has been saved.");
    let ((), told) =
        futures::join!(drafts::let_go_of_saved(context, draft), tell_of_change(context, is_recorded, text));
    let kept =
        tell_what_the_partner_kept(context, connection, (kind, &current.id, organisation_id), &wanted, is_recorded)
            .await;
    Ok(told.into_iter().chain(kept).collect())
}

/// Reads the object back, and leaves a message that names the fields that the partner did not keep as they were sent.
/// Returns the message if it could not be left.
async fn tell_what_the_partner_kept(
    context: &RequestContext,
    connection: &Connection,
    (kind, id, organisation_id): (ObjectKind, &str, Option<String>),
    wanted: &FieldValues,
    is_recorded: bool,
) -> Option<Flash> {
    let kept = connection.api.get(kind, id).await.ok()?;
    let differences = difference(kind.fields(), wanted, &kept.fields);
    if differences.is_empty() {
        return None;
    }
    connection.changed(kind, (id, organisation_id), kept.fields, is_recorded).await;
    let labels: Vec<&str> = differences.iter().map(|change| kind.label(&change.field)).collect();
    let text = format!("OneID saved different values for: {}. Check these fields.", labels.join(", "));
    leave(context, Tone::Warning, text).await
}

async fn come_back(context: &RequestContext, draft: Draft, error: ServiceError) -> Returned {
    let draft = drafts::edited_since(context, &draft).await.unwrap_or(draft);
    send_back(context, Draft { notice: None, ..draft }, error).await
}
