//! Objects as a file of our own, so that a restart need not read them from the partner again.
//!
//! A header with a version, then one compressed stream of columns with a checksum. What can be worked out from the
//! rest is not in it. Nothing in a snapshot is believed: what does not fit together is an error.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use zstd::stream::{read::Decoder, write::Encoder};

use super::changed::Changed;
use super::columns::{ColumnReader, ColumnWriter};
use super::owners::Owners;
use super::rows::Rows;
use super::snapshot_error::SnapshotError;
use super::snapshot_rows::{read_rows, write_rows};
use super::store::Objects;
use super::tree::Tree;
use crate::domain::object::ObjectKind;

/// What a snapshot begins with; the last byte is the version.
const HEADER: [u8; 8] = *b"pdobjs\0\x01";
/// The fastest level: the next ones take longer and save little.
const LEVEL: i32 = 1;
/// The largest snapshot that is read, in bytes after decompression: five times what a million clients take.
const LARGEST: u64 = 1 << 30;
/// The most memory that decompression may ask for, as a power of two.
const WINDOW: u32 = 23;
/// The number that stands for no organisation.
const NONE: u32 = u32::MAX;

impl Objects {
    /// Writes a snapshot. It has the known fields alone, so no secret can be in it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, into: &mut impl Write) -> io::Result<()> {
        into.write_all(&HEADER)?;
        let mut encoder = Encoder::new(into, LEVEL)?;
        encoder.include_checksum(true)?;
        let mut columns = ColumnWriter(encoder);
        write_rows(&self.organisations, &mut columns)?;
        let organisations = 0..self.organisations.count();
        columns.numbers(organisations.map(|organisation| self.parent(organisation).unwrap_or(NONE)))?;
        write_rows(&self.clients, &mut columns)?;
        columns.numbers(self.owners.starts().iter().copied())?;
        for organisation_id in self.owners.strays() {
            columns.number(u64::from(organisation_id.is_some()))?;
            columns.bytes(organisation_id.as_deref().unwrap_or_default().as_bytes())?;
        }
        for kind in ObjectKind::ALL {
            columns.numbers(self.changed(kind).iter().map(|(document, _)| document))?;
            columns.numbers(self.changed(kind).iter().map(|(_, at)| at))?;
        }
        columns.numbers(self.lists_read_at.iter().map(|at| at.load(Ordering::Relaxed)))?;
        columns.0.finish()?.flush()
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// When it is of another version, damaged, or larger than any that would be of use.
    pub fn read(mut from: impl Read) -> Result<Self, SnapshotError> {
        let mut header = HEADER;
        from.read_exact(&mut header)?;
        if header != HEADER {
            return Err(SnapshotError::OtherVersion);
        }
        let mut decoder = Decoder::new(from)?;
        decoder.window_log_max(WINDOW)?;
        let mut columns = ColumnReader(decoder.take(LARGEST));
        let objects = read_objects(&mut columns)?;
        // The checksum stands at the end.
        if columns.0.read(&mut [0])? != 0 {
            return Err(SnapshotError::Damaged);
        }
        Ok(objects)
    }
}

fn read_objects(columns: &mut ColumnReader<impl Read>) -> Result<Objects, SnapshotError> {
    let mut organisations = read_rows(ObjectKind::Organisation, columns)?;
    let parents = columns.numbers()?.into_iter().map(|parent| Some(parent).filter(|parent| *parent != NONE));
    let tree = Tree::of(&parents.collect::<Vec<_>>()).ok_or(SnapshotError::Damaged)?;
    if tree.count() != organisations.count() || !organisations.is_sound(|document| tree.parent(document).is_some()) {
        return Err(SnapshotError::Damaged);
    }
    let mut clients = read_rows(ObjectKind::OAuthClient, columns)?;
    if !clients.is_sound(|_| false) {
        return Err(SnapshotError::Damaged);
    }
    let owners = read_owners(columns, &organisations, &clients)?;
    let organisations_changed = read_changed(columns, &organisations)?;
    let clients_changed = read_changed(columns, &clients)?;
    let lists_read_at: Box<[AtomicU32]> = columns.numbers()?.into_iter().map(AtomicU32::new).collect();
    if lists_read_at.len() != organisations.shapes.len() {
        return Err(SnapshotError::Damaged);
    }
    Ok(Objects {
        organisations: Arc::new(organisations),
        tree: Arc::new(tree),
        clients: Arc::new(clients),
        owners: Arc::new(owners),
        second_lists: Arc::default(),
        organisations_changed,
        clients_changed,
        lists_read_at,
    })
}

fn read_owners(
    columns: &mut ColumnReader<impl Read>,
    organisations: &Rows,
    clients: &Rows,
) -> Result<Owners, SnapshotError> {
    let starts = columns.numbers()?;
    let known = starts.last().copied().unwrap_or_default();
    let strays = clients.count().checked_sub(known).ok_or(SnapshotError::Damaged)?;
    if starts.len() != organisations.shapes.len() + 1 {
        return Err(SnapshotError::Damaged);
    }
    let mut organisation_ids = Vec::new();
    for _ in 0..strays {
        let is_said = columns.number()? == 1;
        organisation_ids.push(Some(columns.text()?).filter(|_| is_said));
    }
    Owners::of(starts, organisation_ids).ok_or(SnapshotError::Damaged)
}

fn read_changed(columns: &mut ColumnReader<impl Read>, rows: &Rows) -> Result<Changed, SnapshotError> {
    let (documents, times) = (columns.numbers()?, columns.numbers()?);
    if documents.len() != times.len() || documents.iter().any(|document| *document >= rows.count()) {
        return Err(SnapshotError::Damaged);
    }
    Ok(Changed::of(documents.into_iter().zip(times)))
}
