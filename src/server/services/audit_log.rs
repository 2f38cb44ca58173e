//! What pages show of the audit log: all of it, one entry, or what happened to one object.

use super::ServiceError;
pub use super::audit_times::resolved;
use super::place::owner_of;
use super::readable::Readable;
use crate::domain::audit::{
    Action, AuditEntry, AuditFilter, Entries, FILTER, FORMAT, LIST, LogFormat, Place, Related, RelatedEntries, Target,
};
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::reference::ObjectReference;
use crate::domain::views::History;
use crate::server::audit::LogExport;
use crate::server::context::RequestContext;
use crate::server::index::Connection;

/// Entries in one part of a list.
const PAGE_SIZE: u32 = 50;
/// Entries beside an object.
const RECENT: u32 = 5;

/// A part of the log, newest first.
///
/// # Errors
/// When the person may not read it, the filter cannot be read, or the log cannot be read.
#[tracing::instrument(target = "spans", level = "debug", name = "audit_log::list", skip_all)]
pub async fn list(context: &RequestContext, filter: &AuditFilter, place: Place) -> Result<Entries, ServiceError> {
    context.authorize(Permission::ViewAuditLog)?;
    let filter = resolved(filter, context.clock.now())?;
    context.audit.list(&filter, place, PAGE_SIZE).await.map_err(ServiceError::AuditUnreadable)
}

/// The log as a file: exactly what the filter lets through. It is recorded before the first byte is there.
///
/// # Errors
/// When the person may not read the whole log, the filter cannot be read, it cannot be recorded, or the log cannot be
/// read.
pub async fn export(
    context: &RequestContext,
    filter: &AuditFilter,
    format: LogFormat,
) -> Result<LogExport, ServiceError> {
    context.authorize(Permission::ViewAuditLog)?;
    let filter = resolved(filter, context.clock.now())?;
    let entry = context.event(Action::Export, Target::of_dashboard(None));
    let entry = entry.with_text(LIST, "audit").with_text(FORMAT, format.code());
    let entry = entry.with_text(FILTER, &filter.to_query());
    context.audit.record(&entry).await.map_err(ServiceError::AuditUnavailable)?;
    LogExport::begin(&context.audit, filter, format).await.map_err(ServiceError::AuditUnreadable)
}

/// One entry, as the person may read it.
///
/// # Errors
/// When the person may not read it, there is none, or it cannot be read.
#[tracing::instrument(target = "spans", level = "debug", name = "audit_log::entry", skip_all)]
pub async fn entry(context: &RequestContext, id: i64) -> Result<AuditEntry, ServiceError> {
    readable_entry(context, id).await.map(|(entry, _)| entry)
}

/// One entry, and how much of it the person may read.
///
/// # Errors
/// When the person may not read it, there is none, or it cannot be read.
pub(super) async fn readable_entry(context: &RequestContext, id: i64) -> Result<(AuditEntry, Readable), ServiceError> {
    context.authorize_somewhere(Permission::ViewHistory).or_else(|_| context.authorize(Permission::ViewAuditLog))?;
    let entry = context.audit.find(id).await.map_err(ServiceError::AuditUnreadable)?;
    let readable = Readable::of_entry(context, entry.as_ref()).await?;
    let entry = entry.ok_or(ServiceError::NotFound)?;
    Ok((readable.entry(context, entry), readable))
}

/// Other entries of the same request, about the same object and of the same session, the newest of each.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn related(context: &RequestContext, entry: &AuditEntry) -> Result<Vec<RelatedEntries>, ServiceError> {
    let of = |by, filter| (by, filter);
    let any = AuditFilter::default;
    let (intent, connection) = (&entry.intent, entry.intent.target.connection.as_ref());
    let request = Some(intent.request_id.clone()).filter(|id| !id.is_empty());
    let filters = [
        request.map(|id| of(Related::Request, AuditFilter { request_id: Some(id), ..any() })),
        entry.object_id().zip(connection).map(|(id, connection)| {
            let (connection, object_id) = (Some(connection.name.clone()), Some(id.to_owned()));
            of(Related::Object, AuditFilter { connection, object_id, ..any() })
        }),
        intent
            .actor
            .session
            .clone()
            .map(|session| of(Related::Session, AuditFilter { session: Some(session), ..any() })),
    ];
    let mut related = Vec::new();
    for (by, filter) in filters.into_iter().flatten() {
        let newest =
            context.audit.list(&filter, Place::Newest, RECENT + 1).await.map_err(ServiceError::AuditUnreadable)?;
        let (mut entries, is_stopped) = (newest.items, newest.stopped.is_some());
        entries.retain(|other| other.id != entry.id);
        entries.truncate(RECENT as usize);
        related.push(RelatedEntries { by, filter, entries, is_stopped });
    }
    Ok(related)
}

/// What happened to one object. The log is shown even when the partner does not answer or no
/// longer has the object: then the name is the last one that the log knows.
///
/// # Errors
/// When the person may not read the log, the connection is not known, or neither the partner nor
/// the log knows the object.
pub async fn history(
    context: &RequestContext,
    connection: &str,
    kind: ObjectKind,
    id: &str,
    place: Place,
) -> Result<History, ServiceError> {
    let connection = context.connection(connection)?;
    context.limits(connection, Permission::ViewHistory)?;
    let filter = filter_of(&connection.summary.name, kind, id);
    let entries = context.audit.list(&filter, place, PAGE_SIZE);
    let (entries, object) = futures::join!(entries, connection.api.get(kind, id));
    let entries = entries.map_err(ServiceError::AuditUnreadable)?;
    let organisation = match &object {
        Ok(object) => owner_of(connection, kind, object).await,
        Err(_) => None,
    };
    let place = match kind.owner() {
        None => Some(id),
        Some(_) => organisation.as_ref().map(|organisation| organisation.id.as_str()),
    };
    let readable = Readable::of(context, connection, place).await?;
    let object = match object {
        Ok(object) => object.reference(),
        Err(failure) => match entries.items.first() {
            Some(entry) => ObjectReference { id: id.to_owned(), name: entry.name_after().to_owned() },
            None => return Err(failure.into()),
        },
    };
    Ok(History { object, organisation, entries: readable.entries(context, entries) })
}

/// The last entries about an object in an organisation; `None` for those who may not read them.
pub(super) async fn recent(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    id: &str,
    organisation_id: Option<&str>,
) -> Result<Option<Entries>, ServiceError> {
    let Ok(readable) = Readable::of(context, connection, organisation_id).await else {
        return Ok(None);
    };
    let filter = filter_of(&connection.summary.name, kind, id);
    let entries = context.audit.list(&filter, Place::Newest, RECENT).await.map_err(ServiceError::AuditUnreadable)?;
    Ok(Some(readable.entries(context, entries)))
}

/// What is about an object. An organisation's history holds that of its clients.
fn filter_of(connection: &str, kind: ObjectKind, id: &str) -> AuditFilter {
    AuditFilter {
        connection: Some(connection.to_owned()),
        kind: kind.owner().map(|_| kind),
        object_id: Some(id.to_owned()),
        with_clients: kind.owner().is_none(),
        ..AuditFilter::default()
    }
}
