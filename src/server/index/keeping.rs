//! What a restart is served from: a snapshot of the view, and the changes that were made from here since.

use std::sync::{Arc, Weak};
use std::time::Duration;

use time::OffsetDateTime;

use super::judging::Judging;
use super::objects::{Objects, PatchedObject};
use super::sent_fields::SentFields;
use super::staged::seconds;
use super::view::View;
use super::view_bytes::{read, written};
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::clock::Moment;
use crate::server::storage::{
    IndexJournal, IndexSnapshotStore, JournalEntry, JournalPosition, ReadAgain, SnapshotVersion, SnapshotWriter,
    StorageError, name_of,
};

/// How long a change waits that is not in the journal.
const NEXT_ATTEMPT: Duration = Duration::from_secs(5);
/// How often it is tried to record it: longer than a partner's list is old, nobody needs it.
const MOST_ATTEMPTS: u32 = 60;

/// Where the index of a connection is kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// What the index is kept as: the connection's name, and what it is a connection to.
    pub connection: String,
    /// Snapshots.
    pub snapshots: Arc<dyn IndexSnapshotStore>,
    /// Changes since the last one.
    pub journal: Arc<dyn IndexJournal>,
    /// Whether other replicas record changes there too.
    pub is_shared: bool,
}

/// What was kept last, and when. It holds no memory of it.
#[derive(Debug)]
pub(super) struct Kept {
    objects: Weak<Objects>,
    sent: Weak<SentFields>,
    version: SnapshotVersion,
    pub(super) at: Moment,
    /// What the replicas that follow were told last, and when.
    pub(super) told: Option<(Moment, ReadAgain)>,
}

impl Kept {
    /// This view.
    pub(super) fn new(view: &View, version: SnapshotVersion, at: Moment) -> Self {
        let (objects, sent) = (Arc::downgrade(&view.objects), Arc::downgrade(&view.sent));
        Self { objects, sent, version, at, told: None }
    }

    /// Nothing: it was tried.
    pub(super) fn none(at: Moment) -> Self {
        Self { objects: Weak::new(), sent: Weak::new(), version: SnapshotVersion(0), at, told: None }
    }

    /// Whether a view was kept, but for what is in the journal.
    pub(super) fn is(&self, view: &View) -> bool {
        self.objects.as_ptr() == Arc::as_ptr(&view.objects) && self.sent.as_ptr() == Arc::as_ptr(&view.sent)
    }

    /// When what was kept was read last, if that is what the view has.
    pub(super) fn read_again(&self, view: &View) -> Option<ReadAgain> {
        let organisations = seconds(view.read_at.filter(|_| self.is(view))?);
        let (clients, has_all_clients) = view.oldest_clients();
        Some(ReadAgain { version: self.version, organisations, clients, has_all_clients })
    }
}

/// A view that was kept.
pub(super) struct Loaded {
    pub(super) view: View,
    /// What was changed since.
    pub(super) changes: Vec<Journalled>,
    pub(super) version: SnapshotVersion,
}

/// An object that was changed from here before a restart, and when.
pub(super) type Journalled = (PatchedObject, OffsetDateTime);
/// The same, with its place in the journal.
type Placed = (JournalPosition, Journalled);

impl Keeping {
    /// The connection's name.
    pub(super) fn name(&self) -> &str {
        name_of(&self.connection)
    }

    /// The view that was kept, judged anew, and what was changed since; `None` when nothing was, or it cannot be used. Why it cannot
    /// is logged: everything is then read from the partner again.
    ///
    /// # Errors
    /// When it cannot be read now. That is logged too.
    pub(super) async fn load(&self, judging: Arc<Judging>) -> Result<Option<Loaded>, StorageError> {
        let mut bytes = Vec::new();
        let facts = match self.snapshots.read(&self.connection, &mut bytes).await {
            Ok(Some(facts)) => facts,
            Ok(None) => return Ok(None),
            Err(error) => {
                tracing::warn!(connection = self.name(), %error, "the kept index cannot be read");
                return if matches!(error, StorageError::Snapshot(_)) { Ok(None) } else { Err(error) };
            }
        };
        let view = match tokio::task::spawn_blocking(move || read(&bytes, &judging)).await {
            Ok(Ok(view)) => view,
            Ok(Err(error)) => {
                tracing::warn!(connection = self.name(), %error, "the kept index is of no use");
                return Ok(None);
            }
            // The task ends early when the server does.
            Err(_) => return Ok(None),
        };
        let journal = self.journal.journal(&self.connection).await.inspect_err(|error| {
            tracing::warn!(connection = self.name(), %error, "the changes since the kept index cannot be read");
        });
        // Without them it would show what is no longer so.
        let changes = journal?.into_iter().map(journalled).collect();
        Ok(Some(Loaded { view, changes, version: facts.version }))
    }

    /// What a snapshot of a view that is taken from now on includes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn position(&self) -> Result<JournalPosition, StorageError> {
        self.journal.position(&self.connection).await
    }

    /// Keeps a view that includes the journal up to a position. `None` when the server ends meanwhile.
    ///
    /// # Errors
    /// When it is not kept. What was kept before still is.
    pub(super) async fn save(
        &self,
        view: Arc<View>,
        until: JournalPosition,
    ) -> Result<Option<SnapshotVersion>, StorageError> {
        let written = tokio::task::spawn_blocking(move || written(&view)).await;
        // Writing into memory cannot fail; the task ends early when the server does.
        let Ok(Ok(bytes)) = written else {
            return Ok(None);
        };
        let mut writer = SnapshotWriter::begin(Arc::clone(&self.snapshots), &self.connection).await?;
        writer.write(&bytes).await?;
        writer.finish(until).await.map(Some)
    }

    /// What was changed from here, or from another replica, after a position, and is in no snapshot. A failure is logged.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn after(&self, position: JournalPosition) -> Result<Vec<Placed>, StorageError> {
        let changes = self.journal.after(&self.connection, position).await.inspect_err(|error| {
            tracing::warn!(connection = self.name(), %error, "the changes of other replicas cannot be read");
        });
        Ok(changes?.into_iter().map(|(position, entry)| (position, journalled(entry))).collect())
    }

    /// Records an object that was changed from here, until it is. What a replica that follows has changed is in none of its own
    /// snapshots: the others would not have it before they read it from the partner. It may have been changed again meanwhile.
    pub(super) async fn record_at_last(self, object: PatchedObject, at: OffsetDateTime) {
        let entry = entry_of(&object, at);
        for _ in 0..MOST_ATTEMPTS {
            tokio::time::sleep(NEXT_ATTEMPT).await;
            let recorded = self.journal.record_late(&self.connection, &entry).await;
            if recorded.inspect_err(|error| self.log_unrecorded(error)).is_ok() {
                return;
            }
        }
    }

    /// Records an object that was changed from here, and where. A failure is logged: the next refresh has the change from the
    /// partner.
    pub(super) async fn record(&self, object: &PatchedObject, at: OffsetDateTime) -> Option<JournalPosition> {
        let recorded = self.journal.record(&self.connection, &entry_of(object, at)).await;
        recorded.inspect_err(|error| self.log_unrecorded(error)).ok()
    }

    fn log_unrecorded(&self, error: &StorageError) {
        tracing::warn!(connection = self.name(), %error, "a change is not in the journal of the index");
    }
}

fn entry_of(object: &PatchedObject, changed_at: OffsetDateTime) -> JournalEntry {
    let (kind, id, organisation_id, fields): (_, _, _, &FieldValues) = match object {
        PatchedObject::Organisation(one) => (ObjectKind::Organisation, &one.id, None, &one.fields),
        PatchedObject::Client(one) => (ObjectKind::OAuthClient, &one.id, one.organisation_id.clone(), &one.fields),
    };
    JournalEntry { kind, id: id.clone(), organisation_id, fields: fields.clone(), changed_at }
}

fn journalled(entry: JournalEntry) -> Journalled {
    let JournalEntry { kind, id, organisation_id, fields, changed_at } = entry;
    let object = match kind {
        ObjectKind::Organisation => PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }),
        ObjectKind::OAuthClient => {
            PatchedObject::Client(OAuthClient { id, organisation_id, fields, unknown: Vec::new() })
        }
    };
    (object, changed_at)
}
