//! The records of the audit log in SQLite. Triggers refuse whatever is not an addition.

mod append;
mod cells;
mod filter;
mod index;
mod leaves;
mod list;
mod observed;
mod reader;
mod removal;
mod schema;
mod search;
mod silenced;
mod tables;
mod take_over;
mod tree;
mod unknown;

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;

use self::index::SearchIndex;
use crate::domain::audit::{AuditEntry, AuditFilter, Completion, Entries, Intent, Place, Resolution};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::audit_tree::checked_head;
use crate::server::storage::{
    AuditStore, KeptLeaf, KeptNodes, OpenObservations, Sealer, StorageError, TreeHead, TreeNode,
};

pub use leaves::{BatchLeaf, LeafReader};
pub use reader::LogReader;
pub use schema::{ExpectedSchema, expected_schema};
pub use tables::{FileAccess, LogBeginning, LogEnd, LogTables};

/// The audit log on a migrated database.
#[derive(Clone, Debug)]
pub(super) struct SqliteAuditLog {
    pool: SqlitePool,
    appender: append::Appender,
    sealer: Arc<dyn Sealer>,
    index: Arc<SearchIndex>,
}

impl SqliteAuditLog {
    pub(super) fn new(pool: SqlitePool, sealer: Arc<dyn Sealer>) -> Self {
        let index = Arc::new(SearchIndex::beside(pool.connect_options().get_filename()));
        Self { appender: append::Appender::new(pool.clone(), Arc::clone(&sealer)), pool, sealer, index }
    }

    /// Signs a new tree, or refuses one that somebody else made; then gives older records their leaves.
    pub(super) async fn begin(&self) -> Result<(), StorageError> {
        take_over::begin(&self.pool, self.sealer.as_ref()).await?;
        take_over::take_over(&self.pool, self.sealer.as_ref()).await
    }
}

#[async_trait]
impl AuditStore for SqliteAuditLog {
    async fn append_intent(&self, intent: &Intent, intended_at: OffsetDateTime) -> Result<i64, StorageError> {
        let added = self.appender.intents(std::slice::from_ref(intent), intended_at).await;
        self.index.notice();
        added
    }

    async fn append_complete(&self, entries: &[Intent], at: OffsetDateTime) -> Result<(), StorageError> {
        let added = self.appender.intents(entries, at).await.map(drop);
        self.index.notice();
        added
    }

    async fn append_completion(
        &self,
        id: i64,
        completed_at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), StorageError> {
        let added = self.appender.completion(id, completed_at, completion).await;
        self.index.notice();
        added
    }

    async fn append_resolution(&self, id: i64, resolution: &Resolution) -> Result<(), StorageError> {
        let added = self.appender.resolution(id, resolution).await;
        self.index.notice();
        added
    }

    async fn prunable(&self, before: OffsetDateTime) -> Result<u64, StorageError> {
        removal::prunable(&self.pool, before).await
    }

    async fn prune(&self, before: u64) -> Result<(), StorageError> {
        removal::prune(&self.pool, before).await
    }

    async fn naming(&self, subject: &str, id: i64, limit: u32) -> Result<Vec<i64>, StorageError> {
        removal::naming(&self.pool, subject, id, limit).await
    }

    async fn erase_actors(&self, ids: &[i64]) -> Result<(), StorageError> {
        removal::erase_actors(&self.pool, ids).await
    }

    async fn wipe(&self) -> Result<(), StorageError> {
        self.index.remove()?;
        removal::wipe(&self.pool).await
    }

    async fn checkpoints_kept(&self) {
        self.sealer.kept().await;
    }

    async fn head(&self) -> Result<TreeHead, StorageError> {
        checked_head(self.sealer.as_ref(), async { Ok(append::head(&self.pool).await?.0) }).await
    }

    async fn pruned(&self) -> Result<u64, StorageError> {
        tree::pruned(&mut *self.pool.acquire().await?).await
    }

    async fn leaves_of(&self, ids: &[i64]) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves_of(&mut *self.pool.acquire().await?, ids).await
    }

    async fn leaves(&self, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves(&mut *self.pool.acquire().await?, from).await
    }

    async fn streamed(&self) -> Result<u64, StorageError> {
        let position = sqlx::query_scalar("SELECT position FROM stream_progress");
        let position: i64 = position.fetch_one(&self.pool).await?;
        Ok(position.unsigned_abs())
    }

    async fn keep_streamed(&self, leaf: u64) -> Result<(), StorageError> {
        let update = sqlx::query("UPDATE stream_progress SET position = ?").bind(leaf.cast_signed());
        update.execute(&self.pool).await?;
        Ok(())
    }

    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
        list::entries(&self.pool, ids).await
    }

    async fn after(&self, filter: &AuditFilter, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        list::after(&self.pool, filter, id, limit as usize).await
    }

    async fn nodes(&self, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError> {
        tree::nodes(&mut *self.pool.acquire().await?, nodes).await
    }

    async fn entry(&self, id: i64) -> Result<Option<AuditEntry>, StorageError> {
        list::entry(&self.pool, id).await
    }

    async fn list(&self, filter: &AuditFilter, place: Place, size: u32) -> Result<Entries, StorageError> {
        search::entries(&self.pool, &self.index, filter, place, size as usize, search::TIME).await
    }

    async fn keep_index(&self) {
        self.index.keep(&self.pool).await;
    }

    async fn fill_index(&self) -> Result<(), StorageError> {
        while self.index.fill(&self.pool).await? {}
        Ok(())
    }

    async fn unindexed(&self) -> Result<u64, StorageError> {
        let position = match self.index.reader().await {
            Some(reader) => reader.position().await?,
            None => 0,
        };
        Ok(append::size_of(&self.pool).await?.saturating_sub(position.unsigned_abs()))
    }

    async fn unknown(&self, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        unknown::entries(&self.pool, id, limit).await
    }

    async fn count_unknown(&self, until: OffsetDateTime) -> Result<u64, StorageError> {
        unknown::count(&self.pool, until).await
    }

    async fn silenced_rules(
        &self,
        connection: &str,
        object: Option<(ObjectKind, &str)>,
    ) -> Result<Vec<SilencedRule>, StorageError> {
        silenced::silenced(&self.pool, connection, object).await
    }

    async fn unchanged_since_sandbox(&self, connection: &str, id: Option<&str>) -> Result<Vec<String>, StorageError> {
        let ids = sqlx::query_scalar(
            "SELECT object_id FROM audit_promoted_clients
             WHERE connection = ?1 AND (?2 IS NULL OR object_id = ?2) AND is_unchanged ORDER BY object_id",
        );
        Ok(ids.bind(connection).bind(id).fetch_all(&self.pool).await?)
    }

    async fn is_superseded(&self, entry: &AuditEntry) -> Result<bool, StorageError> {
        unknown::is_superseded(&self.pool, entry).await
    }

    async fn has_other_origin(&self, entry: &AuditEntry, object_id: &str) -> Result<bool, StorageError> {
        unknown::has_other_origin(&self.pool, entry, object_id).await
    }

    async fn is_named_later(&self, entry: &AuditEntry) -> Result<bool, StorageError> {
        unknown::is_named_later(&self.pool, entry).await
    }

    async fn open(&self, sought: &OpenObservations, limit: u32) -> Result<(Vec<AuditEntry>, u64), StorageError> {
        observed::open(&self.pool, sought, limit).await
    }

    async fn answer(&self, observed: &AuditEntry) -> Result<Option<AuditEntry>, StorageError> {
        observed::answer(&self.pool, observed).await
    }
}

#[cfg(test)]
mod tests;
