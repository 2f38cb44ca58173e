//! The records of an entry as they are added, each with its leaf of the tree and the signed head: one statement, which is
//! one commit, through a view of each table.
//!
//! None of them uses `RETURNING`: with it SQLite gives the row before it commits, and an error of the commit (a full
//! disk, a failed sync) comes after the row, where nobody looks.

use std::sync::Arc;

use sqlx::query_builder::Separated;
use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::columns::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::domain::audit::{Completion, Intent, Resolution};
use crate::server::storage::{Leaf, Record, Sealer, Source, StorageError, TreeHead};

/// The columns of an intent and of its leaf, in the order in which they are bound.
const INTENT: &str = "INSERT INTO audit_intent_appends (id, intended_at, actor_subject, actor_name, actor_email,
     actor_role, actor_groups, peer, request_id, action, connection, environment, object_kind, object_id, object_name,
     organisation_id, changes, observation, answers, sequence, envelope, salts, frontier, checkpoint) ";
const COMPLETION: &str = "INSERT INTO audit_completion_appends (intent_id, completed_at, outcome, http_status,
     partner_request_id, object_id, detail, duration_ms, sequence, envelope, salts, frontier, checkpoint) ";
const RESOLUTION: &str = "INSERT INTO audit_resolution_appends (intent_id, resolved_at, outcome, object_id, detail,
     sequence, envelope, salts, frontier, checkpoint) ";
/// The most entries that one statement adds: SQLite takes 32,766 values in a statement, and an entry is 24.
const MOST_AT_ONCE: usize = 1_000;
/// How often a record is sealed anew when another one came first: an abandoned write, or another program.
const ATTEMPTS: usize = 5;
/// What the triggers say then.
const OUTRUN: [&str; 2] = ["the audit log has grown meanwhile", "audit entries are never replaced"];

/// Adds records to the log.
#[derive(Clone, Debug)]
pub(super) struct Appender {
    pool: SqlitePool,
    sealer: Arc<dyn Sealer>,
    /// One at a time: each leaf is signed with those before it.
    turn: Arc<Mutex<()>>,
}

impl Appender {
    pub(super) fn new(pool: SqlitePool, sealer: Arc<dyn Sealer>) -> Self {
        Self { pool, sealer, turn: Arc::default() }
    }

    /// Writes intents in their order, all of them or none; the number of the first. `Ok` means that they are on disk.
    pub(super) async fn intents(&self, intents: &[Intent], at: OffsetDateTime) -> Result<i64, StorageError> {
        if intents.len() > MOST_AT_ONCE {
            return Err(StorageError::TooMany { count: intents.len() });
        }
        self.append(INTENT, |last_id| {
            let rows = (last_id + 1..).zip(intents).map(|(id, intent)| IntentColumns::of(intent, id, at));
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let records = rows.iter().map(IntentColumns::record).collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().zip(records).collect())
        })
        .await
    }

    /// Writes a completion, unless it is there: a write that ran into the deadline may have been committed after all.
    pub(super) async fn completion(
        &self,
        intent_id: i64,
        at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), StorageError> {
        let row = CompletionColumns::of(completion, intent_id, at);
        let is_there = "SELECT EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1)";
        self.append_once(COMPLETION, is_there, intent_id, &row, row.record()).await
    }

    /// Writes a resolution, unless there is one or the entry's outcome is known.
    pub(super) async fn resolution(&self, intent_id: i64, resolution: &Resolution) -> Result<(), StorageError> {
        let row = ResolutionColumns::of(resolution, intent_id);
        let is_there = "SELECT EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = ?1)
             OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1 AND outcome <> 'unknown')";
        self.append_once(RESOLUTION, is_there, intent_id, &row, row.record()).await
    }

    async fn append_once<R: Row + Clone>(
        &self,
        insert: &'static str,
        is_there: &'static str,
        intent_id: i64,
        row: &R,
        record: Record,
    ) -> Result<(), StorageError> {
        if sqlx::query_scalar::<_, bool>(is_there).bind(intent_id).fetch_one(&self.pool).await? {
            return Ok(());
        }
        let written = self.append(insert, |_| Ok(vec![(row.clone(), record.clone())])).await;
        // It may have come from an abandoned write meanwhile.
        match written {
            Err(StorageError::Outrun)
                if sqlx::query_scalar::<_, bool>(is_there).bind(intent_id).fetch_one(&self.pool).await? =>
            {
                Ok(())
            }
            written => written.map(drop),
        }
    }

    /// Adds rows with their leaves; the number of the next entry before that. `make` makes them for the number of the last
    /// entry.
    async fn append<R: Row>(
        &self,
        insert: &'static str,
        make: impl Fn(i64) -> Result<Vec<(R, Record)>, StorageError>,
    ) -> Result<i64, StorageError> {
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            let (head, last_id) = head(&self.pool).await?;
            let (rows, records): (Vec<R>, Vec<Record>) = make(last_id)?.into_iter().unzip();
            if rows.is_empty() {
                return Ok(last_id);
            }
            let (leaves, new_head) = self.sealer.seal(&head, &records, Source::Written)?;
            let mut query = QueryBuilder::<Sqlite>::new(insert);
            let mut placed = Placed::all(leaves, head.size, &new_head);
            query.push_values(rows, |mut values, row| {
                row.push(&mut values);
                if let Some(placed) = placed.next() {
                    placed.push(&mut values);
                }
            });
            match query.build().execute(&self.pool).await {
                Ok(_) => {
                    self.sealer.committed(&new_head).await;
                    return Ok(last_id + 1);
                }
                Err(sqlx::Error::Database(error)) if OUTRUN.iter().any(|outrun| error.message().contains(outrun)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StorageError::Outrun)
    }
}

/// The tree as it is, and the number of the last entry.
pub(super) async fn head(pool: &SqlitePool) -> Result<(TreeHead, i64), StorageError> {
    let (size, frontier, checkpoint, last_id): (i64, Vec<u8>, String, i64) = sqlx::query_as(
        "SELECT size, frontier, checkpoint,
             coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_intents'), 0) FROM audit_head",
    )
    .fetch_one(pool)
    .await?;
    Ok((TreeHead { size: size.unsigned_abs(), frontier, checkpoint }, last_id))
}

type Values<'q, 'a> = Separated<'q, Sqlite, &'a str>;

/// A row of one of the tables of records.
trait Row {
    /// Binds its columns.
    fn push(self, values: &mut Values<'_, '_>);
}

impl Row for IntentColumns {
    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.id)
            .push_bind(self.intended_at)
            .push_bind(self.actor_subject)
            .push_bind(self.actor_name)
            .push_bind(self.actor_email)
            .push_bind(self.actor_role)
            .push_bind(self.actor_groups)
            .push_bind(self.peer)
            .push_bind(self.request_id)
            .push_bind(self.action)
            .push_bind(self.connection)
            .push_bind(self.environment)
            .push_bind(self.object_kind)
            .push_bind(self.object_id)
            .push_bind(self.object_name)
            .push_bind(self.organisation_id)
            .push_bind(self.changes)
            .push_bind(self.observation)
            .push_bind(self.answers);
    }
}

impl Row for CompletionColumns {
    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.intent_id)
            .push_bind(self.completed_at)
            .push_bind(self.outcome)
            .push_bind(self.http_status)
            .push_bind(self.partner_request_id)
            .push_bind(self.object_id)
            .push_bind(self.detail)
            .push_bind(self.duration_ms);
    }
}

impl Row for ResolutionColumns {
    fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.intent_id)
            .push_bind(self.resolved_at)
            .push_bind(self.outcome)
            .push_bind(self.object_id)
            .push_bind(self.detail);
    }
}

/// A leaf at its place. The last of a statement has the head with it.
pub(super) struct Placed {
    sequence: i64,
    leaf: Leaf,
    frontier: Vec<u8>,
    checkpoint: String,
}

impl Placed {
    /// Leaves that are added to a tree of `size`.
    pub(super) fn all(leaves: Vec<Leaf>, size: u64, head: &TreeHead) -> impl Iterator<Item = Self> {
        let last = leaves.len().saturating_sub(1);
        let (frontier, checkpoint) = (head.frontier.clone(), head.checkpoint.clone());
        (size.cast_signed()..).zip(leaves.into_iter().enumerate()).map(move |(sequence, (place, leaf))| {
            let is_last = place == last;
            let frontier = if is_last { frontier.clone() } else { Vec::new() };
            let checkpoint = if is_last { checkpoint.clone() } else { String::new() };
            Self { sequence, leaf, frontier, checkpoint }
        })
    }

    /// Binds its columns.
    pub(super) fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.sequence)
            .push_bind(self.leaf.envelope)
            .push_bind(self.leaf.salts)
            .push_bind(self.frontier)
            .push_bind(self.checkpoint);
    }
}
