//! Reads a whole log, from its beginning to its end and as it is at one moment: nothing is migrated, and nothing is written.
//!
//! It is read without sqlx: that hands each value from one thread to another, which took most of the time.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

use super::columns::{CompletionColumns, IntentColumns, ResolutionColumns};
use super::list::{FROM, OUTCOME};
use super::schema::{self, Definition};
use super::{append, tree};
use crate::server::storage::{KeptLeaf, KeptRecord, Record, RecordKind, StorageError, Subtree, TreeHead};

/// KiB of the file that are kept in memory while the indices are looked through, which goes back and forth in it.
const CACHE: i32 = 64 * 1024;
/// Records are read one by one where a batch has only one of so many.
const SPARSE: u64 = 4;

/// What the log says is open.
const OPEN_OBSERVATIONS: &str = "WITH answers AS (
        SELECT connection, object_kind, object_id, answers FROM audit_intents AS i
        WHERE answers IS NOT NULL AND (action = 'accept'
            OR EXISTS (SELECT 1 FROM audit_completions AS c WHERE c.intent_id = i.id AND c.outcome = 'applied')
            OR EXISTS (SELECT 1 FROM audit_resolutions AS r WHERE r.intent_id = i.id AND r.outcome = 'applied')))
    SELECT id FROM audit_intents AS o WHERE action = 'observed' AND NOT EXISTS (SELECT 1 FROM answers AS a
        WHERE a.connection = o.connection AND a.object_kind = o.object_kind AND a.object_id = o.object_id
            AND o.id <= a.answers)";

/// How many entries a derived list has too many or too few, by the query for those that it should have.
fn differing(list: &str, expected: &str) -> String {
    format!(
        "WITH expected (id) AS ({expected}) SELECT count(*) FROM (
             SELECT * FROM (SELECT id FROM expected EXCEPT SELECT intent_id FROM {list})
             UNION ALL SELECT * FROM (SELECT intent_id FROM {list} EXCEPT SELECT id FROM expected))"
    )
}

/// A log that is only read, in one transaction: what is added meanwhile is not seen.
#[derive(Debug)]
pub struct LogTables {
    database: Connection,
}

/// Where a log begins, and what is kept of its tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogBeginning {
    /// The leaves before this one are gone on purpose.
    pub pruned: u64,
    /// The roots of the complete subtrees, by height and place.
    pub subtrees: Vec<Subtree>,
    /// The tree as it is, with its signed checkpoint.
    pub head: TreeHead,
}

/// What the leaves of a log are compared with when all have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogEnd {
    /// How many records there are, whether they have leaves or not.
    pub records: u64,
    /// How many of them are older than the tree and have no leaves yet.
    pub not_taken_over: u64,
    /// By how many the list of open observations differs from what the log says.
    pub differing_observations: u64,
    /// By how many the list of unknown outcomes differs from it.
    pub differing_outcomes: u64,
}

impl LogTables {
    fn open(file: &Path) -> Result<Self, StorageError> {
        let database = connect(file)?;
        database.execute_batch("BEGIN")?;
        // Now it is as it is at this moment.
        database.query_row(append::HEAD, (), |_| Ok(()))?;
        Ok(Self { database })
    }

    /// Opens a database, or a copy of one, once and for as many readers, so that all of them see the same.
    ///
    /// # Errors
    /// When it cannot be read, or has no such log.
    pub fn at_one_moment(file: &Path, readers: usize) -> Result<(Self, Vec<Self>), StorageError> {
        let beside = connect(file)?;
        // It is another one after each commit of somebody else.
        let version = || beside.query_row("PRAGMA data_version", (), |row| row.get::<_, i64>(0));
        loop {
            let before = version()?;
            let log = Self::open(file)?;
            let readers = (0..readers).map(|_| Self::open(file)).collect::<Result<_, _>>()?;
            if version()? == before {
                return Ok((log, readers));
            }
        }
    }

    /// The first thing that SQLite says against the whole database; `None` when it says nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn damage(&self) -> Result<Option<String>, StorageError> {
        self.database.pragma_update(None, "cache_size", -CACHE)?;
        let said: String = self.database.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
        Ok(Some(said).filter(|said| said != "ok"))
    }

    /// What is not as the migrations make it; `None` when all is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn schema_difference(&self, expected: &[Definition]) -> Result<Option<String>, StorageError> {
        let mut statement = self.database.prepare(schema::DEFINITIONS)?;
        let found = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(schema::difference(expected, &found.collect::<Result<Vec<_>, _>>()?))
    }

    /// What the leaves begin with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn beginning(&self) -> Result<LogBeginning, StorageError> {
        let number = |number: i64| number.unsigned_abs();
        let pruned = self.database.query_row(tree::PRUNED, (), |row| row.get(0).map(number))?;
        let head = self.database.query_row(append::HEAD, (), |row| {
            Ok(TreeHead { size: row.get(0).map(number)?, frontier: row.get(1)?, checkpoint: row.get(2)? })
        })?;
        let mut statement = self.database.prepare("SELECT height, place, root FROM audit_subtrees")?;
        let subtrees = statement.query_map((), |row| {
            let (height, place): (i64, i64) = (row.get(0)?, row.get(1)?);
            let root = row.get(2)?;
            let subtree = |height| Some(Subtree { height, place: u64::try_from(place).ok()?, root });
            Ok(u32::try_from(height).ok().and_then(subtree))
        })?;
        let subtrees = subtrees.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        Ok(LogBeginning { pruned, subtrees, head })
    }

    /// Reads the leaves from a place on in their order, at most so many.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn leaves(&self, from: u64, most: usize) -> Result<Vec<KeptLeaf>, StorageError> {
        let mut statement = self.database.prepare(
            "SELECT sequence, record, entry_id, envelope, salts FROM audit_leaves WHERE sequence >= ?
             ORDER BY sequence LIMIT ?",
        )?;
        let rows = statement.query_map((from.cast_signed(), i64::try_from(most).unwrap_or(i64::MAX)), |row| {
            Ok(KeptLeaf {
                sequence: row.get::<_, i64>(0)?.unsigned_abs(),
                stands_for: (row.get(1)?, row.get(2)?),
                envelope: row.get(3)?,
                salts: row.get(4)?,
                record: KeptRecord::Missing,
            })
        })?;
        let mut leaves = rows.collect::<Result<Vec<_>, _>>()?;
        for kind in RecordKind::ALL {
            let of_kind = leaves.iter_mut().filter(|leaf| leaf.stands_for.0 == kind.code());
            self.read_records(kind, of_kind.collect())?;
        }
        Ok(leaves)
    }

    /// Reads the records of leaves. They lie beside each other, but for what was completed long after it was begun.
    fn read_records(&self, kind: RecordKind, mut leaves: Vec<&mut KeptLeaf>) -> rusqlite::Result<()> {
        leaves.sort_unstable_by_key(|leaf| leaf.stands_for.1);
        let (Some(first), Some(last)) = (leaves.first(), leaves.last()) else { return Ok(()) };
        let (first, last) = (first.stands_for.1, last.stands_for.1);
        let mut statement = self.database.prepare(match kind {
            RecordKind::Intent => "SELECT * FROM audit_intents WHERE id BETWEEN ? AND ? ORDER BY id",
            RecordKind::Completion => {
                "SELECT * FROM audit_completions WHERE intent_id BETWEEN ? AND ? ORDER BY intent_id"
            }
            RecordKind::Resolution => {
                "SELECT * FROM audit_resolutions WHERE intent_id BETWEEN ? AND ? ORDER BY intent_id"
            }
        })?;
        let mut read = |(first, last): (i64, i64), leaves: &mut [&mut KeptLeaf]| {
            let (mut rows, mut waiting) = (statement.query((first, last))?, leaves.iter_mut().peekable());
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                while waiting.next_if(|leaf| leaf.stands_for.1 < id).is_some() {}
                if let Some(leaf) = waiting.next_if(|leaf| leaf.stands_for.1 == id) {
                    leaf.record = record(kind, row).map_or(KeptRecord::Unreadable, KeptRecord::There);
                }
            }
            Ok(())
        };
        if last.abs_diff(first) < SPARSE * leaves.len() as u64 {
            return read((first, last), &mut leaves);
        }
        leaves.chunks_mut(1).try_for_each(|leaf| read((leaf[0].stands_for.1, leaf[0].stands_for.1), leaf))
    }

    /// What the leaves are compared with in the end. The records may be counted in an index: it has as many, or the
    /// database is damaged.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn end(&self) -> Result<LogEnd, StorageError> {
        let count = |query: &str| self.database.query_row(query, (), |row| row.get(0).map(i64::unsigned_abs));
        let unknown = format!("SELECT i.id{FROM} WHERE {OUTCOME} = 'unknown'");
        Ok(LogEnd {
            records: count(
                "SELECT (SELECT count(*) FROM audit_intents) + (SELECT count(*) FROM audit_completions)
                     + (SELECT count(*) FROM audit_resolutions)",
            )?,
            not_taken_over: count("SELECT count(*) FROM audit_earlier_records")?,
            differing_observations: count(&differing("audit_open_observations", OPEN_OBSERVATIONS))?,
            differing_outcomes: count(&differing("audit_unknown_outcomes", &unknown))?,
        })
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(file, flags)?;
    database.pragma_update(None, "trusted_schema", false)?;
    Ok(database)
}

/// A record; `None` when a column does not hold what this program writes.
fn record(kind: RecordKind, row: &Row<'_>) -> Option<Record> {
    match kind {
        RecordKind::Intent => IntentColumns::try_from(row).ok()?.record().ok(),
        RecordKind::Completion => CompletionColumns::try_from(row).ok()?.record().ok(),
        RecordKind::Resolution => ResolutionColumns::try_from(row).ok()?.record().ok(),
    }
}
