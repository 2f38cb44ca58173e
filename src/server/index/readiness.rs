//! Which objects break which readiness rules: what lists are narrowed by.

use roaring::RoaringBitmap;

use crate::domain::object::ObjectKind;
use crate::domain::readiness::{READINESS_VALUES, Verdict};

/// The documents that have each of [`READINESS_VALUES`], of one state of the objects.
#[derive(Debug, Default)]
pub struct Readiness {
    organisations: Documents,
    clients: Documents,
}

/// The documents of a kind, by the place of the value.
#[derive(Debug, Default)]
struct Documents([RoaringBitmap; READINESS_VALUES.len()]);

impl Readiness {
    /// Notes what was found of a document.
    pub(super) fn put(&mut self, kind: ObjectKind, document: u32, verdict: Verdict) {
        let Documents(documents) = match kind {
            ObjectKind::Organisation => &mut self.organisations,
            ObjectKind::OAuthClient => &mut self.clients,
        };
        for place in verdict.places() {
            if let Some(documents) = documents.get_mut(place) {
                documents.insert(document);
            }
        }
    }

    /// The values with the documents that have each of them.
    pub fn values(&self, kind: ObjectKind) -> impl Iterator<Item = (&'static str, &RoaringBitmap)> {
        let Documents(documents) = match kind {
            ObjectKind::Organisation => &self.organisations,
            ObjectKind::OAuthClient => &self.clients,
        };
        READINESS_VALUES.into_iter().zip(documents)
    }

    /// The memory that it takes, in bytes.
    pub fn heap_size(&self) -> usize {
        let documents = |kind: ObjectKind| self.values(kind).map(|(_, documents)| documents.serialized_size());
        ObjectKind::ALL.into_iter().flat_map(documents).sum()
    }
}
