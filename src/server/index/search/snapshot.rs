//! The index as a file of our own beside that of its source, so that a restart need not index everything again.
//!
//! A header with a version, then one compressed stream of columns with a checksum. What is quickly seen from the source
//! is not in it. Nothing in a snapshot is believed: what does not fit together, or not to the source, is an error.

use std::io::{self, Read, Write};

use zstd::stream::{read::Decoder, write::Encoder};

use super::SearchIndex;
use super::kind::{KindIndex, Parts};
use super::snapshot_parts::{read_parts, write_parts};
use super::subject::VALUE_FACETS;
use super::url_table::mixed;
use crate::domain::object::ObjectKind;
use crate::server::index::objects::SnapshotError;
use crate::server::index::objects::columns::{ColumnReader, ColumnWriter};
use crate::server::index::source::Source;

/// What a snapshot begins with; the last byte is the version. Another folding is another version too.
const HEADER: [u8; 8] = *b"pdfind\0\x02";
/// The fastest level: the next ones take longer and save little.
const LEVEL: i32 = 1;
/// The largest snapshot that is read, in bytes after decompression: ten times what a million clients take.
const LARGEST: u64 = 1 << 30;
/// The most memory that decompression may ask for, as a power of two.
const WINDOW: u32 = 23;
/// How many objects of a kind tell one source from another: looking at all of them takes as long as reading the index.
const LOOKED_AT: u32 = 4_096;

/// The index as a snapshot has it, before it is put together with the source that it was built of.
#[derive(Debug)]
pub struct StoredIndex {
    fingerprint: u64,
    organisations: (u32, Parts),
    clients: (u32, Parts),
}

impl SearchIndex {
    /// Writes a snapshot. It holds words of names and return URLs and the values of filters, and nothing else.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&HEADER)?;
        let mut encoder = Encoder::new(out, LEVEL)?;
        encoder.include_checksum(true)?;
        let mut columns = ColumnWriter(encoder);
        columns.number(self.fingerprint)?;
        columns.number(self.organisations.count.into())?;
        columns.number(self.clients.count.into())?;
        write_parts(&self.organisations, &mut columns)?;
        write_parts(&self.clients, &mut columns)?;
        columns.0.finish()?.flush()
    }

    /// Reads a snapshot of the index that was built of a source.
    ///
    /// # Errors
    /// When it is of another version, damaged, larger than any that would be of use, or of another source: then
    /// everything has to be indexed again.
    #[cfg(test)]
    pub(super) fn read(bytes: &[u8], source: &impl Source) -> Result<Self, SnapshotError> {
        StoredIndex::read(bytes)?.of(source)
    }
}

impl StoredIndex {
    /// Reads a snapshot. The source may be read at the same time.
    ///
    /// # Errors
    /// When it is of another version, damaged, or larger than any that would be of use.
    pub fn read(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let compressed = bytes.strip_prefix(&HEADER).ok_or(SnapshotError::OtherVersion)?;
        let mut decoder = Decoder::new(compressed)?;
        decoder.window_log_max(WINDOW)?;
        let mut columns = ColumnReader(decoder.take(LARGEST));
        let fingerprint = columns.number()?;
        let mut count = || u32::try_from(columns.number()?).map_err(|_| SnapshotError::Damaged);
        let counts = [count()?, count()?];
        let mut parts =
            |kind: ObjectKind, count: u32| Ok::<_, SnapshotError>((count, read_parts(&mut columns, kind, count)?));
        let index = Self {
            fingerprint,
            organisations: parts(ObjectKind::Organisation, counts[0])?,
            clients: parts(ObjectKind::OAuthClient, counts[1])?,
        };
        // The checksum stands at the end.
        if columns.0.read(&mut [0])? != 0 {
            return Err(SnapshotError::Damaged);
        }
        Ok(index)
    }

    /// The index together with the source that it was built of.
    ///
    /// # Errors
    /// When it was built of another one: then everything has to be indexed again.
    pub fn of(self, source: &impl Source) -> Result<SearchIndex, SnapshotError> {
        let kind = |kind: ObjectKind, (count, parts): (u32, Parts)| {
            let is_right = count == source.count(kind);
            is_right.then(|| KindIndex::of_parts(source, kind, parts)).ok_or(SnapshotError::Damaged)
        };
        // Told first, because it costs least.
        if self.fingerprint != fingerprint_of(source) {
            return Err(SnapshotError::Damaged);
        }
        Ok(SearchIndex {
            organisations: kind(ObjectKind::Organisation, self.organisations)?,
            clients: kind(ObjectKind::OAuthClient, self.clients)?,
            fingerprint: self.fingerprint,
        })
    }
}

/// What tells a source from others: a hash of what the parts in a snapshot were made of, of all objects or, where there are
/// very many, of some. It tells whether both belong together. That neither is damaged is told by the checksum of both.
pub(super) fn fingerprint_of(source: &impl Source) -> u64 {
    let mut hash = 0;
    for kind in ObjectKind::ALL {
        let count = source.count(kind);
        hash = mixed(hash, &count.to_le_bytes());
        let step = usize::try_from(count / LOOKED_AT + 1).unwrap_or(usize::MAX);
        for document in (0..count).step_by(step) {
            hash = mixed(hash, source.id(kind, document).as_bytes());
            hash = mixed(hash, source.name(kind, document).as_bytes());
            for facet in VALUE_FACETS.into_iter().filter(|facet| facet.applies_to(kind)) {
                // A sum, because values come in any order.
                let values = source.values(kind, document, facet).map(|value| mixed(0, value.as_bytes()));
                hash = mixed(hash, &values.fold(0_u64, u64::wrapping_add).to_le_bytes());
            }
            if kind == ObjectKind::OAuthClient {
                hash = source.return_urls(document).fold(hash, |hash, url| mixed(hash, url.as_bytes()));
            }
        }
    }
    hash
}
