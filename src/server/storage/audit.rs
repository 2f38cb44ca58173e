//! The records of the audit log: intents, completions and resolutions.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{KEPT_HEIGHTS, KeptLeaf, KeptNodes, StorageError, TreeHead, TreeNode};
use crate::domain::audit::{AuditEntry, AuditFilter, AuditedKind, Completion, Entries, Intent, Place, Resolution};
use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;

/// How many leaves are pruned at once, with their subtree.
pub const PRUNED_LEAVES: u64 = 1 << KEPT_HEIGHTS[0];

/// Which observed changes that nobody has answered yet to look for; every part narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenObservations {
    /// Those of this connection.
    pub connection: String,
    /// Those about this object.
    pub object: Option<(AuditedKind, String)>,
    /// Those up to this entry, and it.
    pub until: Option<i64>,
    /// Those about these organisations and their clients.
    pub within: Option<Vec<String>>,
}

/// Keeps the records of the audit log. They are only ever added: nothing changes or removes one.
///
/// What is `Ok` here is on disk. What an entry means, and what happens when a record cannot be written, are rules of
/// `server::audit`.
#[async_trait]
pub trait AuditStore: Send + Sync + std::fmt::Debug {
    /// Adds an intent; the number of its entry, which is greater than that of every entry before.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn append_intent(&self, intent: &Intent, intended_at: OffsetDateTime) -> Result<i64, StorageError>;

    /// Adds entries that are complete when they are written, in their order: all of them or none. They are answered by an
    /// acceptance that is added here, or by a change that is applied, where its `answers` says so.
    ///
    /// # Errors
    /// When they are not certainly on disk.
    async fn append_complete(&self, entries: &[Intent], at: OffsetDateTime) -> Result<(), StorageError>;

    /// Adds a completion, unless the entry has one: a write that was given up may have been committed after all.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn append_completion(
        &self,
        id: i64,
        completed_at: OffsetDateTime,
        completion: &Completion,
    ) -> Result<(), StorageError>;

    /// Adds a resolution, unless the entry has one or its outcome is known.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn append_resolution(&self, id: i64, resolution: &Resolution) -> Result<(), StorageError>;

    /// From now on records are added only while this process of the database server has the locks of this replica: one that
    /// has lost them adds nothing, and so sends nothing. Of no meaning where there is one program.
    fn only_while(&self, _process: i32) {}

    /// How many leaves at the beginning are older than `before`, in whole subtrees of [`PRUNED_LEAVES`]. Those that were
    /// pruned are among them.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn prunable(&self, before: OffsetDateTime) -> Result<u64, StorageError>;

    /// Removes the leaves before one, with their records, and keeps the roots of their subtrees. What is interrupted goes on
    /// with the next call.
    ///
    /// # Errors
    /// When some may still be there.
    async fn prune(&self, before: u64) -> Result<(), StorageError>;

    /// The entries after `id` that name a person, by their stable identifier, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn naming(&self, subject: &str, id: i64, limit: u32) -> Result<Vec<i64>, StorageError>;

    /// Erases whom these entries name, with the salts of that: nobody can find out from the log any more who it was.
    ///
    /// # Errors
    /// When some may still be there.
    async fn erase_actors(&self, ids: &[i64]) -> Result<(), StorageError>;

    /// Overwrites in the file of the database what was removed from its tables. It takes as much room again for a while.
    ///
    /// # Errors
    /// When something may still be there.
    async fn wipe(&self) -> Result<(), StorageError>;

    /// Waits until every checkpoint is kept elsewhere that can be.
    async fn checkpoints_kept(&self);

    /// The tree as it is. Its signature was checked.
    ///
    /// # Errors
    /// When it cannot be read, or is not the one that was signed.
    async fn head(&self) -> Result<TreeHead, StorageError>;

    /// Where the leaves begin that were not pruned.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn pruned(&self) -> Result<u64, StorageError>;

    /// The leaves of entries with their records, in their order.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn leaves_of(&self, ids: &[i64]) -> Result<Vec<KeptLeaf>, StorageError>;

    /// Leaves from a place on, with their records, in their order; some at a time, and none at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn leaves(&self, from: u64) -> Result<Vec<KeptLeaf>, StorageError>;

    /// The leaf up to which the log was streamed.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn streamed(&self) -> Result<u64, StorageError>;

    /// Keeps up to which leaf it was.
    ///
    /// # Errors
    /// When it is not certainly on disk.
    async fn keep_streamed(&self, leaf: u64) -> Result<(), StorageError>;

    /// Entries by their numbers, newest first. What is not there is left out.
    ///
    /// # Errors
    /// When one of them cannot be read.
    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError>;

    /// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn after(&self, filter: &AuditFilter, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError>;

    /// What is kept of these nodes of the tree. What is not there is left out.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn nodes(&self, nodes: &[TreeNode]) -> Result<KeptNodes, StorageError>;

    /// One entry; `None` when there is no such number.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn entry(&self, id: i64) -> Result<Option<AuditEntry>, StorageError>;

    /// A part of the entries that a filter lets through, newest first, at most `size`. It is there within 250 ms, with what
    /// was found until then.
    ///
    /// # Errors
    /// When one of them cannot be read.
    async fn list(&self, filter: &AuditFilter, place: Place, size: u32) -> Result<Entries, StorageError>;

    /// Keeps what makes [`list`](Self::list) fast, as long as the program runs. It never ends.
    async fn keep_index(&self);

    /// Brings it up to date once.
    ///
    /// # Errors
    /// When it is not.
    async fn fill_index(&self) -> Result<(), StorageError>;

    /// How many records it has not read yet: all of them where there is none.
    ///
    /// # Errors
    /// When that cannot be read.
    async fn unindexed(&self) -> Result<u64, StorageError>;

    /// The entries after `id` whose outcome is not known, the oldest first, at most `limit`. One that cannot be read is
    /// left out, so that it does not hide those after it.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn unknown(&self, id: i64, limit: u32) -> Result<Vec<AuditEntry>, StorageError>;

    /// How many entries there are whose outcome is not known, and which began before `until`.
    ///
    /// # Errors
    /// When they cannot be counted.
    async fn count_unknown(&self, until: OffsetDateTime) -> Result<u64, StorageError>;

    /// The readiness rules that are silenced now on a connection, or for one object of it: by object, then by rule.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn silenced_rules(
        &self,
        connection: &str,
        object: Option<(ObjectKind, &str)>,
    ) -> Result<Vec<SilencedRule>, StorageError>;

    /// The IDs of the clients of a connection of which nothing was changed when they were turned into production clients, nor
    /// since; all of them, or only the one with this ID.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn unchanged_since_sandbox(&self, connection: &str, id: Option<&str>) -> Result<Vec<String>, StorageError>;

    /// Whether a later entry is about the same object and changed it, or may have.
    ///
    /// # Errors
    /// When that cannot be read.
    async fn is_superseded(&self, entry: &AuditEntry) -> Result<bool, StorageError>;

    /// Whether an object has another origin than an entry about one of its kind: an earlier entry speaks of it, or another
    /// creation made it.
    ///
    /// # Errors
    /// When that cannot be read.
    async fn has_other_origin(&self, entry: &AuditEntry, object_id: &str) -> Result<bool, StorageError>;

    /// Whether a later update is about an object of the same kind that had this entry's name.
    ///
    /// # Errors
    /// When that cannot be read.
    async fn is_named_later(&self, entry: &AuditEntry) -> Result<bool, StorageError>;

    /// The observed entries that nobody has answered yet, the newest first, at most `limit`; and how many there are.
    ///
    /// # Errors
    /// When one of them cannot be read.
    async fn open(&self, sought: &OpenObservations, limit: u32) -> Result<(Vec<AuditEntry>, u64), StorageError>;

    /// The first entry that answered an observed one: an acceptance, or a change that was applied. `None` while it is
    /// open.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn answer(&self, observed: &AuditEntry) -> Result<Option<AuditEntry>, StorageError>;
}
