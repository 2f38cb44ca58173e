//! What a connection's index takes in of other replicas: their changes, and the snapshots of the one that leads.

use std::sync::atomic::Ordering;

use super::connection_index::Index;
use crate::server::storage::StorageError;

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
        let Some((view, changes)) = keeping.load(self.lists.model.judging.load_full()).await else {
            return;
        };
        if in_either_way || view.read_at > self.view().read_at {
            self.serve(view, changes);
        }
    }
}
