//! IDs and values that are another text when they are folded. Everything else is found without folding it.

use super::numbers::Numbers;
use super::terms::TermIndex;
use super::url_table::short_hash;
use crate::domain::object::ObjectKind;
use crate::server::folding::fold;
use crate::server::index::source::Source;

/// The IDs and values of one kind that are another text when they are folded.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The hashes of folded IDs, sorted: at some partners all of a million IDs are in capitals.
    pub(super) id_hashes: Vec<u32>,
    /// The document of each hash.
    pub(super) id_documents: Numbers,
    /// The folded values with the place of their facet and their number, sorted.
    pub(super) values: Vec<(String, u32, u32)>,
}

impl Folded {
    pub(super) fn of(source: &impl Source, kind: ObjectKind, values: &[TermIndex; 4]) -> Self {
        let mut ids: Vec<(u32, u32)> = Vec::new();
        for document in 0..source.count(kind) {
            let id = source.id(kind, document);
            let folded = fold(&id);
            if folded != *id {
                ids.push((short_hash(&folded), document));
            }
        }
        ids.sort_unstable();
        let mut folded_values = Vec::new();
        for (facet, index) in (0..).zip(values) {
            for (number, value) in (0..index.len()).filter_map(|number| Some((number, index.term(number)?))) {
                let folded = fold(&value);
                if folded != value {
                    folded_values.push((folded, facet, number));
                }
            }
        }
        folded_values.sort_unstable();
        folded_values.shrink_to_fit();
        let documents: Vec<u32> = ids.iter().map(|(_, document)| *document).collect();
        Self {
            id_hashes: ids.iter().map(|(hash, _)| *hash).collect(),
            id_documents: Numbers::of(&documents),
            values: folded_values,
        }
    }

    /// The documents of a kind whose ID becomes a text when it is folded.
    pub(super) fn documents(&self, source: &impl Source, kind: ObjectKind, folded: &str) -> impl Iterator<Item = u32> {
        let hash = short_hash(folded);
        let start = self.id_hashes.partition_point(|known| *known < hash);
        let end = self.id_hashes.partition_point(|known| *known <= hash);
        let documents = self.id_documents.part(start..end);
        documents.filter(move |document| fold(&source.id(kind, *document)) == folded)
    }

    /// The values that become a text when they are folded: the place of the facet, and the number there.
    pub(super) fn values(&self, folded: &str) -> impl Iterator<Item = (usize, u32)> {
        let start = self.values.partition_point(|(known, ..)| known.as_str() < folded);
        let values = self.values.iter().skip(start).take_while(move |(known, ..)| known == folded);
        values.map(|(_, facet, number)| (*facet as usize, *number))
    }
}
