//! When objects were last changed here, or seen to have changed elsewhere: known of few of them.

use std::collections::BTreeMap;

/// Documents with seconds since 1970, in the order of the documents.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed(Vec<(u32, u32)>);

impl Changed {
    /// The times of these documents; the latest where one has several.
    pub(super) fn of(times: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut latest = BTreeMap::<u32, u32>::new();
        for (document, at) in times {
            let known = latest.entry(document).or_default();
            *known = at.max(*known);
        }
        Self(latest.into_iter().collect())
    }

    /// When a document was changed.
    pub(super) fn at(&self, document: u32) -> Option<u32> {
        let place = self.0.binary_search_by_key(&document, |(document, _)| *document).ok()?;
        self.0.get(place).map(|(_, at)| *at)
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.0.iter().copied()
    }

    /// The memory that they take, in bytes.
    pub(super) const fn heap_size(&self) -> usize {
        self.0.capacity() * size_of::<(u32, u32)>()
    }
}
