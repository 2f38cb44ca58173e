//! The audit log: all of it, one entry, and what happened to one object.

use leptos::server;

use crate::domain::audit::{AuditEntry, AuditFilter};
use crate::domain::object::ObjectKind;
use crate::domain::observed::EntryPage;
use crate::domain::page::Page;
use crate::domain::views::History;
use crate::error::AppError;

/// A page of the log, newest first.
///
/// # Errors
/// When the person may not read it, or it cannot be read.
#[server(endpoint = "audit/list")]
pub async fn list_audit_entries(filter: AuditFilter, page: u32) -> Result<Page<AuditEntry>, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::audit_log;

    let context = RequestContext::current()?;
    context.answer(audit_log::list(&context, &filter, page).await)
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
pub async fn object_history(connection: String, kind: ObjectKind, id: String, page: u32) -> Result<History, AppError> {
    use crate::server::context::RequestContext;
    use crate::server::services::audit_log;

    let context = RequestContext::current()?;
    context.answer(audit_log::history(&context, &connection, kind, &id, page).await)
}
