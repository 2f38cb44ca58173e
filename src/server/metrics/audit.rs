//! The audit log: what is not yet where it should be, and what is not known.

use std::error::Error;
use std::time::Duration;

use prometheus_client::registry::{Registry, Unit};
use tokio::time::timeout;

use super::series::Series;
use crate::server::audit::AuditError;
use crate::server::state::AppState;

/// How long a fact is waited for. One that is not known by then is left out: what hangs must not take the others with it.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// What only the database knows. What could not be found out is `None`.
#[derive(Debug, Default)]
pub(super) struct AuditFacts {
    unwritten: Option<u64>,
    unwritten_age: Option<Duration>,
    records: Option<u64>,
    unknown: Option<u64>,
    stream_behind: Option<u64>,
    index_behind: Option<u64>,
}

impl AuditFacts {
    /// Asks for all of them at once.
    pub(super) async fn of(state: &AppState) -> Self {
        let (audit, now) = (&state.audit, state.clock.now());
        let waiting = async { (audit.unwritten().await as u64, audit.unwritten_since().await) };
        let (waiting, records, unknown, stream_behind, index_behind) = tokio::join!(
            timeout(PATIENCE, waiting),
            known("how many records there are", audit.size()),
            known("how many outcomes are unknown", audit.count_unknown(now)),
            known("how far the log was streamed", audit.unstreamed()),
            known("how far the search index is", audit.unindexed()),
        );
        let (unwritten, since) = waiting.ok().unzip();
        let age = since.flatten().map(|since| Duration::try_from(now - since).unwrap_or_default());
        Self {
            unwritten,
            unwritten_age: unwritten.map(|_| age.unwrap_or_default()),
            records,
            unknown,
            stream_behind: stream_behind.flatten(),
            index_behind,
        }
    }
}

/// A fact, or nothing and a line in the log.
async fn known<T>(what: &str, fact: impl Future<Output = Result<T, AuditError>>) -> Option<T> {
    match timeout(PATIENCE, fact).await {
        Ok(Ok(fact)) => Some(fact),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn Error, "/metrics does not say {what} of the audit log");
            None
        }
        Err(_) => {
            tracing::warn!("/metrics does not say {what} of the audit log: the database does not answer in time");
            None
        }
    }
}

/// Puts them into the answer.
pub(super) fn register(state: &AppState, facts: AuditFacts, registry: &mut Registry) {
    let observed = Some(state.audit.observed_waiting() as u64);
    let saves = Some(state.writes.len() as u64);
    for (name, help, count) in [
        ("audit_unwritten", "Completions that are not in the audit log yet", facts.unwritten),
        (
            "audit_observed_waiting",
            "Events, changes made elsewhere among them, that are not in the audit log yet",
            observed,
        ),
        ("audit_records", "Records of the audit log, those included that were removed with age", facts.records),
        ("audit_unknown_outcomes", "Changes of which nobody knows yet whether they were made", facts.unknown),
        ("audit_stream_behind", "Records of the audit log that are not in its stream yet", facts.stream_behind),
        ("audit_index_behind", "Records of the audit log that are not in its search index yet", facts.index_behind),
        ("saves_in_progress", "Tasks that write at a partner or in the audit log", saves),
    ] {
        if let Some(count) = count {
            Series::gauge(name, help).count(count).register(registry);
        }
    }
    if let Some(age) = facts.unwritten_age {
        let series = Series::gauge("audit_unwritten_age", "How long the oldest completion waits to be written");
        series.in_unit(Unit::Seconds).of(age.as_secs_f64()).register(registry);
    }
}
