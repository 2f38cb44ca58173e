//! What a posted answer is about.

use crate::domain::audit::AuditedKind;
use crate::domain::observed::ObservedTarget;
use crate::domain::posted::UnreadableControl;
use crate::server::services::ServiceError;

/// What the fields of a form name.
///
/// # Errors
/// When `kind` is the code of none.
pub fn target(connection: String, kind: &str, id: String, until: i64) -> Result<ObservedTarget, ServiceError> {
    let kind = AuditedKind::from_code(kind).ok_or_else(|| UnreadableControl("kind".to_owned()))?;
    Ok(ObservedTarget { connection, kind, id, until })
}
