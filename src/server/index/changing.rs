//! What a connection's index takes in of changes that are made from here, or may have been.

use std::sync::atomic::Ordering;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;

use super::connection_index::Index;
use super::objects::PatchedObject;
use super::staged::seconds;
use crate::domain::object::ObjectKind;
use crate::server::oneid::cut_value;

/// How long a change from here waits until it is in the journal.
const RECORD_WAIT: Duration = Duration::from_millis(500);

impl Index {
    /// Takes in an object that was changed or created from here. Every page has it from now on; a read that is under way
    /// does not count, because it may have begun before the change. A change that could not be recorded in the audit log is
    /// not written to the journal at once either: a database that is away would keep the person waiting again. It is in the next
    /// snapshot, and in the journal later where there are replicas.
    pub async fn changed(&self, object: PatchedObject, is_recorded: bool) {
        let (object, now) = (as_listed(object), self.clock.now());
        self.take_in(object.clone(), now);
        let Some(keeping) = self.keeping.get() else {
            return;
        };
        let recorded = async { if is_recorded { keeping.record(&object, now).await } else { None } };
        // A database that is busy does not keep the person waiting who made the change.
        if let Ok(Some(position)) = timeout(RECORD_WAIT, recorded).await {
            self.followed.note_own(position);
            return;
        }
        self.is_unrecorded.store(true, Ordering::Relaxed);
        if keeping.is_shared {
            tokio::spawn(keeping.clone().record_at_last(object, now));
        }
    }

    /// Has every page show an object that was changed from here or from another replica.
    pub(super) fn take_in(&self, object: PatchedObject, at: OffsetDateTime) {
        match &object {
            PatchedObject::Organisation(_) => self.lists.organisations.expire(&()),
            PatchedObject::Client(client) => match &client.organisation_id {
                Some(id) => self.lists.clients.expire(id),
                None => self.lists.clients.forget_all(),
            },
        }
        self.lists.model.change(object, at);
    }

    /// Forgets that the list of organisations is known, because it may have been changed from here. Never waits; a read
    /// that is under way does not count, because it may have begun before the change.
    pub fn forget_organisations(&self) {
        self.lists.model.state().ours.doubt(None, seconds(self.clock.now()));
        self.lists.organisations.forget(&());
    }

    /// The same for the clients of one organisation; for those of all when nobody knows whose.
    pub fn forget_clients(&self, organisation_id: Option<&str>) {
        let now = seconds(self.clock.now());
        if let Some(id) = organisation_id.map(str::to_owned) {
            self.lists.clients.forget(&id);
            self.lists.model.state().ours.doubt(Some(id), now);
        } else {
            self.lists.clients.forget_all();
            self.lists.model.state().ours.doubt_clients(now);
        }
    }

    /// Notes that a list may show a change from here until some moment, although nobody knows whether it was made: what was
    /// read before it is not compared with what is read next. Whose clients they are may not be known.
    pub fn doubt(&self, kind: ObjectKind, organisation_id: Option<&str>, until: OffsetDateTime) {
        let mut state = self.lists.model.state();
        match (kind, organisation_id) {
            (ObjectKind::Organisation, _) => state.ours.doubt(None, seconds(until)),
            (ObjectKind::OAuthClient, Some(id)) => state.ours.doubt(Some(id.to_owned()), seconds(until)),
            (ObjectKind::OAuthClient, None) => state.ours.doubt_clients(seconds(until)),
        }
    }
}

/// An object as a list has it, where long texts are cut: a whole one would be told as changed when the list is read.
fn as_listed(mut object: PatchedObject) -> PatchedObject {
    let (kind, fields) = match &mut object {
        PatchedObject::Organisation(organisation) => (ObjectKind::Organisation, &mut organisation.fields),
        PatchedObject::Client(client) => (ObjectKind::OAuthClient, &mut client.fields),
    };
    for field in kind.fields() {
        let listed = fields.get(field.name).cloned().map(cut_value);
        fields.set(field.name, listed);
    }
    object
}
