//! The records of an entry as they are added, each with its leaf of the tree and the signed head, in one transaction. It locks
//! the head first: appends of all replicas stand in one row, and each is signed with those before it.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Postgres, QueryBuilder, Transaction};
use time::OffsetDateTime;

use super::columns::{Row, push_leaf};
use super::{list, searchable};
use crate::domain::audit::{Action, AuditEntry, Completion, Intent, Resolution};
use crate::server::crash::crash_point;
use crate::server::storage::null_character::storable;
use crate::server::storage::postgres::announcements::announce;
use crate::server::storage::postgres::replica::MEMBER;
use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{Announcement, Growth, Leaf, Record, Sealer, Source, StorageError, Subtree, TreeHead};

/// The most entries that one statement adds: PostgreSQL takes 65,535 values in a statement, and an entry is 21.
const MOST_AT_ONCE: usize = 1_000;

/// Locks the head, and says whether a process of the server has the lock of a replica. That is asked for each row that was locked,
/// so after the wait: a replica may lose its locks meanwhile.
const HEAD: &str = concat!(
    "WITH head AS MATERIALIZED (SELECT size, frontier, checkpoint, last_entry FROM audit_head FOR UPDATE)
     SELECT size, frontier, checkpoint, last_entry, $1::int IS NULL OR EXISTS (
         SELECT 1 FROM pg_locks WHERE pid = $1 AND head.size >= 0 AND ",
    is_held_lock!("$2"),
    ") FROM head"
);

/// Writes intents in their order, all of them or none; the number of the first. `Ok` means that they are on disk.
pub(super) async fn intents(
    pool: &PgPool,
    replica: Option<i32>,
    sealer: &dyn Sealer,
    intents: &[Intent],
    at: OffsetDateTime,
) -> Result<i64, StorageError> {
    if intents.len() > MOST_AT_ONCE {
        return Err(StorageError::TooMany { count: intents.len() });
    }
    let intents: Vec<Intent> = intents.iter().map(storable).collect();
    let mut appending = Appending::begin(pool, replica).await?;
    let first = appending.last_entry + 1;
    if intents.is_empty() {
        return Ok(first - 1);
    }
    let rows = (first..).zip(&intents).map(|(id, intent)| IntentColumns::of(intent, id, at));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let records = rows.iter().map(IntentColumns::record).collect::<Result<Vec<_>, _>>()?;
    appending.last_entry += i64::try_from(rows.len()).unwrap_or(i64::MAX);
    appending.add(sealer, rows, &records).await?;
    let is_about_rules = |intent: &&Intent| matches!(intent.action, Action::RuleSilenced | Action::RuleUnsilenced);
    for intent in intents.iter().filter(is_about_rules) {
        let rules = Announcement::SilencedRules(intent.target.connection_name().to_owned());
        announce(&mut appending.transaction, &rules).await?;
    }
    let entries = (first..).zip(intents).map(|(id, intent)| AuditEntry {
        id,
        intended_at: at,
        intent,
        completed_at: None,
        completion: None,
        resolution: None,
    });
    searchable::add(&mut appending.transaction, &entries.collect::<Vec<_>>()).await?;
    appending.commit(sealer).await?;
    Ok(first)
}

/// Writes a completion, unless it is there: a write that ran into the deadline may have been committed after all.
pub(super) async fn completion(
    pool: &PgPool,
    replica: Option<i32>,
    sealer: &dyn Sealer,
    id: i64,
    at: OffsetDateTime,
    completion: &Completion,
) -> Result<(), StorageError> {
    let mut appending = Appending::begin(pool, replica).await?;
    let is_there = "SELECT EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = $1)";
    if sqlx::query_scalar(is_there).bind(id).fetch_one(&mut *appending.transaction).await? {
        return Ok(());
    }
    let row = CompletionColumns::of(&storable(completion), id, at);
    let record = row.record()?;
    appending.add(sealer, vec![row], &[record]).await?;
    appending.find_again(id).await?;
    appending.commit(sealer).await
}

/// Writes a resolution, unless there is one or the entry's outcome is known.
pub(super) async fn resolution(
    pool: &PgPool,
    replica: Option<i32>,
    sealer: &dyn Sealer,
    id: i64,
    resolution: &Resolution,
) -> Result<(), StorageError> {
    let mut appending = Appending::begin(pool, replica).await?;
    let is_there = "SELECT EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = $1)
         OR EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = $1 AND outcome <> 'unknown')";
    if sqlx::query_scalar(is_there).bind(id).fetch_one(&mut *appending.transaction).await? {
        return Ok(());
    }
    let row = ResolutionColumns::of(&storable(resolution), id);
    let record = row.record()?;
    appending.add(sealer, vec![row], &[record]).await?;
    appending.find_again(id).await?;
    appending.commit(sealer).await
}

/// A transaction that has the head. Dropped, it adds nothing.
struct Appending {
    transaction: Transaction<'static, Postgres>,
    head: TreeHead,
    last_entry: i64,
}

impl Appending {
    /// `replica` is the server's process that has the locks of this replica, where there may be several.
    async fn begin(pool: &PgPool, replica: Option<i32>) -> Result<Self, StorageError> {
        let mut transaction = pool.begin().await?;
        let head = sqlx::query_as(HEAD).bind(replica).bind(MEMBER);
        let (size, frontier, checkpoint, last_entry, may_add): (i64, _, _, _, bool) =
            head.fetch_one(&mut *transaction).await?;
        if !may_add {
            return Err(StorageError::NotAmongReplicas);
        }
        let head = TreeHead { size: size.unsigned_abs(), frontier, checkpoint };
        Ok(Self { transaction, head, last_entry })
    }

    /// Adds rows of one kind with their leaves.
    async fn add<R: Row>(&mut self, sealer: &dyn Sealer, rows: Vec<R>, records: &[Record]) -> Result<(), StorageError> {
        let Growth { leaves, subtrees, head } = sealer.seal(&self.head, records, Source::Written)?;
        crash_point!("leaf-sealed");
        add_leaves(&mut self.transaction, self.head.size, records, leaves).await?;
        let mut query = QueryBuilder::<Postgres>::new(R::INSERT);
        query.push_values(rows, |mut values, row| row.push(&mut values));
        query.build().execute(&mut *self.transaction).await?;
        add_subtrees(&mut self.transaction, &subtrees).await?;
        sqlx::query("UPDATE audit_head SET size = $1, frontier = $2, checkpoint = $3, last_entry = $4")
            .bind(head.size.cast_signed())
            .bind(&head.frontier)
            .bind(&head.checkpoint)
            .bind(self.last_entry)
            .execute(&mut *self.transaction)
            .await?;
        self.head = head;
        Ok(())
    }

    /// Lets lists find an entry by what was added to it.
    async fn find_again(&mut self, id: i64) -> Result<(), StorageError> {
        match list::entry(&mut *self.transaction, id).await {
            Ok(Some(entry)) => Ok(searchable::replace(&mut self.transaction, &entry).await?),
            Ok(None) => Ok(()),
            // It is found by what it had before.
            Err(error) if error.is_about_a_row() => Ok(()),
            // The server has ended the transaction with this: its COMMIT would be a rollback that reports no error.
            Err(error) => Err(error),
        }
    }

    async fn commit(self, sealer: &dyn Sealer) -> Result<(), StorageError> {
        self.transaction.commit().await?;
        crash_point!("leaf-committed");
        sealer.committed(&self.head);
        Ok(())
    }
}

async fn add_leaves(
    database: &mut PgConnection,
    size: u64,
    records: &[Record],
    leaves: Vec<Leaf>,
) -> Result<(), sqlx::Error> {
    let mut query =
        QueryBuilder::<Postgres>::new("INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts) ");
    query.push_values((size.cast_signed()..).zip(records).zip(leaves), |mut values, ((sequence, record), leaf)| {
        push_leaf(&mut values, sequence, record, leaf);
    });
    query.build().execute(database).await.map(drop)
}

async fn add_subtrees(database: &mut PgConnection, subtrees: &[Subtree]) -> Result<(), sqlx::Error> {
    for Subtree { height, place, root } in subtrees {
        sqlx::query("INSERT INTO audit_subtrees (height, place, root) VALUES ($1, $2, $3)")
            .bind(i64::from(*height))
            .bind(place.cast_signed())
            .bind(root)
            .execute(&mut *database)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "append_test.rs"]
mod tests;
