//! What is known of one list before it is compared with what was read.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use time::OffsetDateTime;

use super::model::Model;
use super::objects::PackedList;
use super::staged::seconds;
use super::view::View;

/// What is known of one list.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) view: Arc<View>,
    /// The list as it was last read, while no view has it.
    staged: Option<Arc<PackedList>>,
    /// When it was last read; `None` when it never was, or when nobody shall be told what changed since.
    pub(super) last_read: Option<OffsetDateTime>,
    /// The IDs of the objects in it that were changed from here since.
    pub(super) own: HashSet<String>,
    /// The name of the connection; empty while nobody wants to be told anything.
    pub(super) connection: String,
}

impl Known {
    /// The list: all organisations, or the clients of one.
    pub(super) fn list(&self, owner: Option<&str>) -> Cow<'_, PackedList> {
        match &self.staged {
            Some(list) => Cow::Borrowed(list),
            None => Cow::Owned(self.view.list(owner)),
        }
    }
}

impl Model {
    /// What is known of a list.
    pub(super) fn known(&self, owner: Option<&str>) -> Known {
        let state = self.state();
        let view = self.view();
        let newer = [&state.staged, &state.in_building].into_iter().find(|staged| staged.list(owner).is_some());
        let staged = newer.and_then(|staged| staged.list(owner).cloned());
        let last_read = match (newer.and_then(|staged| staged.read_at(owner)), owner) {
            (Some(read_at), _) => Some(read_at),
            (None, None) => view.read_at,
            (None, Some(owner)) => view.clients_read_at(owner),
        };
        let last_read = last_read.filter(|at| !state.ours.is_doubtful(owner, seconds(*at)));
        let connection = self.observer.get().map(|(connection, _)| connection.clone()).unwrap_or_default();
        Known { view, staged, last_read, own: state.ours.ids_in(owner), connection }
    }
}
