//! What was observed and nobody has answered yet: of one object, and of a connection.

use crate::domain::audit::{AuditEntry, AuditedKind};
use crate::domain::object::ObjectKind;
use crate::domain::observed::{OpenChange, OpenChanges};
use crate::domain::principal::Permission;
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

/// Where on a connection the person may do what, in the tree that a page shows; `None` for nowhere.
pub(in crate::server::services) struct Reaches {
    /// Where they may see objects.
    pub(in crate::server::services) visible: Reach,
    /// Where they may edit.
    pub(in crate::server::services) editable: Option<Reach>,
    /// Where they may read the history of objects. Whoever may read the log may read that.
    pub(in crate::server::services) readable: Option<Reach>,
}

/// What the overview says of a connection: how many changes are open within reach, and the newest of them. Asks no partner.
///
/// # Errors
/// When the log cannot be read.
pub(in crate::server::services) async fn open_on(
    context: &RequestContext,
    connection: &str,
    reaches: &Reaches,
) -> Result<OpenChanges, ServiceError> {
    let within = match &reaches.visible {
        Reach::Everywhere => None,
        Reach::Within(view, tops) => Some(view.organisation_ids_within(tops)),
    };
    let sought = OpenObservations { connection: connection.to_owned(), within, ..OpenObservations::default() };
    let (entries, total) =
        context.audit.open_observations(&sought, NEWEST).await.map_err(ServiceError::AuditUnreadable)?;
    let holds =
        |reach: &Option<Reach>, entry| reach.as_ref().is_some_and(|reach| reach.require(place_of(entry)).is_ok());
    let newest = entries.iter().filter_map(|entry| {
        let may_answer = holds(&reaches.editable, entry);
        // What concerns a whole connection is for those who may read the whole log.
        let may_read = match entry.intent.target.kind {
            AuditedKind::Object(_) => holds(&reaches.readable, entry),
            _ => context.principal.may_everywhere(Permission::ViewAuditLog),
        };
        Some(OpenChange { may_answer, may_read, ..OpenChange::of(std::slice::from_ref(entry))? })
    });
    Ok(OpenChanges { total, newest: newest.collect() })
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
