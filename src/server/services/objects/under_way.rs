//! What a partner may still be at work on: an answer was lost, or the server ended before it came.

use crate::domain::audit::AuditedKind;
use crate::domain::failure::{Effect, PartnerFailure};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::{Connections, Sending};

/// How long a partner may still be at work on what it was sent: until then, that a change is not there proves nothing.
pub(in crate::server::services) const UNDER_WAY: time::Duration = time::Duration::minutes(2);
/// Entries that are read from the log at once.
pub(super) const ROUND: u32 = 100;

/// Where the answer to a change was lost, what the partner makes of it later is not told as the change of somebody else either.
pub(super) fn expect_late(sending: Sending, failure: &PartnerFailure) {
    if failure.effect == Effect::Unknown {
        sending.linger(UNDER_WAY.unsigned_abs());
    }
}

/// Makes the indexes doubt what changes may have changed whose outcome is not known: what a list shows of them is not told as
/// the change of somebody else when it was last read before they were over. Then it would stay unknown whose it was.
///
/// # Errors
/// When the log cannot be read.
pub async fn doubt_unsettled(connections: &Connections, audit: &AuditLog) -> Result<(), AuditError> {
    let mut last = 0;
    loop {
        let entries = audit.unknown(last, ROUND).await?;
        for entry in &entries {
            let target = &entry.intent.target;
            let connection = connections.find(target.connection_name());
            if let (AuditedKind::Object(kind), Some(connection)) = (target.kind, connection) {
                connection.index.doubt(kind, target.organisation_id.as_deref(), entry.intended_at + UNDER_WAY);
            }
        }
        match entries.last() {
            Some(entry) => last = entry.id,
            None => return Ok(()),
        }
    }
}
