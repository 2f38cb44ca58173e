//! Settling: a change whose outcome nobody knows is looked up at the partner. Nothing is ever sent again.
//!
//! The server may have ended between an intent and its completion, or an answer was lost. What is found out is a
//! record of its own, which says how. What cannot be found out stays unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use tokio::sync::watch;

use super::found::{Found, created, updated};
use super::listed::Lists;
use super::under_way::{ROUND, UNDER_WAY};
use crate::domain::audit::{Action, AuditEntry, AuditedKind, Outcome, Resolution};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::clock::{Clock, Moment};
use crate::server::index::Connections;
use crate::server::locks::KeyedLocks;

/// How often unknown outcomes are looked up.
const INTERVAL: Duration = Duration::from_mins(1);
/// How long it waits at first after the start, and twice as long each time, so that a partner that did not answer once is not
/// asked a minute later only.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How long an entry rests whose object was not there.
const REST: Duration = Duration::from_hours(1);

/// The key of the lock under which outcomes on a connection are decided: one object may be what several creations made.
pub(super) fn outcomes_of(connection: &str) -> String {
    format!("outcomes of {connection}")
}

/// Looks up what is not known.
#[derive(Debug)]
pub struct Settler {
    connections: watch::Receiver<Connections>,
    audit: AuditLog,
    clock: Arc<dyn Clock>,
    locks: Arc<KeyedLocks>,
    /// When each entry was looked up first.
    seen: BTreeMap<i64, Moment>,
    /// Entries that were looked up and could not be settled: looking again would show nothing else.
    given_up: BTreeSet<i64>,
    /// Entries whose object was not there, with when they are looked up again.
    resting: BTreeMap<i64, Moment>,
    /// The entry of each connection at which its partner did not answer last: the next round begins behind it, so that one
    /// that is never answered does not hide the others.
    unanswered: BTreeMap<String, i64>,
}

/// What a round could not settle on a connection.
#[derive(Debug, Default)]
struct Round {
    /// Entries that cannot be settled.
    given_up: Vec<i64>,
    /// Entries that may be settled later.
    resting: Vec<i64>,
    /// The entry at which the partner did not answer.
    unanswered: Option<i64>,
}

impl Settler {
    /// For these connections and this log. The locks are those that people's decisions take.
    pub fn new(
        connections: watch::Receiver<Connections>,
        audit: AuditLog,
        clock: Arc<dyn Clock>,
        locks: Arc<KeyedLocks>,
    ) -> Self {
        Self {
            connections,
            audit,
            clock,
            locks,
            seen: BTreeMap::new(),
            given_up: BTreeSet::new(),
            resting: BTreeMap::new(),
            unanswered: BTreeMap::new(),
        }
    }

    /// Settles what an earlier run of the server left open, and then, for as long as the server runs, what is lost.
    pub async fn run(mut self) {
        let mut wait = FIRST_WAIT;
        loop {
            if let Err(error) = self.settle().await {
                tracing::error!(error = &error as &dyn std::error::Error, "unknown outcomes not settled");
            }
            tokio::time::sleep(wait).await;
            wait = (2 * wait).min(INTERVAL);
        }
    }

    /// Looks up every entry whose outcome is not known and which is not under way here. What a partner does not answer
    /// is left for the next time, and so is what is not there yet and may still come.
    ///
    /// # Errors
    /// When the log cannot be read or written.
    pub async fn settle(&mut self) -> Result<(), AuditError> {
        if self.connections.has_changed().unwrap_or(false) {
            // One that was gone may be there again.
            self.connections.mark_unchanged();
            self.given_up.clear();
        }
        let now = self.clock.moment();
        self.resting.retain(|_, again| !again.is_past(now));
        let mut by_connection: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
        let mut last = 0;
        loop {
            let entries = self.audit.unknown(last, ROUND).await?;
            let Some(newest) = entries.last() else {
                break;
            };
            last = newest.id;
            for entry in entries {
                let rests = self.given_up.contains(&entry.id) || self.resting.contains_key(&entry.id);
                if !rests && !self.audit.is_open(&entry).await {
                    by_connection.entry(entry.intent.target.connection_name().to_owned()).or_default().push(entry);
                }
            }
        }
        for entry in by_connection.values().flatten() {
            self.seen.entry(entry.id).or_insert(now);
        }
        for (connection, entries) in &mut by_connection {
            let last = self.unanswered.get(connection).copied().unwrap_or_default();
            let behind = entries.partition_point(|entry| entry.id <= last);
            entries.rotate_left(behind);
        }
        // No connection waits for another.
        let rounds = try_join_all(by_connection.values().map(|entries| self.settle_those(entries, now))).await?;
        for (connection, round) in by_connection.into_keys().zip(rounds) {
            self.given_up.extend(round.given_up);
            self.resting.extend(round.resting.into_iter().map(|entry| (entry, now.after(REST))));
            match round.unanswered {
                Some(entry) => drop(self.unanswered.insert(connection, entry)),
                None => drop(self.unanswered.remove(&connection)),
            }
        }
        Ok(())
    }

    /// Settles entries of one connection in a round that began at a moment. A partner that does not answer is asked once a
    /// round, and so is one that lists what many entries may have created.
    async fn settle_those(&self, entries: &[AuditEntry], began: Moment) -> Result<Round, AuditError> {
        let (mut round, mut lists) = (Round::default(), Lists::default());
        for entry in entries {
            match self.look_up(entry, &mut lists).await? {
                Found::Outcome { outcome: Outcome::NotApplied, .. } | Found::Nothing | Found::Missing
                    if self.may_still_come(entry, began) => {}
                Found::Outcome { outcome, object_id, detail } => {
                    let resolved_at = self.clock.now();
                    self.resolve(entry, Resolution { resolved_at, outcome, object_id, detail }).await?;
                }
                Found::Nothing => {
                    tracing::warn!(audit.id = entry.id, "outcome stays unknown: the partner does not show it");
                    round.given_up.push(entry.id);
                }
                Found::Missing => {
                    tracing::warn!(
                        audit.id = entry.id,
                        "outcome not settled yet: the partner does not show the object"
                    );
                    round.resting.push(entry.id);
                }
                Found::NothingYet => {
                    tracing::warn!(audit.id = entry.id, "outcome not settled yet: the partner does not show it");
                }
                Found::NoAnswer => {
                    tracing::warn!(audit.id = entry.id, "outcome not settled yet: no answer");
                    round.unanswered = Some(entry.id);
                    break;
                }
            }
        }
        Ok(round)
    }

    /// Records what was found out, unless somebody has decided it while it was looked up.
    async fn resolve(&self, entry: &AuditEntry, resolution: Resolution) -> Result<(), AuditError> {
        let _one_at_a_time = self.locks.lock(&outcomes_of(entry.intent.target.connection_name())).await?;
        let now = self.audit.find(entry.id).await?;
        let is_taken = match &resolution.object_id {
            Some(id) => self.audit.has_other_origin(entry, id).await?,
            None => false,
        };
        if is_taken || now.is_none_or(|entry| entry.outcome() != Outcome::Unknown) {
            return Ok(());
        }
        let Resolution { outcome, detail, .. } = &resolution;
        tracing::info!(audit.id = entry.id, outcome = outcome.code(), detail, "unknown outcome settled");
        self.audit.resolve(entry.id, &resolution).await
    }

    /// Whether the partner may still have been at work on it when the round began: what is looked at may have been read
    /// right then. Counted from the first look-up, not from the intent, because the wall clock may have been set meanwhile.
    fn may_still_come(&self, entry: &AuditEntry, began: Moment) -> bool {
        let under_way = UNDER_WAY.unsigned_abs();
        let changes_something = entry.intent.action != Action::Check;
        changes_something && self.seen.get(&entry.id).is_none_or(|first| began.monotonic < first.monotonic + under_way)
    }

    async fn look_up(&self, entry: &AuditEntry, lists: &mut Lists) -> Result<Found, AuditError> {
        let target = &entry.intent.target;
        let connection = self.connections.borrow().find(target.connection_name()).cloned();
        match (entry.intent.action, target.kind, connection) {
            (Action::Create, AuditedKind::Object(kind), Some(connection)) => {
                created(&self.audit, &connection, kind, entry, lists).await
            }
            (Action::Update, AuditedKind::Object(kind), Some(connection)) => {
                updated(&self.audit, &connection, kind, entry).await
            }
            (Action::Check, ..) => Ok(Found::Outcome {
                outcome: Outcome::NotApplied,
                object_id: None,
                detail: "The server stopped before the check finished. A check changes nothing.".to_owned(),
            }),
            // A message leaves no trace that could be read, and a connection that is gone cannot be asked.
            _ => Ok(Found::Nothing),
        }
    }
}
