//! The search of a connection: which objects a question finds, in which order, and how many have what.
//!
//! The published rules stand in [`rules`]. What was built obeys them, and own changes since then are judged by them one
//! by one.

mod bits;
mod branches;
mod column_order;
mod counting;
mod cursor;
mod folded;
mod found;
mod hit;
mod judged;
mod kind;
mod lineage;
mod matching;
mod narrowing;
mod numbers;
mod order;
mod page;
mod patch;
mod place;
mod query;
mod question;
mod rows;
mod rules;
mod size;
mod snapshot;
mod snapshot_parts;
mod spelling;
mod subject;
mod tally;
mod terms;
mod terms_build;
#[cfg(test)]
mod tests;
mod url_table;
mod words;

pub use hit::Hit;
pub use patch::Patch;
pub use query::{Batch, Counted, Hits};
pub use question::{Question, Scope};
pub use snapshot::StoredIndex;

use self::kind::KindIndex;
use self::order::Order;
use self::snapshot::fingerprint_of;
use crate::domain::object::ObjectKind;
use crate::server::index::source::Source;

/// The index of all objects of a connection. It never changes; a [`Patch`] holds what has changed since it was built.
/// It has to be asked together with the source that it was built of.
#[derive(Debug)]
pub struct SearchIndex {
    organisations: KindIndex,
    clients: KindIndex,
    /// Of the source.
    fingerprint: u64,
}

impl SearchIndex {
    /// Indexes all objects of a source.
    pub fn build(source: &impl Source) -> Self {
        Self {
            organisations: KindIndex::build(source, ObjectKind::Organisation),
            clients: KindIndex::build(source, ObjectKind::OAuthClient),
            fingerprint: fingerprint_of(source),
        }
    }

    fn kind(&self, kind: ObjectKind) -> &KindIndex {
        match kind {
            ObjectKind::Organisation => &self.organisations,
            ObjectKind::OAuthClient => &self.clients,
        }
    }

    fn organisations_by_name(&self) -> &Order {
        &self.organisations.by_name
    }
}
