//! The records of the audit log in PostgreSQL. Triggers refuse whatever is not an addition.

mod append;
mod begin;
mod columns;
mod list;
mod observed;
mod removal;
mod search;
mod searchable;
mod silenced;
#[cfg(test)]
mod test_log;
mod tokens;
mod tree;
mod unknown;

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::PgPool;
use time::OffsetDateTime;

use crate::domain::audit::{AuditEntry, AuditFilter, Completion, Entries, Intent, Place, Resolution};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::audit_tree::checked_head;
use crate::server::storage::store::AmongReplicas;
use crate::server::storage::{
    AuditStore, KeptLeaf, KeptNodes, OpenObservations, Sealer, StorageError, TreeHead, TreeNode,
};

pub(in crate::server::storage) use searchable::find_all as find_all_entries;

/// The audit log on a migrated database.
#[derive(Clone, Debug)]
pub(super) struct PostgresAuditLog {
    pool: PgPool,
    sealer: Arc<dyn Sealer>,
    replica: AmongReplicas,
}

impl PostgresAuditLog {
    pub(super) fn new(pool: PgPool, sealer: Arc<dyn Sealer>) -> Self {
        Self { pool, sealer, replica: AmongReplicas::default() }
    }

    /// Signs a new tree, or refuses one that somebody else made.
    pub(super) async fn begin(&self) -> Result<(), StorageError> {
        begin::begin(&self.pool, self.sealer.as_ref()).await
    }
}

#[async_trait]
impl AuditStore for PostgresAuditLog {
    async fn append_intent(&self, intent: &Intent, intended_at: OffsetDateTime) -> Result<i64, StorageError> {
        append::intents(
            &self.pool,
            self.replica.process(),
            self.sealer.as_ref(),
            std::slice::from_ref(intent),
            intended_at,
        )
        .await
    }

    async fn append_complete(&self, entries: &[Intent], at: OffsetDateTime) -> Result<(), StorageError> {
        append::intents(&self.pool, self.replica.process(), self.sealer.as_ref(), entries, at).await.map(drop)
    }

    async fn append_completion(
        &self,
        id: i64,
        completed_at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), StorageError> {
        append::completion(&self.pool, self.replica.process(), self.sealer.as_ref(), id, completed_at, completion).await
    }

    async fn append_resolution(&self, id: i64, resolution: &Resolution) -> Result<(), StorageError> {
        append::resolution(&self.pool, self.replica.process(), self.sealer.as_ref(), id, resolution).await
    }

    fn only_while(&self, process: i32) {
        self.replica.join(process);
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
        removal::wipe(&self.pool).await
    }

    async fn checkpoints_kept(&self) {
        self.sealer.kept().await;
    }

    async fn head(&self) -> Result<TreeHead, StorageError> {
        checked_head(self.sealer.as_ref(), tree::head(&self.pool)).await
    }

    async fn pruned(&self) -> Result<u64, StorageError> {
        tree::pruned(&self.pool).await
    }

    async fn leaves_of(&self, ids: &[i64]) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves_of(&self.pool, ids).await
    }

    async fn leaves(&self, from: u64) -> Result<Vec<KeptLeaf>, StorageError> {
        tree::leaves(&self.pool, from).await
    }

    async fn streamed(&self) -> Result<u64, StorageError> {
        let position = sqlx::query_scalar("SELECT position FROM stream_progress");
        let position: i64 = position.fetch_one(&self.pool).await?;
        Ok(position.unsigned_abs())
    }

    async fn keep_streamed(&self, leaf: u64) -> Result<(), StorageError> {
        let update = sqlx::query("UPDATE stream_progress SET position = $1").bind(leaf.cast_signed());
        update.execute(&self.pool).await?;
        Ok(())
    }

    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
        list::entries(&self.pool, ids).await
    }

    async fn after(&self, filter: &AuditFilter, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        search::after(&self.pool, filter, id, limit as usize).await
    }

    async fn nodes(&self, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError> {
        tree::nodes(&self.pool, nodes).await
    }

    async fn entry(&self, id: i64) -> Result<Option<AuditEntry>, StorageError> {
        list::entry(&self.pool, id).await
    }

    async fn list(&self, filter: &AuditFilter, place: Place, size: u32) -> Result<Entries, StorageError> {
        search::entries(&self.pool, filter, place, size as usize, search::TIME).await
    }

    /// What makes lists fast is written with each record.
    async fn keep_index(&self) {
        std::future::pending::<()>().await;
    }

    async fn fill_index(&self) -> Result<(), StorageError> {
        Ok(())
    }

    async fn unindexed(&self) -> Result<u64, StorageError> {
        Ok(0)
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
        silenced::unchanged_since_sandbox(&self.pool, connection, id).await
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
