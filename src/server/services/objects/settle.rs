//! Settling: a change whose outcome nobody knows is looked up at the partner. Nothing is ever sent again.
//!
//! The server may have ended between an intent and its completion, or an answer was lost. What is found out is a
//! record of its own, which says how. What cannot be found out stays unknown.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::found::{Found, created, updated};
use crate::domain::audit::{Action, AuditEntry, AuditedKind, Outcome, Resolution};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::clock::Clock;
use crate::server::context::Connection;

/// From one look at what is not known to the next.
const INTERVAL: Duration = Duration::from_mins(1);
/// A change that is younger may still be under way: its calls have deadlines well below this.
pub(in crate::server::services) const UNDER_WAY: time::Duration = time::Duration::minutes(2);
/// Entries that are looked up in one round.
const ROUND: u32 = 100;

/// Looks up what is not known.
#[derive(Debug)]
pub struct Settler {
    connections: Vec<Connection>,
    audit: AuditLog,
    clock: Arc<dyn Clock>,
    /// Entries that were looked up and could not be settled: looking again would show nothing else.
    given_up: BTreeSet<i64>,
}

impl Settler {
    /// For these connections and this log.
    pub fn new(connections: Vec<Connection>, audit: AuditLog, clock: Arc<dyn Clock>) -> Self {
        Self { connections, audit, clock, given_up: BTreeSet::new() }
    }

    /// Settles what an earlier run of the server left open, and then, for as long as the server runs, what is lost.
    pub async fn run(mut self) {
        // Nothing of this run can be older than its start.
        let mut until = self.clock.now();
        loop {
            if let Err(error) = self.settle(until).await {
                tracing::error!(error = &error as &dyn std::error::Error, "unknown outcomes not settled");
            }
            tokio::time::sleep(INTERVAL).await;
            until = self.clock.now() - UNDER_WAY;
        }
    }

    /// Looks up every entry that began before `until` and whose outcome is not known. What a partner does not answer
    /// is left for the next time.
    ///
    /// # Errors
    /// When the log cannot be read or written.
    pub async fn settle(&mut self, until: OffsetDateTime) -> Result<(), AuditError> {
        for entry in self.audit.unknown(until, ROUND).await? {
            if self.given_up.contains(&entry.id) {
                continue;
            }
            match self.look_up(&entry).await? {
                Found::Outcome { outcome, object_id, detail } => {
                    tracing::info!(audit.id = entry.id, outcome = outcome.code(), detail, "unknown outcome settled");
                    let resolved_at = self.clock.now();
                    self.audit.resolve(entry.id, &Resolution { resolved_at, outcome, object_id, detail }).await?;
                }
                Found::Nothing => {
                    tracing::warn!(audit.id = entry.id, "outcome stays unknown: the partner does not show it");
                    self.given_up.insert(entry.id);
                }
                Found::NoAnswer => tracing::warn!(audit.id = entry.id, "outcome not settled yet: no answer"),
            }
        }
        Ok(())
    }

    async fn look_up(&self, entry: &AuditEntry) -> Result<Found, AuditError> {
        let target = &entry.intent.target;
        let connection = self.connections.iter().find(|connection| connection.summary.name == target.connection);
        match (entry.intent.action, target.kind, connection) {
            (Action::Create, AuditedKind::Object(kind), Some(connection)) => {
                created(&self.audit, connection, kind, entry).await
            }
            (Action::Update, AuditedKind::Object(kind), Some(connection)) => Ok(updated(connection, kind, entry).await),
            (Action::Check, ..) => Ok(Found::Outcome {
                outcome: Outcome::NotApplied,
                object_id: None,
                detail: "The server ended before the check did. A check changes nothing.".to_owned(),
            }),
            // A message leaves no trace that could be read, and a connection that is gone cannot be asked.
            _ => Ok(Found::Nothing),
        }
    }
}
