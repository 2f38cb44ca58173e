//! What is known of one list before it is compared with what was read.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use time::OffsetDateTime;

use super::model::Model;
use super::objects::{PackedList, PatchedObject};
use super::sent::Sent;
use super::staged::seconds;
use super::view::View;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;

/// What is known of one list.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) view: Arc<View>,
    /// The list as it was last read, while no view has it.
    staged: Option<Arc<PackedList>>,
    /// What was changed in it from here since, while no view has it.
    since: Vec<PatchedObject>,
    /// When it was last read; `None` when it never was, or when nobody shall be told what changed since.
    pub(super) last_read: Option<OffsetDateTime>,
    /// When a view that was kept was served last.
    pub(super) served_at: Option<OffsetDateTime>,
    /// The IDs of the objects in it that were changed from here since.
    pub(super) own: HashSet<String>,
    /// The changes that are being sent.
    pub(super) sent: Vec<Sent>,
    /// The name of the connection; empty while nobody wants to be told anything.
    pub(super) connection: String,
}

impl Known {
    /// The list: all organisations, or the clients of one.
    pub(super) fn list(&self, owner: Option<&str>) -> Cow<'_, PackedList> {
        match &self.staged {
            Some(list) if self.since.is_empty() => Cow::Borrowed(list),
            Some(list) => Cow::Owned(with_changes(list, &self.since)),
            None => Cow::Owned(self.view.list(owner)),
        }
    }
}

impl Known {
    /// The clients of an organisation as they were read last, with what was changed from here since. Of a large connection
    /// the view may not have them yet.
    pub(super) fn clients_of(&self, organisation_id: &str) -> Vec<OAuthClient> {
        match &self.staged {
            Some(_) => self.list(Some(organisation_id)).iter().map(|client| client.client(organisation_id)).collect(),
            None => self.view.clients_of(organisation_id),
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
        // A list that is read takes the place of what was changed in it before.
        let since = state.own.iter().filter(|change| staged.is_some() && change.is_in_the_list_of(owner));
        let since = since.map(|change| change.object.clone()).collect();
        let connection = self.observer.get().map(|(connection, _)| connection.clone()).unwrap_or_default();
        let (served_at, own, sent) = (state.served_at, state.ours.ids_in(owner), state.sent.clone());
        Known { view, staged, since, last_read, served_at, own, sent, connection }
    }
}

/// A list with the last change of each object in it.
fn with_changes(list: &PackedList, changes: &[PatchedObject]) -> PackedList {
    let mut newest: BTreeMap<&str, &FieldValues> = BTreeMap::new();
    for object in changes {
        let (id, fields) = match object {
            PatchedObject::Organisation(one) => (&one.id, &one.fields),
            PatchedObject::Client(one) => (&one.id, &one.fields),
        };
        newest.insert(id, fields);
    }
    let mut with_them = PackedList::new(list.kind());
    for object in list.iter() {
        let id = object.id();
        match newest.remove(id.as_str()) {
            Some(fields) => with_them.push_fields(&id, fields),
            None => with_them.push_fields(&id, &object.fields()),
        }
    }
    for (id, fields) in newest {
        with_them.push_fields(id, fields);
    }
    with_them
}
