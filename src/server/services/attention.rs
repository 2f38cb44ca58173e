//! What needs the person, counted over all connections.

use time::OffsetDateTime;

use super::ServiceError;
use super::objects::under_way::UNDER_WAY;
use super::objects::{drafts, waiting};
use crate::domain::attention::{Attention, ConnectionTrouble, in_order};
use crate::domain::backup::BackupState;
use crate::domain::check::ConnectionCard;
use crate::domain::object::ObjectKind;
use crate::domain::overview::{ConnectionOverview, OverviewCounts};
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;

/// Everything that needs the person, the worst first. `cards` are those of all connections, of every kind.
///
/// # Errors
/// When the audit log or the drafts cannot be read.
pub(super) async fn attention(
    context: &RequestContext,
    cards: Vec<ConnectionCard>,
    overviews: &[ConnectionOverview],
    backup: Option<BackupState>,
) -> Result<Vec<Attention>, ServiceError> {
    let mut rows = troubles(cards, context.clock.now());
    let in_trouble = rows.len();
    for overview in overviews {
        let is_told = rows[..in_trouble]
            .iter()
            .any(|row| matches!(row, Attention::Connection(trouble) if trouble.name == overview.connection));
        rows.extend(unreadable(overview).filter(|_| !is_told));
        rows.extend(found(overview));
    }
    rows.extend(recorded(context).await?);
    rows.extend(backup.and_then(|backup| backup.failed_at).map(|failed_at| Attention::Backup { failed_at }));
    rows.extend(left_behind(context).await?);
    Ok(in_order(rows))
}

/// The connections whose last check says that they need somebody, whatever partner system they lead to.
fn troubles(cards: Vec<ConnectionCard>, now: OffsetDateTime) -> Vec<Attention> {
    let summaries: Vec<_> = cards.iter().map(|card| card.summary(&cards)).collect();
    let troubles = cards.into_iter().zip(&summaries);
    let troubles = troubles.filter_map(|(card, summary)| ConnectionTrouble::of(card, summary, now));
    troubles.map(|trouble| Attention::Connection(Box::new(trouble))).collect()
}

/// A connection that did not answer this page.
fn unreadable(overview: &ConnectionOverview) -> Option<Attention> {
    let failure = match &overview.counts {
        OverviewCounts::Failed(failure) => Some(failure),
        OverviewCounts::Known(_, stale) => stale.as_ref().and_then(|stale| stale.failure.as_ref()),
        OverviewCounts::Waiting => None,
    };
    let connection = overview.connection.clone();
    failure.map(|failure| Attention::Unreadable { connection, failure: failure.clone() })
}

/// What is wrong with the objects of a connection, as far as they were read.
fn found(overview: &ConnectionOverview) -> Vec<Attention> {
    let ConnectionOverview { connection, live, observed, .. } = overview;
    let readiness = |kind, objects| Attention::Readiness { connection: connection.clone(), kind, objects };
    let rows = [
        (live.organisations > 0, readiness(ObjectKind::Organisation, live.organisations)),
        (live.clients > 0, readiness(ObjectKind::OAuthClient, live.clients)),
        (
            live.below_disabled > 0,
            Attention::BelowDisabled { connection: connection.clone(), clients: live.below_disabled },
        ),
        (observed.total > 0, Attention::Observed { connection: connection.clone(), changes: observed.total }),
    ];
    rows.into_iter().filter(|(is_so, _)| *is_so).map(|(_, row)| row).collect()
}

/// What the log does not know, or could not be told.
async fn recorded(context: &RequestContext) -> Result<Vec<Attention>, ServiceError> {
    let creations = waiting::waiting(context).await?;
    let mut rows = Vec::new();
    if context.principal.may_everywhere(Permission::ViewAuditLog) {
        let [outcomes, saves] = [context.audit.unwritten().await, context.audit.prevented_waiting()]
            .map(|number| u64::try_from(number).unwrap_or(u64::MAX));
        rows.extend((outcomes > 0 || saves > 0).then_some(Attention::LogBehind { outcomes, saves }));
        let until = context.clock.now() - UNDER_WAY;
        let unknown = context.audit.count_unknown(until).await.map_err(ServiceError::AuditUnreadable)?;
        let changes = unknown.saturating_sub(u64::try_from(creations.len()).unwrap_or(u64::MAX));
        rows.extend((changes > 0).then_some(Attention::Unknown { changes }));
    }
    rows.extend(creations.into_iter().map(Attention::Creation));
    Ok(rows)
}

async fn left_behind(context: &RequestContext) -> Result<Option<Attention>, ServiceError> {
    let kept = drafts::list(context).await?;
    let drafts = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    Ok(kept.into_iter().next().map(|newest| Attention::Drafts { drafts, newest }))
}
