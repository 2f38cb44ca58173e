//! Reading the log: one entry, pages of entries, and what is needed to find out an outcome that is not known.

use time::OffsetDateTime;

use super::error::AuditError;
use super::log::AuditLog;
use crate::domain::audit::{AuditEntry, AuditFilter, Entries, Place};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;

impl AuditLog {
    /// One entry; `None` when there is no such number.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn find(&self, id: i64) -> Result<Option<AuditEntry>, AuditError> {
        Ok(self.store.entry(id).await?)
    }

    /// A part of the entries that a filter lets through, newest first, at most `size`. It is there within 250 ms, with what
    /// was found until then.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn list(&self, filter: &AuditFilter, place: Place, size: u32) -> Result<Entries, AuditError> {
        Ok(self.store.list(filter, place, size).await?)
    }

    /// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn after(&self, filter: &AuditFilter, id: i64, limit: u32) -> Result<Vec<AuditEntry>, AuditError> {
        Ok(self.store.after(filter, id, limit).await?)
    }

    /// Keeps the search index of the log, as long as the program runs.
    pub async fn keep_index(self) {
        self.store.keep_index().await;
    }

    /// The entries after `id` whose outcome is not known, the oldest first, at most `limit`. One that cannot be read is
    /// left out, so that it does not hide those after it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn unknown(&self, id: i64, limit: u32) -> Result<Vec<AuditEntry>, AuditError> {
        Ok(self.store.unknown(id, limit).await?)
    }

    /// How many entries there are whose outcome is not known, and which began before `until`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn count_unknown(&self, until: OffsetDateTime) -> Result<u64, AuditError> {
        Ok(self.store.count_unknown(until).await?)
    }

    /// The IDs of the clients of a connection of which nothing was changed when they were turned into production clients, nor
    /// since; all of them, or only the one with this ID.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn unchanged_since_sandbox(&self, connection: &str, id: Option<&str>) -> Result<Vec<String>, AuditError> {
        Ok(self.store.unchanged_since_sandbox(connection, id).await?)
    }

    /// The readiness rules that are silenced now on a connection, or for one object of it: by object, then by rule.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn silenced_rules(
        &self,
        connection: &str,
        object: Option<(ObjectKind, &str)>,
    ) -> Result<Vec<SilencedRule>, AuditError> {
        Ok(self.store.silenced_rules(connection, object).await?)
    }

    /// Whether a later entry is about the same object and may have changed it: then the object as it is now says
    /// nothing of this one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn is_superseded(&self, entry: &AuditEntry) -> Result<bool, AuditError> {
        Ok(self.store.is_superseded(entry).await?)
    }

    /// How many records there are, those included that were removed because they were kept long enough.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn size(&self) -> Result<u64, AuditError> {
        Ok(self.store.head().await?.size)
    }

    /// How many records the search index has not read yet.
    ///
    /// # Errors
    /// When that cannot be read.
    pub async fn unindexed(&self) -> Result<u64, AuditError> {
        Ok(self.store.unindexed().await?)
    }

    /// Whether an object has another origin than an entry about one of its kind: an earlier entry speaks of it, or another
    /// creation made it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn has_other_origin(&self, entry: &AuditEntry, object_id: &str) -> Result<bool, AuditError> {
        Ok(self.store.has_other_origin(entry, object_id).await?)
    }

    /// Whether a later entry is about an object that had this name: it may be the one that an earlier entry created, and
    /// be called otherwise by now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn is_named_later(&self, entry: &AuditEntry) -> Result<bool, AuditError> {
        Ok(self.store.is_named_later(entry).await?)
    }
}
