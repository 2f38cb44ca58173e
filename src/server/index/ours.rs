//! What a list may show that was changed from here: it must not be told as the change of somebody else.

use std::collections::{HashMap, HashSet};

use super::own_changes::OwnChange;
use crate::domain::object::ObjectKind;

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

    /// Forgets an object that was changed from here.
    pub(super) fn forget(&mut self, change: &OwnChange) {
        let (kind, id) = change.key();
        self.changed.remove(&(kind, id.to_owned()));
    }

    /// Notes that the answer to a change was lost: what the list shows next may be ours.
    pub(super) fn doubt(&mut self, owner: Option<String>, at: u32) {
        let since = self.doubtful.entry(owner).or_default();
        *since = at.max(*since);
    }

    /// The same for the clients of all organisations.
    pub(super) fn doubt_clients(&mut self, at: u32) {
        self.all_doubtful = at.max(self.all_doubtful);
    }

    /// Forgets what concerns a list, because it was read.
    pub(super) fn read(&mut self, owner: Option<&str>) {
        self.changed.retain(|(kind, _), of| !is_in(*kind, of.as_deref(), owner));
        self.doubtful.remove(&owner.map(str::to_owned));
    }

    /// Whether a list may show a change from here whose answer was lost, when it was last read at a time.
    pub(super) fn is_doubtful(&self, owner: Option<&str>, last_read: u32) -> bool {
        let since = self.doubtful.get(&owner.map(str::to_owned)).copied();
        since.is_some_and(|since| last_read <= since) || (owner.is_some() && last_read <= self.all_doubtful)
    }

    /// The IDs of the objects of a list that were changed from here.
    pub(super) fn ids_in(&self, owner: Option<&str>) -> HashSet<String> {
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
