//! The index against a naive scan by the published rules.

mod data;
mod hostile;
mod later;
mod many;
mod measured;
mod memory_source;
mod naive;
mod naive_counts;
mod naive_object;
mod pages;
mod properties;
mod snapshots;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use crate::domain::object::ObjectKind;
use crate::domain::readiness::{BrokenRules, Verdict};
use crate::server::index::readiness::Readiness;
use crate::server::index::source::Source;

/// No object breaks a rule.
static UNJUDGED: LazyLock<Readiness> = LazyLock::new(Readiness::default);

/// What the rules are said to find of an object: something else of each.
fn verdict_of(kind: ObjectKind, id: &str) -> Verdict {
    let mut hash = DefaultHasher::new();
    id.hash(&mut hash);
    let hash = hash.finish();
    let codes = ["no_product", "name_twin", "disabled_above", "no_algorithm"].into_iter().enumerate();
    let broken = codes.filter(|(place, _)| hash >> place & 1 == 1).map(|(_, code)| BrokenRules::with_code(code));
    Verdict::of(kind, hash >> 8 & 1 == 1, broken.fold(BrokenRules::default(), BrokenRules::and))
}

/// The same of all documents.
fn judged(source: &impl Source) -> Readiness {
    let mut readiness = Readiness::default();
    for kind in ObjectKind::ALL {
        for document in 0..source.count(kind) {
            readiness.put(kind, document, verdict_of(kind, &source.id(kind, document)));
        }
    }
    readiness
}
