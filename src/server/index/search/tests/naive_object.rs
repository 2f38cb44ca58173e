//! Objects as the naive scan looks at them.

use super::memory_source::MemorySource;
use super::verdict_of;
use crate::domain::object::ObjectKind;
use crate::server::index::search::lineage::Lineage;
use crate::server::index::search::subject::Subject;
use crate::server::index::search::{Hit, Patch};
use crate::server::index::source::Source;

/// One object, as it is with all changes.
pub(super) struct Object<'a> {
    pub(super) hit: Hit,
    pub(super) subject: Subject,
    /// Where it is, when it was changed.
    lineage: Option<Lineage<'a>>,
}

/// All objects of a kind, with all changes.
pub(super) fn objects<'a>(source: &MemorySource, patch: &'a Patch, kind: ObjectKind) -> Vec<Object<'a>> {
    let subjects = patch.subjects(kind);
    let documents = (0..source.count(kind)).filter(|document| subjects.find(&source.id(kind, *document)).is_none());
    let documents = documents.map(|document| Object {
        hit: Hit::Document(document),
        subject: Subject {
            verdict: verdict_of(kind, &source.id(kind, document)),
            ..Subject::of_document(source, kind, document)
        },
        lineage: None,
    });
    let patched = subjects.iter().map(|(place, subject)| Object {
        hit: Hit::Patched(place),
        subject: subject.clone(),
        lineage: Some(Lineage::of(source, patch, subject)),
    });
    documents.chain(patched).collect()
}

impl Object<'_> {
    /// Whether it is the organisation with an ID, below it, or one of their clients.
    pub(super) fn is_within(&self, source: &MemorySource, id: &str) -> bool {
        let organisation = source.find(ObjectKind::Organisation, id);
        match (&self.lineage, self.hit) {
            (Some(lineage), _) => lineage.is_within(source, id),
            (None, Hit::Document(document)) => organisation
                .is_some_and(|organisation| source.below(self.subject.kind, organisation).contains(&document)),
            (None, Hit::Patched(_)) => false,
        }
    }
}
