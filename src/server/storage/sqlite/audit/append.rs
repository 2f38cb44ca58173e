//! The records of an entry as they are added, each with its leaf of the tree and the signed head: one statement, which is
//! one commit, through a view of each table.
//!
//! None of them uses `RETURNING`: with it SQLite gives the row before it commits, and an error of the commit (a full
//! disk, a failed sync) comes after the row, where nobody looks.

use std::sync::Arc;

use sqlx::query_builder::Separated;
use sqlx::sqlite::{SqliteExecutor, SqlitePool};
use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::server::crash::crash_point;
use crate::server::storage::null_character::storable;
use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{Growth, Leaf, Record, Sealer, Source, StorageError, TreeHead};

/// The columns of an intent and of its leaf, in the order in which they are bound.
const INTENT: &str = "INSERT INTO audit_intent_appends (id, intended_at, actor_subject, actor_name, actor_email,
     actor_role, actor_groups, peer, session, request_id, action, connection, environment, object_kind, object_id, object_name,
     organisation_id, changes, observation, answers, restores, sequence, envelope, salts, frontier, checkpoint, subtrees) ";
const COMPLETION: &str = "INSERT INTO audit_completion_appends (intent_id, completed_at, outcome, http_status,
     partner_request_id, object_id, detail, duration_ms, sequence, envelope, salts, frontier, checkpoint, subtrees) ";
const RESOLUTION: &str = "INSERT INTO audit_resolution_appends (intent_id, resolved_at, outcome, object_id, detail,
     sequence, envelope, salts, frontier, checkpoint, subtrees) ";
/// The most entries that one statement adds: SQLite takes 32,766 values in a statement, and an entry is 27.
const MOST_AT_ONCE: usize = 1_000;
/// How often a record is sealed anew when another one came first: an abandoned write, or another program.
const ATTEMPTS: usize = 20;
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
        let intents: Vec<Intent> = intents.iter().map(storable).collect();
        self.append(INTENT, None, |last_id| {
            let rows = (last_id + 1..).zip(&intents).map(|(id, intent)| IntentColumns::of(intent, id, at));
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
        let row = CompletionColumns::of(&storable(completion), intent_id, at);
        let is_there = "SELECT EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1)";
        self.append(COMPLETION, Some((is_there, intent_id)), |_| Ok(vec![(row.clone(), row.record()?)])).await.map(drop)
    }

    /// Writes a resolution, unless there is one or the entry's outcome is known.
    pub(super) async fn resolution(&self, intent_id: i64, resolution: &Resolution) -> Result<(), StorageError> {
        let row = ResolutionColumns::of(&storable(resolution), intent_id);
        let is_there = "SELECT EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = ?1)
             OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1 AND outcome <> 'unknown')";
        self.append(RESOLUTION, Some((is_there, intent_id)), |_| Ok(vec![(row.clone(), row.record()?)])).await.map(drop)
    }

    /// Adds rows with their leaves, unless a query about an entry says that they are there; the number of the next entry
    /// before that. `make` makes them for the number of the last entry.
    async fn append<R: Row>(
        &self,
        insert: &'static str,
        unless: Option<(&'static str, i64)>,
        make: impl Fn(i64) -> Result<Vec<(R, Record)>, StorageError>,
    ) -> Result<i64, StorageError> {
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            let (head, last_id) = head(&self.pool).await?;
            // Asked after the head is read: what is added in between makes the head another one.
            let is_there = match unless {
                Some((query, id)) => sqlx::query_scalar(query).bind(id).fetch_one(&self.pool).await?,
                None => false,
            };
            let (rows, records): (Vec<R>, Vec<Record>) = make(last_id)?.into_iter().unzip();
            if is_there || rows.is_empty() {
                return Ok(last_id);
            }
            let growth = self.sealer.seal(&head, &records, Source::Written)?;
            let new_head = growth.head.clone();
            let mut query = QueryBuilder::<Sqlite>::new(insert);
            let mut placed = Placed::all(growth, head.size)?;
            query.push_values(rows, |mut values, row| {
                row.push(&mut values);
                if let Some(placed) = placed.next() {
                    placed.push(&mut values);
                }
            });
            crash_point!("leaf-sealed");
            match query.build().execute(&self.pool).await {
                Ok(_) => {
                    crash_point!("leaf-committed");
                    self.sealer.committed(&new_head);
                    return Ok(last_id + 1);
                }
                Err(error) if is_outrun(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StorageError::Outrun)
    }
}

/// Whether something else was added first.
pub(super) fn is_outrun(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| OUTRUN.iter().any(|outrun| error.message().contains(outrun)))
}

/// The tree, and the number of the last entry: one is never used again, also when its entry was pruned.
pub(super) const HEAD: &str = "SELECT size, frontier, checkpoint, max(
        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_intents'), 0),
        coalesce((SELECT max(id) FROM audit_intents), 0))
    FROM audit_head";

/// The tree as it is, and the number of the last entry.
pub(super) async fn head(database: impl SqliteExecutor<'_>) -> Result<(TreeHead, i64), StorageError> {
    let (size, frontier, checkpoint, last_id): (i64, Vec<u8>, String, i64) =
        sqlx::query_as(HEAD).fetch_one(database).await?;
    Ok((TreeHead { size: size.unsigned_abs(), frontier, checkpoint }, last_id))
}

/// How many leaves the tree has.
pub(super) async fn size_of(log: &SqlitePool) -> Result<u64, StorageError> {
    Ok(head(log).await?.0.size)
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
            .push_bind(self.session)
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
            .push_bind(self.answers)
            .push_bind(self.restores);
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
    head: PlacedHead,
}

/// What the last leaf of a statement brings.
#[derive(Clone)]
struct PlacedHead {
    frontier: Vec<u8>,
    checkpoint: String,
    /// JSON.
    subtrees: String,
}

impl Placed {
    /// What is added to a tree of `size`.
    pub(super) fn all(growth: Growth, size: u64) -> Result<impl Iterator<Item = Self>, StorageError> {
        let Growth { leaves, subtrees, head } = growth;
        let nothing = PlacedHead { frontier: Vec::new(), checkpoint: String::new(), subtrees: "[]".to_owned() };
        let mut heads = vec![nothing; leaves.len()];
        if let Some(last) = heads.last_mut() {
            let subtrees = serde_json::to_string(&subtrees)?;
            *last = PlacedHead { frontier: head.frontier, checkpoint: head.checkpoint, subtrees };
        }
        let leaves = (size.cast_signed()..).zip(leaves.into_iter().zip(heads));
        Ok(leaves.map(|(sequence, (leaf, head))| Self { sequence, leaf, head }))
    }

    /// Binds its columns.
    pub(super) fn push(self, values: &mut Values<'_, '_>) {
        values
            .push_bind(self.sequence)
            .push_bind(self.leaf.envelope)
            .push_bind(self.leaf.salts)
            .push_bind(self.head.frontier)
            .push_bind(self.head.checkpoint)
            .push_bind(self.head.subtrees);
    }
}
