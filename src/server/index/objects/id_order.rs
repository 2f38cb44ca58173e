//! Documents in the order of their ids, so that an id is found without a table of its own.

use super::id::{Id, UuidBytes};

/// Documents in the order of their ids: those with UUIDs first.
#[derive(Debug, Default)]
pub(super) struct IdOrder {
    documents: Vec<u32>,
    /// How many of them have UUIDs.
    uuids: usize,
}

impl IdOrder {
    /// The order of so many documents.
    pub(super) fn of<'a>(count: u32, id: impl Fn(u32) -> Id<'a>) -> Self {
        let mut uuids: Vec<(UuidBytes, u32)> = Vec::with_capacity(count as usize);
        let mut texts: Vec<(&str, u32)> = Vec::new();
        for document in 0..count {
            match id(document) {
                Id::Uuid(bytes) => uuids.push((bytes, document)),
                Id::Text(text) => texts.push((text, document)),
            }
        }
        uuids.sort_unstable();
        texts.sort_unstable();
        let documents = uuids.iter().map(|(_, document)| *document).chain(texts.iter().map(|(_, document)| *document));
        Self { documents: documents.collect(), uuids: uuids.len() }
    }

    /// The document with an id. `at` says the id of a document.
    pub(super) fn find<'a>(&self, wanted: Id<'_>, at: impl Fn(u32) -> Id<'a>) -> Option<u32> {
        let (uuids, texts) = self.documents.split_at_checked(self.uuids)?;
        let among = if matches!(wanted, Id::Uuid(_)) { uuids } else { texts };
        let place = among.partition_point(|document| at(*document).compare(wanted).is_lt());
        among.get(place).copied().filter(|document| at(*document) == wanted)
    }

    /// Groups of documents that have the same id.
    pub(super) fn doubles<'a>(&self, at: impl Fn(u32) -> Id<'a>) -> Vec<Vec<u32>> {
        let groups = self.documents.chunk_by(|left, right| at(*left) == at(*right));
        groups.filter(|group| group.len() > 1).map(<[u32]>::to_vec).collect()
    }

    /// The memory that it takes, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        self.documents.capacity() * size_of::<u32>()
    }
}
