//! The own changes since the last snapshot of an index: what a restart has to add to it.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::StorageError;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// A place in the journal: greater for what was recorded later. The default stands before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct JournalPosition(pub i64);

/// An object as it was after an own change: whole, so that the last entry of an object says all. Its known fields have
/// no secret among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// What the object is.
    pub kind: ObjectKind,
    /// Its ID.
    pub id: String,
    /// The organisation of a client, when it is known.
    pub organisation_id: Option<String>,
    /// Its known fields.
    pub fields: FieldValues,
    /// When it was changed, in whole seconds.
    pub changed_at: OffsetDateTime,
}

/// Keeps the journal of each connection. An error here is logged and is never the error of a change: the partner has
/// it, and the next refresh reads it from there. `connection` is what its index is [`kept_as`](super::kept_as).
#[async_trait]
pub trait IndexJournal: Send + Sync + std::fmt::Debug {
    /// Records a change, in place of an earlier one of the same object.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn record(&self, connection: &str, entry: &JournalEntry) -> Result<JournalPosition, StorageError>;

    /// Records a change that could not be recorded at its time, unless the journal has a later one of the same object by now.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn record_late(&self, connection: &str, entry: &JournalEntry) -> Result<(), StorageError>;

    /// The last position of a connection. Whoever writes a snapshot asks for it before they take the state of the
    /// index; whoever makes a change changes the index before they record it. Then the state includes all until there.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn position(&self, connection: &str) -> Result<JournalPosition, StorageError>;

    /// The changes of a connection that its current snapshot does not include, one for each object, the last one last.
    /// An entry of another version of the product that cannot be read is left out.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn journal(&self, connection: &str) -> Result<Vec<JournalEntry>, StorageError>;

    /// The changes of a connection that were recorded after a position and that no snapshot includes yet, with their own.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn after(
        &self,
        connection: &str,
        position: JournalPosition,
    ) -> Result<Vec<(JournalPosition, JournalEntry)>, StorageError>;
}
