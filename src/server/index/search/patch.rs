//! Own changes since the index was built: whole objects that are new or stand in for a document.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::subject::Subject;
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::readiness::Verdict;
use crate::server::index::source::Source;

/// Own changes since the index was built. Each query looks at every object of it, so it stays small: at some thousand
/// objects it is time to build anew. Cheap to clone. It belongs to the source that it was made with.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    organisations: Patched<Organisation>,
    clients: Patched<OAuthClient>,
}

/// The patched objects of one kind.
#[derive(Clone, Debug)]
struct Patched<T> {
    objects: Vec<Arc<T>>,
    subjects: Subjects,
}

/// The patched objects of one kind as searches look at them.
#[derive(Clone, Debug, Default)]
pub(super) struct Subjects {
    list: Vec<Arc<Subject>>,
    by_id: HashMap<String, u32>,
    /// The documents that they stand in for.
    pub(super) hidden: RoaringBitmap,
}

impl<T> Default for Patched<T> {
    fn default() -> Self {
        Self { objects: Vec::new(), subjects: Subjects::default() }
    }
}

impl<T> Patched<T> {
    fn put(&mut self, source: &impl Source, object: T, subject: Subject) {
        let (object, subject) = (Arc::new(object), Arc::new(subject));
        if let Some(document) = source.find(subject.kind, &subject.id) {
            self.subjects.hidden.insert(document);
        }
        let place = self.subjects.place(&subject.id);
        let known = place.and_then(|place| Some((self.objects.get_mut(place)?, self.subjects.list.get_mut(place)?)));
        if let Some((known_object, known_subject)) = known {
            (*known_object, *known_subject) = (object, subject);
        } else {
            let place = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
            self.subjects.by_id.insert(subject.id.clone(), place);
            self.subjects.list.push(subject);
            self.objects.push(object);
        }
    }

    fn get(&self, place: u32) -> Option<&T> {
        self.objects.get(place as usize).map(Arc::as_ref)
    }
}

impl Subjects {
    fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|place| *place as usize)
    }

    /// The object with an ID.
    pub(super) fn find(&self, id: &str) -> Option<&Subject> {
        self.list.get(self.place(id)?).map(Arc::as_ref)
    }

    /// The object at a place.
    pub(super) fn get(&self, place: u32) -> Option<&Subject> {
        self.list.get(place as usize).map(Arc::as_ref)
    }

    /// All of them with their places, in the order in which they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Subject)> {
        (0..).zip(self.list.iter().map(Arc::as_ref))
    }
}

impl Patch {
    /// Adds an organisation, in place of the one with the same ID. `changed_at` is in seconds since 1970. When one that
    /// has something below it gets another parent, the index must be built anew instead.
    pub fn put_organisation(&mut self, source: &impl Source, organisation: Organisation, changed_at: Option<u32>) {
        let subject = Subject::of_organisation(&organisation, changed_at);
        self.organisations.put(source, organisation, subject);
    }

    /// Adds a client, in place of the one with the same ID. `changed_at` is in seconds since 1970.
    pub fn put_client(&mut self, source: &impl Source, client: OAuthClient, changed_at: Option<u32>) {
        let subject = Subject::of_client(&client, changed_at);
        self.clients.put(source, client, subject);
    }

    /// Notes what the readiness rules find of a patched object.
    pub fn put_verdict(&mut self, kind: ObjectKind, id: &str, verdict: Verdict) {
        let subjects = match kind {
            ObjectKind::Organisation => &mut self.organisations.subjects,
            ObjectKind::OAuthClient => &mut self.clients.subjects,
        };
        let place = subjects.place(id);
        if let Some(subject) = place.and_then(|place| subjects.list.get_mut(place)) {
            Arc::make_mut(subject).verdict = verdict;
        }
    }

    /// The patched organisations, in the order in which they came.
    pub fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.objects.iter().map(Arc::as_ref)
    }

    /// The patched clients, in the order in which they came.
    pub fn clients(&self) -> impl Iterator<Item = &OAuthClient> {
        self.clients.objects.iter().map(Arc::as_ref)
    }

    /// The organisation at a place that a hit names.
    pub fn organisation(&self, place: u32) -> Option<&Organisation> {
        self.organisations.get(place)
    }

    /// The client at a place that a hit names.
    pub fn client(&self, place: u32) -> Option<&OAuthClient> {
        self.clients.get(place)
    }

    /// The place of the object with an ID, when it was changed.
    pub fn find(&self, kind: ObjectKind, id: &str) -> Option<u32> {
        self.subjects(kind).by_id.get(id).copied()
    }

    /// When the object at a place was last changed, in seconds since 1970.
    pub fn changed_at(&self, kind: ObjectKind, place: u32) -> Option<u32> {
        self.subjects(kind).get(place)?.changed_at
    }

    /// The values of the object at a place: see [`Subject::values`].
    pub fn values(&self, kind: ObjectKind, place: u32, facet: Facet) -> &[String] {
        self.subjects(kind).get(place).map_or(&[], |subject| subject.values(facet))
    }

    /// How many objects there are, of both kinds.
    pub fn len(&self) -> usize {
        self.organisations.objects.len() + self.clients.objects.len()
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn subjects(&self, kind: ObjectKind) -> &Subjects {
        match kind {
            ObjectKind::Organisation => &self.organisations.subjects,
            ObjectKind::OAuthClient => &self.clients.subjects,
        }
    }
}
