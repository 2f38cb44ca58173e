//! What was observed and nobody has answered yet: of one object, and of a connection.

use crate::domain::audit::{AuditEntry, AuditedKind};
use crate::domain::object::ObjectKind;
use crate::domain::observed::{OpenChange, OpenChanges};
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::place::place_of;
use crate::server::services::reach::Reach;
use crate::server::services::readable::Readable;
use crate::server::storage::OpenObservations;

/// Entries of one object that are looked at: older ones are answered with them.
pub(super) const MOST_OF_AN_OBJECT: u32 = 100;
/// Changes of a connection on the overview.
const NEWEST: u32 = 5;

/// What an object's page says: all of its open changes as one, for whoever may see the object. `may_edit` is whether
/// they may edit it too.
///
/// # Errors
/// When the log cannot be read.
pub(in crate::server::services) async fn open_changes(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    id: &str,
    may_edit: bool,
) -> Result<Option<OpenChange>, ServiceError> {
    let entries = entries_of(context, &connection.summary.name, kind.into(), id, None).await?;
    let may_read = Readable::of_entry(context, entries.first()).await.is_ok();
    Ok(OpenChange::of(&entries).map(|change| OpenChange { may_answer: may_edit, may_read, ..change }))
}

/// What the overview says of a connection: how many changes are open within reach, and the newest of them. `editable` is
/// where the person may edit.
///
/// # Errors
/// When the log cannot be read.
pub(in crate::server::services) async fn open_on(
    context: &RequestContext,
    connection: &str,
    visible: &Reach,
    editable: Option<&Reach>,
) -> Result<OpenChanges, ServiceError> {
    let within = match visible {
        Reach::Everywhere => None,
        Reach::Within(view, tops) => Some(view.organisation_ids_within(tops)),
    };
    let sought = OpenObservations { connection: connection.to_owned(), within, ..OpenObservations::default() };
    let (entries, total) =
        context.audit.open_observations(&sought, NEWEST).await.map_err(ServiceError::AuditUnreadable)?;
    let mut newest = Vec::with_capacity(entries.len());
    for entry in &entries {
        let may_answer = editable.is_some_and(|reach| reach.require(place_of(entry)).is_ok());
        let may_read = Readable::of_entry(context, Some(entry)).await.is_ok();
        let change = OpenChange::of(std::slice::from_ref(entry));
        newest.extend(change.map(|change| OpenChange { may_answer, may_read, ..change }));
    }
    Ok(OpenChanges { total, newest })
}

/// The open entries of one object up to one of them, the newest first.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn entries_of(
    context: &RequestContext,
    connection: &str,
    kind: AuditedKind,
    id: &str,
    until: Option<i64>,
) -> Result<Vec<AuditEntry>, ServiceError> {
    let object = Some((kind, id.to_owned()));
    let sought = OpenObservations { connection: connection.to_owned(), object, until, within: None };
    let read = context.audit.open_observations(&sought, MOST_OF_AN_OBJECT).await;
    read.map(|(entries, _)| entries).map_err(ServiceError::AuditUnreadable)
}
