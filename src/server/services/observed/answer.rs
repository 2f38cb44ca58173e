//! Accepting a change that was made elsewhere.

use super::open::entries_of;
use crate::domain::audit::{Action, Intent, NOTE, Target};
use crate::domain::change::FieldChange;
use crate::domain::excerpt::cut;
use crate::domain::field::FieldValue;
use crate::domain::observed::ObservedTarget;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::place::place_of;
use crate::server::services::reach::Reach;
use crate::server::services::recorded::to_the_end;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 1_000;

/// Records that the person agrees with everything that was observed up to the entry that they saw. `false` when nothing
/// of it is open any more: somebody was faster.
///
/// # Errors
/// When the person may not edit there, or it is not certainly on disk.
#[tracing::instrument(target = "spans", level = "debug", name = "observed::accept", skip_all)]
pub async fn accept(context: &RequestContext, about: ObservedTarget, note: &str) -> Result<bool, ServiceError> {
    if context.writes.is_closed() {
        return Err(ServiceError::Ending);
    }
    let connection = context.connection(&about.connection)?.clone();
    let reach = context.authorize_edit(&connection).await?;
    let note = cut(note.trim(), LONGEST_NOTE).into_owned();
    to_the_end(context, accept_alone(context.clone(), connection, reach, about, note)).await?
}

async fn accept_alone(
    context: RequestContext,
    connection: Connection,
    reach: Reach,
    about: ObservedTarget,
    note: String,
) -> Result<bool, ServiceError> {
    let ObservedTarget { connection: name, kind, id, until } = &about;
    // A revert of the same object that is under way is an answer too.
    let locked = context.locks.lock(&format!("{name} {} {id}", kind.code())).await;
    let _one_at_a_time = locked.map_err(ServiceError::NotRecorded)?;
    let entries = entries_of(&context, name, *kind, id, Some(*until)).await?;
    let Some(newest) = entries.first() else {
        // Whoever is limited to a part of the tree gets the same answer for what is outside.
        return if reach.is_everywhere() { Ok(false) } else { Err(ServiceError::OutOfReach) };
    };
    for entry in &entries {
        reach.require(place_of(entry))?;
    }
    let role = context.role_at(&connection, edit_permission(&connection), place_of(newest)).await;
    let target: Target = newest.intent.target.clone();
    let note = (!note.is_empty()).then(|| FieldChange {
        field: NOTE.to_owned(),
        before: None,
        after: Some(FieldValue::Text(note)),
    });
    let intent = context.intent(role, Action::Accept, target, note.into_iter().collect());
    let accepted = Intent { answers: Some(newest.id), ..intent };
    context.audit.record(&accepted).await.map_err(ServiceError::AuditUnavailable)?;
    Ok(true)
}
