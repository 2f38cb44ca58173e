//! Which clients have a whole return URL. There can be millions of URLs, so only hashes of them are kept.

use roaring::RoaringBitmap;

use super::numbers::Numbers;
use crate::server::folding::fold;
use crate::server::index::source::Source;

/// The clients of each return URL, in the order of the hashes of the folded URLs.
#[derive(Debug, Default)]
pub(super) struct UrlTable {
    pub(super) hashes: Vec<u32>,
    /// The client of each hash.
    pub(super) documents: Numbers,
    /// The hashes that different URLs have. Of the others, what holds for one client holds for all.
    pub(super) shared: RoaringBitmap,
}

/// One return URL of one client while the table is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    document: u32,
    /// A longer hash of the URL as it is registered, by which different ones are told apart.
    exact: u64,
}

impl UrlTable {
    /// The return URLs of all clients.
    pub(super) fn build(source: &impl Source, clients: u32) -> Self {
        let mut entries = Vec::new();
        for document in 0..clients {
            for url in source.return_urls(document) {
                entries.push(Entry { hash: short_hash(&fold(url)), document, exact: hash(url) });
            }
        }
        entries.sort_unstable();
        entries.dedup();
        let mut shared = RoaringBitmap::new();
        for same in entries.chunk_by(|left, right| left.hash == right.hash) {
            if same
                .windows(2)
                .any(|pair| pair.iter().any(|entry| Some(entry.exact) != same.first().map(|first| first.exact)))
            {
                shared.extend(same.first().map(|first| first.hash));
            }
        }
        // A client with two URLs of the same hash stands here once for each; that does no harm.
        let documents: Vec<u32> = entries.iter().map(|entry| entry.document).collect();
        let hashes = entries.iter().map(|entry| entry.hash).collect();
        Self { hashes, documents: Numbers::of(&documents), shared }
    }

    /// The clients that have a URL as it is registered.
    pub(super) fn whole(&self, source: &impl Source, url: &str) -> RoaringBitmap {
        self.find(source, short_hash(&fold(url)), |known| known == url)
    }

    /// The clients that have a URL which is the same as a folded one when it is folded too.
    pub(super) fn folded(&self, source: &impl Source, folded: &str) -> RoaringBitmap {
        self.find(source, short_hash(folded), |known| fold(known) == folded)
    }

    fn find(&self, source: &impl Source, hash: u32, is_meant: impl Fn(&str) -> bool) -> RoaringBitmap {
        let start = self.hashes.partition_point(|known| *known < hash);
        let end = self.hashes.partition_point(|known| *known <= hash);
        let mut documents = self.documents.part(start..end).peekable();
        let has = |document: &u32| source.return_urls(*document).any(&is_meant);
        if self.shared.contains(hash) {
            documents.filter(has).collect()
        } else if documents.peek().is_some_and(has) {
            documents.collect()
        } else {
            RoaringBitmap::new()
        }
    }
}

/// A hash of a text that is the same on every machine.
pub(super) fn short_hash(text: &str) -> u32 {
    let hash = hash(text);
    u32::try_from((hash >> 32) ^ (hash & u64::from(u32::MAX))).unwrap_or_default()
}

/// FNV-1a: the same on every machine, because it is kept in snapshots. Who makes URLs with the same hash makes the
/// search for these slower, and finds the same.
fn hash(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A hash of a text and of what came before it, eight bytes at a time. It is the same on every machine.
pub(super) fn mixed(before: u64, bytes: &[u8]) -> u64 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    let mix = |hash: u64, number: u64| (hash.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = eights.iter().fold(before, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    mix(mix(hash, u64::from_le_bytes(last)), bytes.len() as u64)
}
