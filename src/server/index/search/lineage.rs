//! Where a patched object sits in the tree of organisations.

use super::patch::Patch;
use super::subject::Subject;
use crate::domain::object::ObjectKind;
use crate::server::index::source::Source;

/// The organisations that an object is, is below, or belongs to.
#[derive(Debug, Default)]
pub(super) struct Lineage<'a> {
    /// Those on the way up that were changed.
    patched: Vec<&'a str>,
    /// The first one on the way up that was not; the source knows what is above it.
    document: Option<u32>,
}

impl<'a> Lineage<'a> {
    /// Follows the parents of a patched object up to one that was not changed. A circle is followed once.
    pub(super) fn of(source: &impl Source, patch: &'a Patch, subject: &'a Subject) -> Self {
        let organisations = patch.subjects(ObjectKind::Organisation);
        let mut lineage = Self::default();
        let mut next = match subject.kind {
            ObjectKind::Organisation => Some(subject.id.as_str()),
            ObjectKind::OAuthClient => subject.above.as_deref(),
        };
        while let Some(id) = next {
            let Some(patched) = organisations.find(id) else {
                lineage.document = source.find(ObjectKind::Organisation, id);
                break;
            };
            if lineage.patched.len() > patch.len() {
                break;
            }
            lineage.patched.push(&patched.id);
            next = patched.above.as_deref();
        }
        lineage
    }

    /// Whether the organisation with an ID is among them.
    pub(super) fn is_within(&self, source: &impl Source, id: &str) -> bool {
        self.patched.contains(&id)
            || self.document.is_some_and(|document| {
                let organisation = source.find(ObjectKind::Organisation, id);
                organisation.is_some_and(|top| source.below(ObjectKind::Organisation, top).contains(&document))
            })
    }
}
