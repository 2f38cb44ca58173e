//! Deciding what became of a creation that nobody knows of: a person looks where the look-up could not tell.
//!
//! What the person decides is an entry of its own, and settles the entry of the creation. Nothing is sent to the partner.

use super::found::{self, differing};
use super::listed::{Listed, has_rival_under_way, listed};
use super::settle::outcomes_of;
use super::under_way::UNDER_WAY;
use super::waiting::above;
use crate::domain::audit::{Action, AuditEntry, AuditedKind, DECIDED_ENTRY, DECIDED_OUTCOME, Outcome, Resolution};
use crate::domain::failure::PartnerFailure;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::domain::unknown_creation::{Candidate, CreationState, Decision, UnknownCreation};
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::place::owner_of;
use crate::server::services::reach::Reach;
use crate::server::services::readable::Readable;
use crate::server::services::recorded::to_the_end;

/// What came of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is recorded.
    Recorded,
    /// It was known already.
    KnownBefore,
    /// The partner may still be at work on the creation: nobody can say yet that nothing was created.
    TooEarly,
    /// The object cannot be the one that was created: it has another name or another origin.
    NotThatObject,
}

/// A creation whose outcome is asked for.
struct Creation {
    connection: Connection,
    kind: ObjectKind,
    entry: AuditEntry,
    /// Where the person may edit.
    reach: Reach,
}

impl Creation {
    /// The creation of an entry, for those who may edit where it is.
    async fn find(context: &RequestContext, connection: &str, id: i64) -> Result<Self, ServiceError> {
        let connection = context.connection(connection)?;
        let reach = context.authorize_edit(connection).await?;
        let found = context.audit.find(id).await.map_err(ServiceError::AuditUnreadable)?;
        let is_here = |entry: &AuditEntry| {
            entry.intent.action == Action::Create && entry.intent.target.connection_name() == connection.summary.name
        };
        let found = found.filter(is_here).and_then(|entry| match entry.intent.target.kind {
            AuditedKind::Object(kind) => Some((kind, entry)),
            AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard => None,
        });
        let Some((kind, entry)) = found else {
            // Whoever is limited to a part of the tree gets the same answer for what is outside.
            return Err(if reach.is_everywhere() { ServiceError::NotFound } else { ServiceError::OutOfReach });
        };
        reach.require(above(kind, &entry))?;
        Ok(Self { connection: connection.clone(), kind, entry, reach })
    }

    /// The organisation of a client, or the parent that was sent.
    fn above(&self) -> Option<&str> {
        above(self.kind, &self.entry)
    }

    /// Until when the partner may still be at work on it; `None` when that is over.
    async fn under_way_until(&self, context: &RequestContext) -> Option<time::OffsetDateTime> {
        let until = self.entry.intended_at + UNDER_WAY;
        (context.clock.now() < until || context.audit.is_open(&self.entry).await).then_some(until)
    }
}

/// What is known of a creation, and what it may have created.
///
/// # Errors
/// When the person may not edit there, there is no such creation, or the log cannot be read.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::unknown_creation", skip_all)]
pub async fn show(context: &RequestContext, connection: &str, id: i64) -> Result<UnknownCreation, ServiceError> {
    let creation = Creation::find(context, connection, id).await?;
    let entry = &creation.entry;
    let state = match entry.outcome() {
        Outcome::Unknown => CreationState::Unknown {
            candidates: candidates(context, &creation).await?,
            under_way_until: creation.under_way_until(context).await,
        },
        outcome => CreationState::Known { outcome, object_id: entry.object_id().map(str::to_owned) },
    };
    let all = creation.connection.index.organisations().await.ok();
    let above = creation.above().map(|id| {
        let known = all.as_ref().and_then(|all| all.reference(ObjectKind::Organisation, id));
        known.unwrap_or_else(|| ObjectReference { id: id.to_owned(), name: id.to_owned() })
    });
    let readable = Readable::of_entry(context, Some(entry)).await;
    let readable = readable.unwrap_or(Readable::WithoutContacts);
    Ok(UnknownCreation {
        entry: entry.id,
        kind: creation.kind,
        name: entry.intent.target.name.clone(),
        above,
        actor: readable.entry(context, entry.clone()).intent.actor.shown().to_owned(),
        sent_at: entry.intended_at,
        sent: entry.intent.changes.clone(),
        state,
        may_read: context.principal.may_everywhere(Permission::ViewHistory),
    })
}

/// What may be it, as far as the person may edit it.
async fn candidates(
    context: &RequestContext,
    creation: &Creation,
) -> Result<Result<Vec<Candidate>, PartnerFailure>, ServiceError> {
    let Creation { connection, kind, entry, reach } = creation;
    let objects = match listed(connection, *kind, entry.intent.target.organisation_id.as_deref()).await {
        Ok(objects) => objects,
        Err(failure) => return Ok(Err(failure)),
    };
    let read = found::candidates(&context.audit, entry, &objects).await.map_err(ServiceError::AuditUnreadable)?;
    let candidate = |object: &Listed| Candidate {
        object: ObjectReference::of(&object.id, &object.fields),
        differs: differing(&entry.intent.changes, &object.fields).map(|field| kind.label(field).to_owned()).collect(),
    };
    let is_within = |object: &&Listed| {
        let place = if kind.owner().is_some() { creation.above() } else { object.fields.parent(*kind) };
        reach.require(place).is_ok()
    };
    Ok(Ok(read.into_iter().filter(is_within).map(candidate).collect()))
}

/// Records what a person decides about a creation whose outcome is not known.
///
/// # Errors
/// When the person may not edit there, there is no such creation or object, or it is not certainly on disk.
#[tracing::instrument(target = "spans", level = "debug", name = "objects::decide", skip_all)]
pub async fn decide(
    context: &RequestContext,
    connection: &str,
    id: i64,
    decision: Decision,
) -> Result<Decided, ServiceError> {
    if context.writes.is_closed() {
        return Err(ServiceError::Ending);
    }
    Creation::find(context, connection, id).await?;
    to_the_end(context, decide_alone(context.clone(), connection.to_owned(), id, decision)).await?
}

async fn decide_alone(
    context: RequestContext,
    connection: String,
    id: i64,
    decision: Decision,
) -> Result<Decided, ServiceError> {
    // One after the other, and not while the look-up records what it has found.
    let locked = context.locks.lock(&outcomes_of(&connection)).await;
    let _one_at_a_time = locked.map_err(ServiceError::NotRecorded)?;
    let creation = Creation::find(&context, &connection, id).await?;
    if creation.entry.outcome() != Outcome::Unknown {
        return Ok(Decided::KnownBefore);
    }
    let object_id = match decision {
        Decision::NotCreated if creation.under_way_until(&context).await.is_some() => return Ok(Decided::TooEarly),
        Decision::NotCreated => None,
        Decision::Created(object_id) => match may_be(&context, &creation, &object_id).await? {
            Some(true) => Some(object_id),
            Some(false) => return Ok(Decided::NotThatObject),
            None => return Ok(Decided::TooEarly),
        },
    };
    record(&context, &creation, object_id).await.map(|()| Decided::Recorded)
}

/// Whether an object that is there may be the one that was created; `None` while another creation that is under way may
/// have made it.
async fn may_be(context: &RequestContext, creation: &Creation, object_id: &str) -> Result<Option<bool>, ServiceError> {
    let Creation { connection, kind, entry, .. } = creation;
    let rival = has_rival_under_way(&context.audit, connection, *kind, entry).await;
    if rival.map_err(ServiceError::AuditUnreadable)? {
        return Ok(None);
    }
    let object = context.object(connection, *kind, object_id, edit_permission(connection)).await?;
    let owner = owner_of(connection, *kind, &object).await.map(|owner| owner.id);
    if owner.as_deref() != entry.intent.target.organisation_id.as_deref() {
        return Ok(Some(false));
    }
    let listed = [Listed::of(object.id, object.fields)];
    let candidates = found::candidates(&context.audit, entry, &listed).await.map_err(ServiceError::AuditUnreadable)?;
    Ok(Some(!candidates.is_empty()))
}

/// The decision first, then what follows from it: if the server ends in between, the outcome is still to be decided.
async fn record(context: &RequestContext, creation: &Creation, object_id: Option<String>) -> Result<(), ServiceError> {
    let Creation { connection, kind, entry, .. } = creation;
    let outcome = if object_id.is_some() { Outcome::Applied } else { Outcome::NotApplied };
    let role = context.role_at(connection, edit_permission(connection), creation.above()).await;
    let mut target = entry.intent.target.clone();
    target.id.clone_from(&object_id);
    let event = context.intent(role, Action::OutcomeDecided, target, Vec::new());
    let event = event.with_text(DECIDED_ENTRY, &entry.id.to_string()).with_text(DECIDED_OUTCOME, outcome.code());
    context.audit.record(&event).await.map_err(ServiceError::AuditUnavailable)?;
    // Without the person's name, which may have to be erased: the entry of the decision has it.
    let detail =
        if object_id.is_some() { "Somebody recognised this object." } else { "Somebody found no such object." };
    let detail = detail.to_owned();
    let resolution = Resolution { resolved_at: context.clock.now(), outcome, object_id, detail };
    context.audit.resolve(entry.id, &resolution).await.map_err(ServiceError::AuditUnavailable)?;
    connection.forget(*kind, entry.intent.target.organisation_id.as_deref());
    Ok(())
}
