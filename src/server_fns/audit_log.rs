//! The audit log: all of it, one entry, and what happened to one object.

use leptos::server;

use crate::domain::audit::{AuditFilter, Entries, Place};
use crate::domain::object::ObjectKind;
use crate::domain::observed::EntryPage;
use crate::domain::version::ComparedVersions;
use crate::domain::views::History;
use crate::error::AppError;

/// A part of the log, newest first.
///
/// # Errors
/// When the person may not read it, or it cannot be read.
#[server(endpoint = "audit/list")]
pub async fn list_audit_entries(filter: AuditFilter, place: Place) -> Result<Entries, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::audit_log;

    let context = RequestContext::current()?;
    context.answer(audit_log::list(&context, &filter, place).await)
}

/// One entry, with what became of the change that it observed.
///
/// # Errors
/// When the person may not read it, or there is none.
#[server(endpoint = "audit/entry")]
pub async fn load_audit_entry(id: i64) -> Result<EntryPage, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::observed::standing;

    let context = RequestContext::current()?;
    context.answer(standing::entry(&context, id).await)
}

/// What happened to one object.
///
/// # Errors
/// When the person may not read the log, or nobody knows the object.
#[server(endpoint = "audit/history")]
pub async fn object_history(
    connection: String,
    kind: ObjectKind,
    id: String,
    place: Place,
) -> Result<History, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::audit_log;

    let context = RequestContext::current()?;
    context.answer(audit_log::history(&context, &connection, kind, &id, place).await)
}

/// What differs between the versions of an object that two entries left; or, without `to`, between one and the object as it
/// is now.
///
/// # Errors
/// When the person may not read the log, or there are no such versions.
#[server(endpoint = "audit/compare")]
pub async fn compare_versions(from: i64, to: Option<i64>) -> Result<ComparedVersions, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::versions;

    let context = RequestContext::current()?;
    context.answer(versions::compared(&context, from, to).await)
}

/// Makes a draft with the values that an entry left, and sends the browser to its form. Nothing is sent to the partner.
///
/// # Errors
/// To a caller that does not accept HTML: why there is no draft. A browser is sent back instead.
#[server(endpoint = "audit/restore")]
pub async fn restore_version(entry: i64) -> Result<(), AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::versions::restore;

    let context = RequestContext::current()?;
    let restoring = restore::restore(&context, entry).await;
    restore::after_restore(&context, entry, restoring).await
}
