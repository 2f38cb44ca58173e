//! Reads the leaves of a whole log with their records, batch after batch, in memory that serves all of them.

use std::ops::Range;

use rusqlite::{Connection, Row, Rows, Statement};

use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};
use crate::server::storage::{KeptLeaf, KeptRecord, Record, RecordKind, StorageError};

/// Records are read one by one where a batch has only one of so many.
const SPARSE: u64 = 4;
/// The leaves from a place on, in their order.
const LEAVES: &str = "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves WHERE sequence >= ?
    ORDER BY sequence LIMIT ?";

/// A leaf as it is kept, in the memory of the batch that it was read with.
#[derive(Clone, Copy, Debug)]
pub struct BatchLeaf<'batch> {
    /// Its place in the tree.
    pub sequence: u64,
    /// What it says that it stands for: the kind of record, and the number of the entry.
    pub stands_for: (&'batch str, i64),
    /// What is hashed.
    pub envelope: &'batch [u8],
    /// The salts of its commitments.
    pub salts: &'batch [u8],
}

impl BatchLeaf<'_> {
    /// The leaf with its record, to be kept for longer than the batch.
    pub fn with(self, record: KeptRecord) -> KeptLeaf {
        let Self { sequence, stands_for: (kind, entry), envelope, salts } = self;
        KeptLeaf {
            sequence,
            stands_for: (kind.to_owned(), entry),
            // What is no text is no envelope, and neither is this.
            envelope: String::from_utf8(envelope.to_owned()).unwrap_or_default(),
            salts: salts.to_owned(),
            record,
        }
    }
}

/// Reads leaves. Its statements and its memory serve one batch after another.
#[derive(Debug)]
pub struct LeafReader<'log> {
    leaves: Statement<'log>,
    /// Of each kind, in the order of [`RecordKind::ALL`].
    records: Vec<Statement<'log>>,
    batch: Batch,
}

impl<'log> LeafReader<'log> {
    pub(super) fn of(database: &'log Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            leaves: database.prepare(LEAVES)?,
            records: RecordKind::ALL
                .into_iter()
                .map(|kind| database.prepare(records(kind)))
                .collect::<Result<_, _>>()?,
            batch: Batch::default(),
        })
    }

    /// Reads the leaves from a place on, at most so many, and gives what `look` makes of each with its record, in their
    /// order. It looks at one right after its record was read, so in another order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read<T>(
        &mut self,
        from: u64,
        most: usize,
        look: impl Fn(BatchLeaf<'_>, KeptRecord) -> T,
    ) -> Result<Vec<T>, StorageError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.batch.fill(self.leaves.query((from.cast_signed(), most))?)?;
        let mut seen: Vec<Option<T>> = self.batch.rows.iter().map(|_| None).collect();
        for (kind, statement) in RecordKind::ALL.into_iter().zip(&mut self.records) {
            let mut rows: Vec<_> =
                self.batch.rows.iter().zip(&mut seen).filter(|(row, _)| row.kind == Ok(kind)).collect();
            rows.sort_by_key(|(row, _)| row.entry);
            let batch = &self.batch;
            each_record(statement, kind, rows, |row, record| look(batch.leaf(row), record))?;
        }
        let rows = self.batch.rows.iter().zip(seen);
        Ok(rows.map(|(row, seen)| seen.unwrap_or_else(|| look(self.batch.leaf(row), KeptRecord::Missing))).collect())
    }
}

/// The rows of some leaves. Their envelopes lie one after another, and so do their salts.
#[derive(Debug, Default)]
struct Batch {
    rows: Vec<LeafRow>,
    envelopes: Vec<u8>,
    salts: Vec<u8>,
}

#[derive(Debug)]
struct LeafRow {
    sequence: u64,
    /// The text, where it is no kind that is known.
    kind: Result<RecordKind, String>,
    entry: i64,
    envelope: Range<usize>,
    salts: Range<usize>,
}

impl Batch {
    fn fill(&mut self, mut rows: Rows<'_>) -> rusqlite::Result<()> {
        self.rows.clear();
        self.envelopes.clear();
        self.salts.clear();
        while let Some(row) = rows.next()? {
            let kind = row.get_ref(1)?.as_str()?;
            self.rows.push(LeafRow {
                sequence: row.get::<_, i64>(0)?.unsigned_abs(),
                kind: RecordKind::from_code(kind).ok_or_else(|| kind.to_owned()),
                entry: row.get(2)?,
                envelope: append(&mut self.envelopes, row.get_ref(3)?.as_bytes()?),
                salts: append(&mut self.salts, row.get_ref(4)?.as_blob()?),
            });
        }
        Ok(())
    }

    fn leaf<'batch>(&'batch self, row: &'batch LeafRow) -> BatchLeaf<'batch> {
        let kind = row.kind.as_ref().map_or_else(String::as_str, |kind| kind.code());
        BatchLeaf {
            sequence: row.sequence,
            stands_for: (kind, row.entry),
            envelope: &self.envelopes[row.envelope.clone()],
            salts: &self.salts[row.salts.clone()],
        }
    }
}

/// Appends bytes to others, and says where.
fn append(all: &mut Vec<u8>, bytes: &[u8]) -> Range<usize> {
    let start = all.len();
    all.extend_from_slice(bytes);
    start..all.len()
}

/// Reads the records of leaves, which come in the order of their entries. The records lie beside each other, but for what
/// was completed long after it was begun.
fn each_record<T>(
    statement: &mut Statement<'_>,
    kind: RecordKind,
    mut leaves: Vec<(&LeafRow, &mut Option<T>)>,
    look: impl Fn(&LeafRow, KeptRecord) -> T,
) -> rusqlite::Result<()> {
    let (Some((first, _)), Some((last, _))) = (leaves.first(), leaves.last()) else { return Ok(()) };
    let (first, last) = (first.entry, last.entry);
    let mut read = |(first, last): (i64, i64), leaves: &mut [(&LeafRow, &mut Option<T>)]| {
        let (mut rows, mut waiting) = (statement.query((first, last))?, leaves.iter_mut().peekable());
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            while waiting.next_if(|(leaf, _)| leaf.entry < id).is_some() {}
            if let Some((leaf, seen)) = waiting.next_if(|(leaf, _)| leaf.entry == id) {
                **seen = Some(look(leaf, record(kind, row).map_or(KeptRecord::Unreadable, KeptRecord::There)));
            }
        }
        Ok(())
    };
    if last.abs_diff(first) < SPARSE * leaves.len() as u64 {
        return read((first, last), &mut leaves);
    }
    leaves.chunks_mut(1).try_for_each(|leaf| read((leaf[0].0.entry, leaf[0].0.entry), leaf))
}

/// The records of a kind from an entry up to another one.
const fn records(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Intent => "SELECT * FROM audit_intents WHERE id BETWEEN ? AND ? ORDER BY id",
        RecordKind::Completion => "SELECT * FROM audit_completions WHERE intent_id BETWEEN ? AND ? ORDER BY intent_id",
        RecordKind::Resolution => "SELECT * FROM audit_resolutions WHERE intent_id BETWEEN ? AND ? ORDER BY intent_id",
    }
}

/// A record; `None` when a column does not hold what this program writes.
fn record(kind: RecordKind, row: &Row<'_>) -> Option<Record> {
    match kind {
        RecordKind::Intent => IntentColumns::try_from(row).ok()?.record().ok(),
        RecordKind::Completion => CompletionColumns::try_from(row).ok()?.record().ok(),
        RecordKind::Resolution => ResolutionColumns::try_from(row).ok()?.record().ok(),
    }
}
