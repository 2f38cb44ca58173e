//! Where a patched object sits in the tree of organisations.

use super::patch::Patch;
use super::subject::Subject;
use crate::domain::object::ObjectKind;
use crate::server::index::source::Source;

/// The organisations that an object is, is below, or belongs to.
#[derive(Debug, Default)]
pub(super) struct Lineage<'a> {
    /// Those on the way up that were changed, up to one that has something below it.
    patched: Vec<&'a str>,
    /// The first one on the way up that is where the source has it.
    document: Option<u32>,
    /// Whether the way up comes back to where it was.
    is_circle: bool,
}

impl<'a> Lineage<'a> {
    /// Follows the parents of a patched object up to one that is where the source has it. A circle is followed once.
    pub(super) fn of(source: &impl Source, patch: &'a Patch, subject: &'a Subject) -> Self {
        let first = match subject.kind {
            ObjectKind::Organisation => Some(subject.id.as_str()),
            ObjectKind::OAuthClient => subject.above.as_deref(),
        };
        Self::up_from(source, patch, first)
    }

    /// Follows the parents of an organisation, itself included.
    pub(super) fn up_from(source: &impl Source, patch: &'a Patch, organisation_id: Option<&str>) -> Self {
        let organisations = patch.subjects(ObjectKind::Organisation);
        let mut lineage = Self::default();
        let mut next = organisation_id;
        while let Some(id) = next {
            let document = source.find(ObjectKind::Organisation, id);
            let patched = match organisations.find(id) {
                Some(patched) if document.is_none_or(|document| !stays(source, document)) => patched,
                _ => {
                    lineage.document = document;
                    break;
                }
            };
            if lineage.patched.len() > patch.len() {
                lineage.is_circle = true;
                break;
            }
            lineage.patched.push(&patched.id);
            next = patched.above.as_deref();
        }
        lineage
    }

    /// The IDs of those on the way up that were changed, the nearest first, up to the document.
    pub(super) fn patched(&self) -> &[&'a str] {
        &self.patched
    }

    /// The changed one at the top of the tree, when the way up ends there.
    pub(super) fn root(&self) -> Option<&'a str> {
        self.patched.last().copied().filter(|_| self.document.is_none() && !self.is_circle)
    }

    /// The first one on the way up that is where the source has it.
    pub(super) const fn document(&self) -> Option<u32> {
        self.document
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

/// Whether an organisation is where the source has it, whatever was changed: one that has something below it is not moved
/// by a patch.
fn stays(source: &impl Source, organisation: u32) -> bool {
    let below = |kind, own| source.below(kind, organisation).len() > own;
    below(ObjectKind::Organisation, 1) || below(ObjectKind::OAuthClient, 0)
}
