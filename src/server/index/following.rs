//! What a connection's index takes in of other replicas: their changes, and the snapshots of the one that leads.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::connection_index::Index;
use super::keeping::{Kept, Loaded};
use super::staged::{Staged, seconds};
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
            // What one that follows was told of a reading says nothing of what it has missed.
            let was_read = !self.is_read_by_another() && self.lists.model.was_read_since(&object, at);
            let is_known = was_read || self.lists.model.has_newer(&object, at);
            if !self.followed.is_own(position) && !is_known {
                is_new = true;
                self.take_in(object, at);
            }
        }
        Ok(is_new)
    }

    /// Serves from the snapshot that another replica has kept, unless the organisations were read later from here than there. Both
    /// times are in whole seconds: where they are the same, the snapshot is right, because clients may have changed since. Whoever
    /// begins to lead takes it in either way: what changed since is told by them alone, and they tell from now on.
    ///
    /// # Errors
    /// When it cannot be read now, which is logged.
    pub async fn take_up_again(&self, in_either_way: bool) -> Result<(), StorageError> {
        let Some(keeping) = self.keeping.get() else {
            return Ok(());
        };
        // What is being built of older lists must not come after it.
        let _none_is_built = self.lists.model.building.lock().await;
        let loaded = keeping.load(self.lists.model.judging.load_full()).await?;
        let Some(Loaded { view, changes, version }) = loaded else {
            return Ok(());
        };
        if in_either_way {
            self.begin_anew();
        }
        let read_again = self.followed.heard(version);
        let holds_at = view.read_at.map(seconds).max(read_again.map(|read| read.organisations));
        if in_either_way || holds_at >= self.organisations_read_at() {
            self.followed.note_served(version, &view);
            self.serve(view, changes);
            self.renew_what_is_shown_older();
            if let Some(read) = read_again {
                self.raise_times(read);
            }
        }
        if in_either_way {
            // What was read from here was compared with what this replica knew, and told to nobody: it is read again.
            self.set_read_by_another(false);
            self.begin_anew();
            self.lists.model.state().staged = Staged::default();
        }
        Ok(())
    }

    /// Has the clients of organisations read again that were read from here later than those of the snapshot that is shown now. A list
    /// that no view has yet is in the next one.
    fn renew_what_is_shown_older(&self) {
        let (view, model) = (self.view(), &self.lists.model);
        self.lists.clients.renew_where(|id, read_at| {
            view.clients_read_at(id).map(seconds) < Some(seconds(read_at.wall)) && !model.is_waiting(id)
        });
    }

    /// Has every list read again, whatever is being read.
    fn begin_anew(&self) {
        self.lists.organisations.begin_anew();
        self.lists.clients.begin_anew();
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
        // What no view has yet, and what is not in the journal, comes with the next snapshot.
        let Some(view) = self.lists.model.settled().filter(|_| !self.is_unrecorded.load(Ordering::Relaxed)) else {
            return;
        };
        let is_due = |kept: &&mut Kept| kept.told.is_none_or(|(at, _)| at.after(TOLD_EVERY).is_past(now));
        let Some(kept) = kept.as_mut().filter(is_due) else {
            return;
        };
        let told = kept.told.map(|(_, told)| told);
        let Some(read) = kept.read_again(&view).filter(|read| Some(*read) != told) else {
            return;
        };
        match keeping.snapshots.tell_read_again(&keeping.connection, read).await {
            Ok(()) => kept.told = Some((now, read)),
            Err(error) => {
                tracing::warn!(connection = keeping.name(), %error, "other replicas are not told what was read again");
            }
        }
    }

    /// Notes that the replica that leads has read again what is in a snapshot, and that nothing of it has changed. A view of other
    /// objects gives way to the snapshot, unless it was read later.
    pub async fn note_read_again(&self, read: ReadAgain) {
        self.followed.hear(read);
        let (is_older, now) = (Some(read.organisations) < self.organisations_read_at(), self.clock.moment());
        if self.raise_times(read) || is_older || self.followed.is_useless(read.version, now) {
            return;
        }
        // What cannot be read is of no use now.
        let _ = self.take_up_again(false).await;
        if self.followed.served(read.version).is_none() {
            self.followed.note_useless(read.version, now);
        }
    }

    /// When the organisations of the view were read, in seconds since 1970. A time in the future is none: a clock was set back since,
    /// and every snapshot is newer.
    fn organisations_read_at(&self) -> Option<u32> {
        let now = seconds(self.clock.now());
        self.view().read_at.map(seconds).filter(|at| *at <= now)
    }

    /// Notes when a snapshot was read again, if the view has its objects. Whether it has.
    fn raise_times(&self, read: ReadAgain) -> bool {
        let Some(objects) = self.followed.served(read.version) else {
            return false;
        };
        let is_noted = self.lists.model.note_read_again(&objects, read, self.clock.now());
        let view = self.view();
        if let Some(read_at) = view.read_at.filter(|_| is_noted) {
            self.note_organisations(&view, read_at);
        }
        is_noted
    }

    /// Has everything read again because somebody wants that: from here, and by the replica that leads. Whether it will be.
    pub fn refresh_everywhere(&self) -> bool {
        let is_begun = self.refresh();
        if let Some(keeping) = self.keeping.get().filter(|_| is_begun && self.is_read_by_another()).cloned() {
            tokio::spawn(async move {
                if let Err(error) = keeping.snapshots.ask_to_refresh(&keeping.connection).await {
                    tracing::warn!(connection = keeping.name(), %error, "the replica that leads is not asked to refresh");
                }
            });
        }
        is_begun
    }
}
