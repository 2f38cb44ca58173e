//! Hostile strings, in objects and in questions.

use super::memory_source::MemorySource;
use crate::domain::object::ObjectKind;
use crate::server::index::search::{Hit, Patch};
use crate::server::index::source::Source;

/// Whether there is what was found.
pub(super) fn exists(source: &MemorySource, patch: &Patch, kind: ObjectKind, hit: Hit) -> bool {
    match hit {
        Hit::Document(document) => document < source.count(kind),
        Hit::Patched(place) => patch.subjects(kind).get(place).is_some(),
    }
}
