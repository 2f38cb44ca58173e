//! The records of the audit log in SQLite. Triggers refuse whatever is not an addition.

mod append;
mod list;
mod observed;
mod row;
mod unknown;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::store::SqliteStore;
use crate::domain::audit::{AuditEntry, AuditFilter, Completion, Intent, Resolution};
use crate::domain::page::Page;
use crate::server::storage::{AuditStore, OpenObservations, StorageError};

#[async_trait]
impl AuditStore for SqliteStore {
    async fn append_intent(&self, intent: &Intent, intended_at: OffsetDateTime) -> Result<i64, StorageError> {
        append::intent(&self.pool, intent, intended_at).await
    }

    async fn append_complete(&self, entries: &[Intent], at: OffsetDateTime) -> Result<(), StorageError> {
        append::complete(&self.pool, entries, at).await
    }

    async fn append_completion(
        &self,
        id: i64,
        completed_at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), StorageError> {
        append::completion(&self.pool, id, completed_at, completion).await
    }

    async fn append_resolution(&self, id: i64, resolution: &Resolution) -> Result<(), StorageError> {
        append::resolution(&self.pool, id, resolution).await
    }

    async fn entry(&self, id: i64) -> Result<Option<AuditEntry>, StorageError> {
        list::entry(&self.pool, id).await
    }

    async fn list(&self, filter: &AuditFilter, number: u32, size: u32) -> Result<Page<AuditEntry>, StorageError> {
        list::page(&self.pool, filter, number, size).await
    }

    async fn unknown(&self, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError> {
        unknown::entries(&self.pool, id, limit).await
    }

    async fn count_unknown(&self, until: OffsetDateTime) -> Result<u64, StorageError> {
        unknown::count(&self.pool, until).await
    }

    async fn is_superseded(&self, entry: &AuditEntry) -> Result<bool, StorageError> {
        unknown::is_superseded(&self.pool, entry).await
    }

    async fn has_other_origin(&self, connection: &str, object_id: &str, id: i64) -> Result<bool, StorageError> {
        unknown::has_other_origin(&self.pool, connection, object_id, id).await
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
