//! What a restart is served from: a snapshot of the view, and the changes that were made from here since.

use std::io::{self, Read, Write};
use std::sync::{Arc, Weak};
use std::time::Duration;

use time::OffsetDateTime;

use super::judging::Judging;
use super::objects::{Objects, PatchedObject};
use super::search::{Patch, StoredIndex};
use super::sent_fields::SentFields;
use super::staged::seconds;
use super::view::View;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::clock::Moment;
use crate::server::storage::{
    IndexJournal, IndexSnapshotStore, JournalEntry, JournalPosition, ReadAgain, SnapshotVersion, SnapshotWriter,
    StorageError,
};

/// What a snapshot begins with; the last byte is the version.
const HEADER: [u8; 8] = *b"pdview\0\x04";

/// How long a change waits that is not in the journal.
const NEXT_ATTEMPT: Duration = Duration::from_secs(5);
/// How often it is tried to record it: longer than a partner's list is old, nobody needs it.
const MOST_ATTEMPTS: u32 = 60;

/// Where the index of a connection is kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// The connection's name.
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
                tracing::warn!(connection = self.connection, %error, "the kept index cannot be read");
                return if matches!(error, StorageError::Snapshot(_)) { Ok(None) } else { Err(error) };
            }
        };
        let view = match tokio::task::spawn_blocking(move || read(&bytes, &judging)).await {
            Ok(Ok(view)) => view,
            Ok(Err(error)) => {
                tracing::warn!(connection = self.connection, %error, "the kept index is of no use");
                return Ok(None);
            }
            // The task ends early when the server does.
            Err(_) => return Ok(None),
        };
        let journal = self.journal.journal(&self.connection).await.inspect_err(|error| {
            tracing::warn!(connection = self.connection, %error, "the changes since the kept index cannot be read");
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
            tracing::warn!(connection = self.connection, %error, "the changes of other replicas cannot be read");
        });
        Ok(changes?.into_iter().map(|(position, entry)| (position, journalled(entry))).collect())
    }

    /// Records an object that was changed from here, until it is. What a replica that follows has changed is in none of its own
    /// snapshots: the others would not have it before they read it from the partner.
    pub(super) async fn record_at_last(self, object: PatchedObject, at: OffsetDateTime) {
        for _ in 0..MOST_ATTEMPTS {
            tokio::time::sleep(NEXT_ATTEMPT).await;
            if self.record(&object, at).await.is_some() {
                return;
            }
        }
    }

    /// Records an object that was changed from here, and where. A failure is logged: the next refresh has the change from the
    /// partner.
    pub(super) async fn record(&self, object: &PatchedObject, at: OffsetDateTime) -> Option<JournalPosition> {
        let (kind, id, organisation_id, fields): (_, _, _, &FieldValues) = match object {
            PatchedObject::Organisation(one) => (ObjectKind::Organisation, &one.id, None, &one.fields),
            PatchedObject::Client(one) => (ObjectKind::OAuthClient, &one.id, one.organisation_id.clone(), &one.fields),
        };
        let entry = JournalEntry { kind, id: id.clone(), organisation_id, fields: fields.clone(), changed_at: at };
        let recorded = self.journal.record(&self.connection, &entry).await.inspect_err(|error| {
            tracing::warn!(connection = self.connection, %error, "a change is not in the journal of the index");
        });
        recorded.ok()
    }
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

fn written(view: &View) -> io::Result<Vec<u8>> {
    let mut objects = Vec::new();
    view.objects.write(&mut objects)?;
    let mut bytes = Vec::new();
    bytes.write_all(&HEADER)?;
    bytes.write_all(&view.read_at.map_or(0, OffsetDateTime::unix_timestamp).to_le_bytes())?;
    let sent = serde_json::to_vec(&*view.sent).map_err(io::Error::other)?;
    bytes.write_all(&(sent.len() as u64).to_le_bytes())?;
    bytes.write_all(&sent)?;
    bytes.write_all(&(objects.len() as u64).to_le_bytes())?;
    bytes.append(&mut objects);
    view.search.write(&mut bytes)?;
    Ok(bytes)
}

fn read(bytes: &[u8], judging: &Judging) -> Result<View, Box<dyn std::error::Error + Send + Sync>> {
    let mut rest = bytes;
    let (mut header, mut number) = (HEADER, [0; 8]);
    rest.read_exact(&mut header)?;
    if header != HEADER {
        return Err("it is of another version".into());
    }
    rest.read_exact(&mut number)?;
    let read_at = i64::from_le_bytes(number);
    let sent = Arc::new(serde_json::from_slice(section(&mut rest)?)?);
    let objects = section(&mut rest)?;
    // Nothing is answered before both are there, and each takes about as long as the other.
    let (objects, search) = std::thread::scope(|scope| {
        let search = scope.spawn(|| StoredIndex::read(rest));
        (Objects::read(objects), search.join())
    });
    let objects = Arc::new(objects?);
    let search = search.map_err(|_| "reading it failed")??;
    let search = Arc::new(search.of(&*objects)?);
    let read_at = OffsetDateTime::from_unix_timestamp(read_at).ok().filter(|_| read_at > 0);
    let readiness = Arc::new(judging.judge(&objects, &Patch::default()));
    Ok(View { objects, search, patch: Arc::default(), readiness, sent, fragments: Arc::default(), read_at })
}

/// The next part of a snapshot, behind its length.
fn section<'a>(rest: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let mut number = [0; 8];
    rest.read_exact(&mut number)?;
    let length = usize::try_from(u64::from_le_bytes(number)).map_err(io::Error::other)?;
    let (section, after) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = after;
    Ok(section)
}
