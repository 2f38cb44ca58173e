//! What a connection's index takes in of other replicas: their changes, and the snapshots of the one that leads.

use std::sync::atomic::Ordering;
use std::time::Duration;

use time::OffsetDateTime;

use super::connection_index::Index;
use super::keeping::Loaded;
use crate::server::storage::{ReadAgain, StorageError};

/// How often those who follow are told that everything was read again.
const TOLD_EVERY: Duration = Duration::from_secs(5);

impl Index {
    /// Whether another replica refreshes it from now on: then this one tells nobody what others change, and keeps nothing.
    pub fn set_read_by_another(&self, another: bool) {
        self.lists.model.is_read_by_another.store(another, Ordering::Relaxed);
    }

    /// Whether another replica refreshes it.
    pub(super) fn is_read_by_another(&self) -> bool {
        self.lists.model.is_read_by_another.load(Ordering::Relaxed)
    }

    /// Takes in what other replicas have changed since this was done last. Whether there was anything.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn take_in_changes(&self) -> Result<bool, StorageError> {
        let Some(keeping) = self.keeping.get().filter(|keeping| keeping.is_shared) else {
            return Ok(false);
        };
        let mut until = self.followed.until().await;
        let changes = keeping.after(*until).await?;
        let mut is_new = false;
        for (position, (object, at)) in changes {
            *until = position;
            if !self.followed.is_own(position) && !self.lists.model.has_newer(&object, at) {
                is_new = true;
                self.take_in(object, at);
            }
        }
        Ok(is_new)
    }

    /// Serves from the snapshot that another replica has kept, unless what is known is as new. Whoever begins to lead takes it
    /// in either way: what changed since is told by them alone.
    pub async fn take_up_again(&self, in_either_way: bool) {
        let Some(keeping) = self.keeping.get() else {
            return;
        };
        // What is being built of older lists must not come after it.
        let _none_is_built = self.lists.model.building.lock().await;
        let Some(Loaded { view, changes, version }) = keeping.load(self.lists.model.judging.load_full()).await else {
            return;
        };
        if in_either_way || view.read_at > self.view().read_at {
            self.serve(view, changes);
        }
        self.followed.note_snapshot(version);
    }

    /// Tells those who follow when what was kept last was read again, so that what does not change does not grow old there.
    pub(super) async fn tell_read_again(&self) {
        let Some(keeping) = self.keeping.get().filter(|keeping| keeping.is_shared) else {
            return;
        };
        if self.is_read_by_another() {
            return;
        }
        let (mut kept, now) = (self.kept.lock().await, self.clock.moment());
        let Some((kept, read)) = kept.as_mut().and_then(|kept| kept.read_again(&self.view()).map(|read| (kept, read)))
        else {
            return;
        };
        if kept.told.is_some_and(|(at, told)| told == read || !at.after(TOLD_EVERY).is_past(now)) {
            return;
        }
        match keeping.snapshots.tell_read_again(&keeping.connection, read).await {
            Ok(()) => kept.told = Some((now, read)),
            Err(error) => {
                tracing::warn!(connection = keeping.connection, %error, "other replicas are not told what was read again");
            }
        }
    }

    /// Notes that the replica that leads has read again what is in a snapshot, and that nothing of it has changed.
    pub async fn note_read_again(&self, read: ReadAgain) {
        if !self.followed.has_snapshot(read.version) {
            self.take_up_again(false).await;
        }
        let Ok(read_at) = OffsetDateTime::from_unix_timestamp(read.organisations.into()) else {
            return;
        };
        if self.followed.has_snapshot(read.version) {
            self.lists.model.note_read_again(read_at, read.clients);
            self.note_organisations(&self.view(), read_at);
        }
    }

    /// Has everything read again because somebody wants that: from here, and by the replica that leads. Whether it will be.
    pub fn refresh_everywhere(&self) -> bool {
        let is_begun = self.refresh();
        if let Some(keeping) = self.keeping.get().filter(|_| is_begun && self.is_read_by_another()).cloned() {
            tokio::spawn(async move {
                if let Err(error) = keeping.snapshots.ask_to_refresh(&keeping.connection).await {
                    tracing::warn!(connection = keeping.connection, %error, "the replica that leads is not asked to refresh");
                }
            });
        }
        is_begun
    }
}
