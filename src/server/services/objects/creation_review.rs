//! Reviewing what is to be created, where live users are concerned or a readiness rule finds an error. Nothing is sent.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::created::Creation;
use super::drafts::{self, Returned};
use super::form;
use crate::domain::change::{FieldChange, difference};
use crate::domain::excerpt::is_typed;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::readiness::Finding;
use crate::domain::review::{Draft, Review, ReviewNotice, ReviewedChange, must_be_reviewed};
use crate::domain::risk::risk_of;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::readiness::{Judged, findings};

/// Whether an object may be created now: nothing about it needs a review, or its name was typed there.
pub(super) async fn is_confirmed(
    context: &RequestContext,
    connection: &Connection,
    draft: &Draft,
    fields: &FieldValues,
    confirmation: Option<&str>,
) -> bool {
    let name = fields.text("name").unwrap_or_default();
    confirmation.is_some_and(|typed| is_name_typed(typed, name))
        || !must_be_reviewed(draft.kind, fields, &found(context, connection, draft, fields).await)
}

/// Whether the typed text is the name of an object, however either of them spells its accents (Unicode, NFC).
pub(super) fn is_name_typed(typed: &str, name: &str) -> bool {
    let [typed, name] = [typed, name].map(|text| text.nfc().collect::<String>());
    is_typed(&typed, &name)
}

/// What the readiness rules find about an object that is not there yet.
async fn found(context: &RequestContext, connection: &Connection, draft: &Draft, fields: &FieldValues) -> Vec<Finding> {
    let judged = Judged { kind: draft.kind, id: "", organisation: draft.organisation_id.as_deref(), fields };
    let findings = findings(context, connection, judged).await;
    findings.into_iter().map(|finding| Finding { is_new: true, ..finding }).collect()
}

/// Keeps a form for its review. `was_there` says that it comes from there, without the name.
///
/// # Errors
/// When it is not kept.
pub(super) async fn send_to_review(
    context: &RequestContext,
    draft: Draft,
    was_there: bool,
) -> Result<Creation, Returned> {
    let draft = Draft { notice: was_there.then_some(ReviewNotice::NotConfirmed), failure: None, ..draft };
    match drafts::keep(context, &draft).await {
        Ok(()) => Ok(Creation::ToReview(Box::new(draft))),
        Err(error) => Err(Returned { draft: None, is_unkept: true, error }),
    }
}

/// The review of a draft of something new.
///
/// # Errors
/// When the person may not create it there.
pub(super) async fn review(
    context: &RequestContext,
    connection: &Connection,
    mut draft: Draft,
) -> Result<Review, ServiceError> {
    let fields = draft.meant();
    context.authorize_create(connection, draft.kind, draft.organisation_id.as_deref(), &fields).await?;
    let findings = found(context, connection, &draft, &fields).await;
    // The notice is told once.
    let notice = draft.notice.take();
    if notice.is_some() {
        drafts::keep(context, &draft).await?;
    }
    draft.notice = notice;
    let view = connection.index.organisations().await.ok();
    let reference = |id: &str| view.as_ref().and_then(|view| view.reference(ObjectKind::Organisation, id));
    let organisation = draft.organisation_id.as_deref().and_then(reference);
    let parent = fields.parent(draft.kind).and_then(reference);
    let names = parent.map(|parent| (parent.id, parent.name)).into_iter().collect::<BTreeMap<_, _>>();
    let changes = difference(draft.kind.fields(), &FieldValues::default(), &fields);
    let changes = changes.into_iter().filter(says_something);
    let is_parent = |change: &FieldChange| Some(change.field.as_str()) == draft.kind.parent_field();
    // What is new moves from nowhere.
    let risk = |change: &FieldChange| risk_of(draft.kind, change).filter(|_| !is_parent(change));
    let reviewed = |change: FieldChange| ReviewedChange { risk: risk(&change), change };
    Ok(Review {
        object_name: fields.text("name").unwrap_or_default().to_owned(),
        organisation,
        changes: changes.map(reviewed).collect(),
        conflicts: Vec::new(),
        kept: Vec::new(),
        findings,
        impact: None,
        names,
        draft,
    })
}

/// Whether a value is more than nothing: what is off or empty need not be read.
fn says_something(change: &FieldChange) -> bool {
    match &change.after {
        Some(FieldValue::Text(text)) => !text.is_empty(),
        Some(FieldValue::List(entries)) => !entries.is_empty(),
        // What a new form has switched on, and this one has not, is a choice.
        Some(FieldValue::Flag(on)) => *on || form::new_object().flag(&change.field) == Some(true),
        None => false,
    }
}
