//! An entry of the audit log with where the change stands that it observed.

use crate::domain::audit::{Action, AuditEntry};
use crate::domain::observed::{EntryPage, OpenChange, Standing};
use crate::domain::principal::Permission;
use crate::domain::version::leaves_a_version;
use crate::server::context::RequestContext;
use crate::server::services::place::may_edit;
use crate::server::services::readable::Readable;
use crate::server::services::{ServiceError, audit_log};

/// One entry, and whether the person may answer what it observed.
///
/// # Errors
/// When the person may not read the log, there is no such entry, or it cannot be read.
pub async fn entry(context: &RequestContext, id: i64) -> Result<EntryPage, ServiceError> {
    let (entry, readable) = audit_log::readable_entry(context, id).await?;
    let standing = match entry.intent.action {
        Action::Observed => standing(context, &entry, readable).await?,
        _ => None,
    };
    // What proves an entry holds all of it, and what is beside it may be about anything.
    let (proof, related) = if context.principal.may_everywhere(Permission::ViewAuditLog) {
        let proof = context.audit.prove(&entry).await.map_err(ServiceError::AuditUnreadable)?;
        (Some(proof), audit_log::related(context, &entry).await?)
    } else {
        (None, Vec::new())
    };
    let may_restore = if leaves_a_version(&entry) { Some(may_edit(context, &entry).await) } else { None };
    Ok(EntryPage { entry, standing, may_restore, proof, related })
}

async fn standing(
    context: &RequestContext,
    entry: &AuditEntry,
    readable: Readable,
) -> Result<Option<Standing>, ServiceError> {
    let answer = context.audit.answer_of(entry).await.map_err(ServiceError::AuditUnreadable)?;
    if let Some(answer) = answer {
        return Ok(Some(Standing::Answered(readable.entry(context, answer).into())));
    }
    let may_answer = may_edit(context, entry).await;
    let change = OpenChange::of(std::slice::from_ref(entry));
    Ok(change.map(|change| Standing::Open(OpenChange { may_answer, may_read: true, ..change })))
}
