//! The orders of the documents of a kind.

use super::numbers::Numbers;
use crate::domain::object::ObjectKind;
use crate::server::folding::name_key;
use crate::server::index::source::Source;

/// An ascending order of all documents.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The documents from the first to the last.
    pub(super) documents: Numbers,
    /// The place of each document among them.
    pub(super) ranks: Numbers,
}

impl Order {
    /// Documents as they are ordered. `None` unless each of them stands there once.
    pub(super) fn of(documents: Numbers) -> Option<Self> {
        let mut ranks = vec![u32::MAX; documents.len()];
        for (rank, document) in (0..).zip(documents.iter()) {
            let place = ranks.get_mut(document as usize)?;
            if std::mem::replace(place, rank) != u32::MAX {
                return None;
            }
        }
        Some(Self { documents, ranks: Numbers::of(&ranks) })
    }

    /// The place of a document.
    pub(super) fn rank(&self, document: u32) -> u32 {
        self.ranks.get(document as usize).unwrap_or_default()
    }
}

/// The names of all documents in one text, because a million small ones take several times as much.
struct NameKeys {
    text: String,
    starts: Vec<usize>,
}

impl NameKeys {
    fn of(source: &impl Source, kind: ObjectKind) -> Self {
        let count = source.count(kind);
        let mut keys = Self { text: String::new(), starts: vec![0] };
        for document in 0..count {
            keys.text.push_str(&name_key(source.name(kind, document)));
            keys.starts.push(keys.text.len());
        }
        keys
    }

    fn get(&self, document: u32) -> &[u8] {
        let start = self.starts.get(document as usize).copied().unwrap_or_default();
        let end = self.starts.get(document as usize + 1).copied().unwrap_or_default();
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }
}

/// The order of names.
pub(super) fn by_name(source: &impl Source, kind: ObjectKind) -> Order {
    let keys = NameKeys::of(source, kind);
    // Most names differ in their first sixteen bytes, which compare as one number.
    let mut sorted: Vec<(u128, u32)> = (0..source.count(kind))
        .map(|document| {
            let mut beginning = [0; 16];
            beginning.iter_mut().zip(keys.get(document)).for_each(|(place, byte)| *place = *byte);
            (u128::from_be_bytes(beginning), document)
        })
        .collect();
    sorted.sort_unstable_by(|left, right| {
        let names = || keys.get(left.1).cmp(keys.get(right.1));
        let ids = || source.id(kind, left.1).cmp(&source.id(kind, right.1));
        left.0.cmp(&right.0).then_with(names).then_with(ids)
    });
    drop(keys);
    let documents: Vec<u32> = sorted.into_iter().map(|(_, document)| document).collect();
    Order::of(Numbers::of(&documents)).unwrap_or_default()
}
