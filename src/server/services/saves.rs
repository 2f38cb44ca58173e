//! Saving: a reviewed edit, if the object is still what the review showed, in one `PUT` that
//! changes the reviewed fields and nothing else.

use std::collections::BTreeMap;

use super::audited::{Applied, audited};
use super::changes::{Returned, forget, keep};
use super::drafts::{self, refused_fields};
use super::edits::{merged, object_id};
use super::messages::{leave, tell_of_change};
use super::{ServiceError, audit_log, oauth_clients};
use crate::domain::audit::{Action, Target};
use crate::domain::change::{FieldChange, apply, difference};
use crate::domain::excerpt::{LONGEST_NAME, cut, is_typed};
use crate::domain::field::{FieldValues, ObjectKind};
use crate::domain::review::{Draft, ReviewNotice};
use crate::domain::risk::is_danger;
use crate::domain::shell::Tone;
use crate::server::context::{Connection, RequestContext};
use crate::server::oneid::{Answer, RemoteObject};

impl Applied for Answer {
    fn answer(&self) -> &Answer {
        self
    }

    fn created_id(&self) -> Option<&str> {
        None
    }
}

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
    /// The partner has it, or there was nothing to send.
    Done(Draft),
    /// The review has to be looked at again; nothing was sent.
    BackToReview(Draft),
}

/// Sends a reviewed draft, if the object is still what the review showed.
///
/// # Errors
/// When the draft is gone, the person may not edit, the intent cannot be recorded, or the partner
/// fails or refuses. The draft is kept.
pub async fn save(context: &RequestContext, draft_id: &str, decision: Decision) -> Result<Saved, Returned> {
    let draft = drafts::find(context, draft_id).await?;
    let connection = context.connection(&draft.connection)?;
    context.authorize_edit(connection).await?;
    let id = object_id(&draft)?.to_owned();
    let key = format!("{} {} {id}", draft.connection, draft.kind.code());
    let _one_at_a_time = context.state.locks.lock(&key).await;
    let current = match connection.api.get(draft.kind, &id).await {
        Ok(current) => current,
        Err(failure) => return Err(come_back(context, draft, failure.into()).await),
    };
    context.authorize_edit_of(connection, draft.kind, &current).await?;
    match decide(&draft, &current, &decision) {
        Err(notice) => {
            let draft = Draft { notice: Some(notice), failure: None, ..draft };
            context.session.keep_draft(draft.clone()).await.map_err(ServiceError::from)?;
            Ok(Saved::BackToReview(draft))
        }
        Ok(changes) if changes.is_empty() => {
            let words = "Nothing was sent: the object already is as you want it.".to_owned();
            leave(context, Tone::Good, words).await;
            drafts::let_go(context, &draft.id).await;
            Ok(Saved::Done(draft))
        }
        Ok(changes) if moves_out_of_reach(context, connection, &changes).await => {
            Err(come_back(context, draft, ServiceError::OutOfReach).await)
        }
        Ok(changes) => match send(context, connection, &draft, &current, changes).await {
            Ok(()) => Ok(Saved::Done(draft)),
            Err(error) => Err(come_back(context, draft, error).await),
        },
    }
}

/// Whether the changes would hang the object below an organisation where the person may not edit.
async fn moves_out_of_reach(context: &RequestContext, connection: &Connection, changes: &[FieldChange]) -> bool {
    let parents = changes.iter().filter(|change| change.field == "parent_id");
    for change in parents {
        let fields = [("parent_id".to_owned(), change.after.clone())];
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        if context.authorize_parent(connection, &fields).await.is_err() {
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
    let name = audit_log::name_of(draft.kind, current.clone());
    if needs_confirmation && !is_typed(&decision.confirmation, &name) {
        return Err(ReviewNotice::NotConfirmed);
    }
    Ok(changes)
}

async fn send(
    context: &RequestContext,
    connection: &Connection,
    draft: &Draft,
    current: &RemoteObject,
    changes: Vec<FieldChange>,
) -> Result<(), ServiceError> {
    let kind = draft.kind;
    let client = current.clone().into_oauth_client();
    let organisation = match kind {
        ObjectKind::OAuthClient => oauth_clients::organisation_of(connection, &client).await,
        ObjectKind::Organisation => None,
    };
    let organisation_id = organisation.map(|organisation| organisation.id);
    let name = audit_log::name_of(kind, current.clone());
    let target = Target {
        connection: connection.summary.name.clone(),
        environment: connection.summary.environment,
        kind: kind.into(),
        id: Some(current.id.clone()),
        name,
        organisation_id: organisation_id.clone(),
    };
    let wanted = apply(&current.fields, &changes);
    let intent = context.intent(Action::Update, target, changes.clone());
    let (api, object) = (connection.api.clone(), current.clone());
    let recorded = audited(context, intent, async move { api.update(kind, &object, &changes).await }).await?;
    forget(connection, kind, organisation_id.as_deref()).await;
    recorded.result.map_err(ServiceError::Partner)?;
    let name = cut(wanted.text("name").unwrap_or(&current.id), LONGEST_NAME);
    tell_of_change(context, recorded.is_recorded, format!("“{name}” has been saved.")).await;
    tell_what_the_partner_kept(context, connection, kind, &current.id, &wanted).await;
    drafts::let_go(context, &draft.id).await;
    Ok(())
}

/// Reads the object back and tells of fields that the partner did not keep as they were sent.
async fn tell_what_the_partner_kept(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    id: &str,
    wanted: &FieldValues,
) {
    let Ok(kept) = connection.api.get(kind, id).await else {
        return;
    };
    let differences = difference(kind.fields(), wanted, &kept.fields);
    if !differences.is_empty() {
        let labels: Vec<&str> = differences.iter().map(|change| kind.label(&change.field)).collect();
        let words = format!("OneID kept something else than was sent for: {}. Check these fields.", labels.join(", "));
        leave(context, Tone::Warning, words).await;
    }
}

async fn come_back(context: &RequestContext, mut draft: Draft, error: ServiceError) -> Returned {
    if let ServiceError::Partner(failure) = &error {
        draft.errors = refused_fields(draft.kind, failure);
        draft.failure = Some(failure.clone());
    }
    draft.notice = None;
    keep(context, draft, error).await
}
