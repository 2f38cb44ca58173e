//! Creations whose outcome nobody knows, and which wait for a decision.

use super::under_way::UNDER_WAY;
use crate::domain::audit::{Action, AuditEntry, AuditedKind};
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::unknown_creation::WaitingCreation;
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;

/// The most creations that are listed as waiting.
const MOST_WAITING: usize = 20;
/// Entries that are read from the log at once.
const ROUND: u32 = 100;

/// The creations that wait for a decision of the person, the oldest first.
///
/// # Errors
/// When the log cannot be read.
pub async fn waiting(context: &RequestContext) -> Result<Vec<WaitingCreation>, ServiceError> {
    let edits = [Permission::EditSandbox, Permission::EditProduction];
    if !edits.into_iter().any(|permission| context.principal.may_somewhere(permission)) {
        return Ok(Vec::new());
    }
    let (mut waiting, mut last) = (Vec::new(), 0);
    while waiting.len() < MOST_WAITING {
        let entries = context.audit.unknown(last, ROUND).await.map_err(ServiceError::AuditUnreadable)?;
        let Some(newest) = entries.last() else {
            break;
        };
        last = newest.id;
        for entry in &entries {
            waiting.extend(waits_for(context, entry).await);
        }
    }
    waiting.truncate(MOST_WAITING);
    Ok(waiting)
}

/// The entry, when it is such a creation and the person may decide about it.
async fn waits_for(context: &RequestContext, entry: &AuditEntry) -> Option<WaitingCreation> {
    let target = &entry.intent.target;
    let AuditedKind::Object(kind) = target.kind else {
        return None;
    };
    let is_over = entry.intended_at + UNDER_WAY <= context.clock.now() && !context.audit.is_open(entry).await;
    if entry.intent.action != Action::Create || !is_over {
        return None;
    }
    let connection = context.connections.find(target.connection_name())?;
    let reach = context.authorize_edit(connection).await.ok()?;
    reach.require(above(kind, entry)).ok()?;
    let (connection, name) = (connection.summary.name.clone(), target.name.clone());
    Some(WaitingCreation { entry: entry.id, connection, kind, name, sent_at: entry.intended_at })
}

/// The ID of the organisation of a client, or of the parent that was sent for an organisation.
pub(super) fn above(kind: ObjectKind, entry: &AuditEntry) -> Option<&str> {
    let sent = || {
        let field = kind.parent_field()?;
        let change = entry.intent.changes.iter().find(|change| change.field == field)?;
        match &change.after {
            Some(FieldValue::Text(id)) if !id.is_empty() => Some(id.as_str()),
            _ => None,
        }
    };
    entry.intent.target.organisation_id.as_deref().or_else(sent)
}
