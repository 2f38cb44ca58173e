//! What is kept on disk: a trait for each concern, and one folder of SQL for each database that can keep it. All SQL of
//! the product is here. What every database has to hold to is in `conformance`.
//!
//! May import: domain, clock, sqlx (and tower-sessions for the trait that its layer wants).

mod announcements;
mod audit;
mod audit_parts;
mod audit_text;
mod audit_tree;
mod checks;
mod configuration;
#[cfg(test)]
mod conformance;
mod connections;
mod database_error;
mod database_url;
mod drafts;
mod error;
mod index_journal;
mod index_snapshots;
mod messages;
mod notifications;
mod null_character;
mod one_time;
mod postgres;
mod recent;
mod rows;
mod saved_views;
mod sessions;
mod shared_locks;
mod size;
mod snapshot_writer;
mod sqlite;
mod store;
mod stores;
mod submissions;
mod transfer;
mod writer;

use std::sync::Arc;

use crate::server::clock::Clock;

pub use announcements::{Announcement, Announcements};
pub use audit::{AuditStore, OpenObservations, PRUNED_LEAVES};
#[cfg(test)]
pub use audit_tree::NumberingSealer;
pub use audit_tree::{
    Growth, KEPT_HEIGHTS, KeptLeaf, KeptNode, KeptNodes, KeptRecord, Leaf, PARTS, Record, RecordKind, Sealer, Source,
    Subtree, TreeHead, TreeNode,
};
pub use checks::{CheckStore, NewCheck};
pub use configuration::ConfigurationStore;
pub use connections::Connections;
pub use database_error::DatabaseError;
pub use database_url::DatabaseUrl;
pub use drafts::{DraftStore, KeptDraft};
pub use error::{SealError, SnapshotProblem, StorageError};
pub use index_journal::{IndexJournal, JournalEntry, JournalPosition};
pub use index_snapshots::{
    IndexSnapshotStore, LARGEST_CHUNK, ReadAgain, SnapshotFacts, SnapshotSeal, SnapshotSink, SnapshotVersion, kept_as,
    name_of,
};
pub use messages::MessageStore;
pub use notifications::{Delivery, DeliveryState, NotificationStore, TargetHistory};
pub use one_time::{Hash, OneTimeStore, OneTimeValue};
pub use postgres::{Alone, Leadership, Replica, RestoredDatabase};
pub use saved_views::{SavedViewStore, ViewRenamed, ViewSaved};
pub use sessions::{EndedSession, SessionLimits, SessionStore, Sessions};
pub use shared_locks::{SharedLock, SharedLocks};
pub use size::{DatabaseSize, SizeStore};
pub use snapshot_writer::SnapshotWriter;
pub use sqlite::{
    BatchLeaf, ExpectedSchema, FileAccess, LeafReader, LogBeginning, LogEnd, LogReader, LogTables, continue_copy,
    copy_database, expected_schema, prepare_copy, restoring,
};
pub use stores::Stores;
pub use submissions::{Submission, SubmissionState, SubmissionStore};
pub use transfer::{TransferError, log_to_file, to_postgres};
pub use writer::Writer;

/// Opens the database of a `sqlite:FILE` or `postgres://…` URL, creates the file if need be, and brings it to the present schema.
/// `sealer` makes the leaves of the audit log.
///
/// # Errors
/// When it cannot be opened or migrated, or does not keep its safety settings.
pub async fn open(
    url: &str,
    clock: &Arc<dyn Clock>,
    limits: SessionLimits,
    sealer: Arc<dyn Sealer>,
) -> Result<Stores, DatabaseError> {
    if postgres::is_url(url) {
        return postgres::stores(&postgres::open(url).await?, clock, limits, sealer).await;
    }
    sqlite::stores(&sqlite::open(url).await?, clock, limits, sealer).await
}

/// Opens the audit log of a database that another program may be using: it is neither created nor migrated.
///
/// # Errors
/// When it cannot be opened, or does not keep its safety settings.
pub async fn open_log(url: &str, sealer: Arc<dyn Sealer>) -> Result<Arc<dyn AuditStore>, DatabaseError> {
    if postgres::is_url(url) {
        return Ok(postgres::log(postgres::connect(url).await?, sealer));
    }
    Ok(sqlite::log(sqlite::connect(url, false).await?, sealer))
}

/// What the replicas on a `postgres://…` database announce from now on.
pub fn announcements(url: &str) -> Box<dyn Announcements> {
    Box::new(postgres::PostgresAnnouncements::new(url))
}
