//! What is known of one list before it is compared with what was read.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use time::OffsetDateTime;

use super::model::Model;
use super::objects::PackedList;
use super::own_changes::OwnChange;
use super::staged::seconds;
use super::view::View;
use crate::domain::object::ObjectKind;

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

/// What must not be told as the change of somebody else.
#[derive(Debug, Default)]
pub(super) struct Ours {
    /// The objects that were changed from here since their list was read, with the organisation of a client.
    changed: HashMap<(ObjectKind, String), Option<String>>,
    /// Lists that were perhaps changed from here, with when that was, in seconds since 1970.
    doubtful: HashMap<Option<String>, u32>,
    /// When the clients of some organisation were perhaps changed from here, and nobody knows of which.
    all_doubtful: u32,
}

impl Ours {
    /// Notes an object that was changed from here.
    pub(super) fn changed(&mut self, change: &OwnChange) {
        let (kind, id) = change.key();
        self.changed.insert((kind, id.to_owned()), change.owner().map(str::to_owned));
    }

    /// Notes that the answer to a change was lost: what the list shows next may be ours.
    pub(super) fn doubt(&mut self, owner: Option<String>, now: u32) {
        self.doubtful.insert(owner, now);
    }

    /// The same for the clients of all organisations.
    pub(super) fn doubt_clients(&mut self, now: u32) {
        self.all_doubtful = now;
    }

    /// Forgets what concerns a list, because it was read.
    pub(super) fn read(&mut self, owner: Option<&str>) {
        self.changed.retain(|(kind, _), of| !is_in(*kind, of.as_deref(), owner));
        self.doubtful.remove(&owner.map(str::to_owned));
    }

    fn is_doubtful(&self, owner: Option<&str>, last_read: u32) -> bool {
        let since = self.doubtful.get(&owner.map(str::to_owned)).copied();
        since.is_some_and(|since| last_read <= since) || (owner.is_some() && last_read <= self.all_doubtful)
    }

    fn ids_in(&self, owner: Option<&str>) -> HashSet<String> {
        let those = self.changed.iter().filter(|((kind, _), of)| is_in(*kind, of.as_deref(), owner));
        those.map(|((_, id), _)| id.clone()).collect()
    }
}

/// Whether an object is in the list of the organisations, or in that of an organisation's clients.
fn is_in(kind: ObjectKind, owner_of_it: Option<&str>, owner: Option<&str>) -> bool {
    match kind {
        ObjectKind::Organisation => owner.is_none(),
        ObjectKind::OAuthClient => owner.is_some() && owner_of_it == owner,
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
            (None, Some(owner)) => clients_read_at(&view, owner),
        };
        let last_read = last_read.filter(|at| !state.ours.is_doubtful(owner, seconds(*at)));
        let connection = self.observer.get().map(|(connection, _)| connection.clone()).unwrap_or_default();
        Known { view, staged, last_read, own: state.ours.ids_in(owner), connection }
    }
}

fn clients_read_at(view: &View, owner: &str) -> Option<OffsetDateTime> {
    let document = view.objects.find(ObjectKind::Organisation, owner)?;
    let read_at = view.objects.list_read_at(document);
    OffsetDateTime::from_unix_timestamp(read_at.into()).ok().filter(|_| read_at > 0)
}
