//! What was changed from here since the view was built.

use time::OffsetDateTime;

use super::objects::{ChangedAt, PatchedObject};
use super::search::Patch;
use super::source::Source as _;
use super::staged::seconds;
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::domain::readiness::ASKED_ABOVE;

/// An object that was changed or created from here.
#[derive(Clone, Debug)]
pub(super) struct OwnChange {
    pub(super) object: PatchedObject,
    pub(super) at: OffsetDateTime,
    /// Tells a change that a view was built with from one that came later.
    pub(super) number: u64,
}

impl OwnChange {
    /// Adds it to the changes of a view.
    pub(super) fn put_into(&self, patch: &mut Patch, view: &View) {
        let at = Some(seconds(self.at));
        match &self.object {
            PatchedObject::Organisation(organisation) => {
                patch.put_organisation(&*view.objects, organisation.clone(), at);
            }
            PatchedObject::Client(client) => patch.put_client(&*view.objects, client.clone(), at),
        }
    }

    /// Whether the object is in the list of the organisations, or in that of an organisation's clients.
    pub(super) fn is_in_the_list_of(&self, owner: Option<&str>) -> bool {
        match &self.object {
            PatchedObject::Organisation(_) => owner.is_none(),
            PatchedObject::Client(client) => owner.is_some() && client.organisation_id.as_deref() == owner,
        }
    }

    /// Which object it is.
    pub(super) fn key(&self) -> (ObjectKind, &str) {
        self.object.key()
    }

    /// The organisation of a client.
    pub(super) fn owner(&self) -> Option<&str> {
        match &self.object {
            PatchedObject::Organisation(_) => None,
            PatchedObject::Client(client) => client.organisation_id.as_deref(),
        }
    }

    /// Which object it is, and when it changed.
    pub(super) fn changed_at(&self) -> ChangedAt {
        let (kind, id) = self.key();
        ChangedAt { kind, id: id.to_owned(), at: seconds(self.at) }
    }

    /// Whether the readiness rules may find something else of what is below it.
    pub(super) fn is_judged_below(&self, view: &View) -> bool {
        let PatchedObject::Organisation(organisation) = &self.object else { return false };
        let Some(document) = view.objects.find(ObjectKind::Organisation, &organisation.id) else { return false };
        let has_below = view.objects.child_count(document) > 0 || view.objects.clients(document) > 0;
        has_below
            && view.organisation(&organisation.id).is_some_and(|known| {
                let is_same = |field: &&str| known.fields.get(field) == organisation.fields.get(field);
                !ASKED_ABOVE.iter().all(is_same)
            })
    }

    /// Whether the readiness rules may find something else of clients beside it: one that had its name before, or has it now.
    pub(super) fn is_judged_beside(&self, before: &View, now: &View) -> bool {
        let (kind, id) = self.key();
        let named = |view: &View| view.client(id).and_then(|client| client.fields.text("name").map(str::to_owned));
        kind == ObjectKind::OAuthClient
            && named(before) != named(now)
            && (before.client_has_twin(id) || now.client_has_twin(id))
    }

    /// Whether it moves something that has organisations or clients below it: then the order of a whole branch changes.
    pub(super) fn moves_a_branch(&self, view: &View) -> bool {
        let objects = &view.objects;
        match &self.object {
            PatchedObject::Organisation(organisation) => {
                objects.find(ObjectKind::Organisation, &organisation.id).is_some_and(|document| {
                    let parent = objects.parent(document).and_then(|parent| objects.organisation(parent));
                    parent.as_ref().map(|parent| parent.id.as_str()) != organisation.parent_id()
                })
            }
            PatchedObject::Client(_) => false,
        }
    }
}
