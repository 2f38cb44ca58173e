//! Reads a whole log, from its beginning to its end and as it is at one moment: nothing is migrated, and nothing is written.
//!
//! It is read without sqlx: that hands each value from one thread to another, which took most of the time.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::leaves::LeafReader;
use super::schema::{self, ExpectedSchema};
use super::{append, tree};
use crate::server::storage::rows::audit::{FROM, OUTCOME};
use crate::server::storage::sqlite::pool::CACHE;
use crate::server::storage::{StorageError, Subtree, TreeHead};

/// The most that SQLite maps of a file, in bytes, as it is built by default.
const MOST_MAPPED: u32 = 0x7fff_0000;

/// What the log says is open.
const OPEN_OBSERVATIONS: &str = "WITH answers AS (
        SELECT connection, object_kind, object_id, answers FROM audit_intents AS i
        WHERE answers IS NOT NULL AND (action = 'accept'
            OR EXISTS (SELECT 1 FROM audit_completions AS c WHERE c.intent_id = i.id AND c.outcome = 'applied')
            OR EXISTS (SELECT 1 FROM audit_resolutions AS r WHERE r.intent_id = i.id AND r.outcome = 'applied')))
    SELECT id FROM audit_intents AS o WHERE action = 'observed' AND NOT EXISTS (SELECT 1 FROM answers AS a
        WHERE a.connection = o.connection AND a.object_kind = o.object_kind AND a.object_id = o.object_id
            AND o.id <= a.answers)";

/// By how many rows the silenced rules differ from what the log says last of each. A row whose entry was removed on purpose
/// says what the log said then.
const DIFFERING_RULES: &str = "WITH rules AS (
        SELECT i.id, i.action, i.connection, i.object_kind, i.object_id, i.intended_at,
            (SELECT value ->> 'after' FROM json_each(i.changes) WHERE value ->> 'field' = 'rule') AS rule,
            (SELECT value ->> 'after' FROM json_each(i.changes) WHERE value ->> 'field' = 'reason') AS reason
        FROM audit_intents AS i WHERE i.action IN ('rule_silenced', 'rule_unsilenced')
    ), last AS (
        SELECT *, max(id) FROM rules GROUP BY connection, object_kind, object_id, rule
    ), expected AS (
        SELECT connection, object_kind, object_id, rule, reason, intended_at, id FROM last
        WHERE action = 'rule_silenced' AND connection IS NOT NULL AND object_id IS NOT NULL AND rule IS NOT NULL
            AND reason IS NOT NULL
    ), kept AS (
        SELECT connection, object_kind, object_id, rule, reason, silenced_at, intent_id FROM audit_silenced_rules
        WHERE (SELECT pruned FROM audit_head) = 0 OR intent_id >= (SELECT min(id) FROM audit_intents)
    )
    SELECT count(*) FROM (
        SELECT * FROM (SELECT * FROM expected EXCEPT SELECT * FROM kept)
        UNION ALL SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM expected))";

/// By how many the clients of which nothing was changed since the sandbox differ from what the log says. Where the entries of a
/// promotion were removed on purpose, the row says what the log said then.
const DIFFERING_CLIENTS: &str = "WITH candidates AS (
        SELECT DISTINCT connection, object_id FROM audit_intents NOT INDEXED
        WHERE object_kind = 'oauth_client' AND instr(changes, '\"is_production\"') > 0
    ), made AS (
        SELECT c.* FROM candidates AS o
        CROSS JOIN audit_changes_of_clients AS c ON c.connection = o.connection AND c.object_id = o.object_id
        JOIN audit_intents AS i ON i.id = c.id
        WHERE c.of_note > 0 AND (i.action = 'observed'
            OR EXISTS (SELECT 1 FROM audit_completions AS d WHERE d.intent_id = c.id AND d.outcome = 'applied')
            OR EXISTS (SELECT 1 FROM audit_resolutions AS r WHERE r.intent_id = c.id AND r.outcome = 'applied'))
    ), expected AS (
        SELECT connection, object_id, id FROM (SELECT *, max(id) FROM made GROUP BY connection, object_id)
        WHERE of_note = 1 AND turns_production_on
    ), kept AS (
        SELECT connection, object_id, intent_id FROM audit_promoted_clients WHERE is_unchanged
            AND ((SELECT pruned FROM audit_head) = 0 OR intent_id >= (SELECT min(id) FROM audit_intents))
    )
    SELECT count(*) FROM (
        SELECT * FROM (SELECT * FROM expected EXCEPT SELECT * FROM kept)
        UNION ALL SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM expected))";

/// How many entries a derived list has too many or too few, by the query for those that it should have.
fn differing(list: &str, expected: &str) -> String {
    format!(
        "WITH expected (id) AS ({expected}) SELECT count(*) FROM (
             SELECT * FROM (SELECT id FROM expected EXCEPT SELECT intent_id FROM {list})
             UNION ALL SELECT * FROM (SELECT intent_id FROM {list} EXCEPT SELECT id FROM expected))"
    )
}

/// How the bytes of a database come to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileAccess {
    /// By a call for each page, which gives an error when the disk does.
    Calls,
    /// As memory of the program, which takes a seventh less time. When the disk fails, or somebody else cuts the file, the
    /// thread that reads gets SIGBUS and not an error, so only a program that does nothing else can read like this.
    Mapped,
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
    /// By how many the silenced rules differ from it.
    pub differing_rules: u64,
    /// By how many the clients of which nothing was changed since the sandbox differ from it.
    pub differing_clients: u64,
}

impl LogTables {
    /// Opens a database, or a copy of one, once and for as many readers, so that all of them see the same.
    ///
    /// # Errors
    /// When it cannot be read, or has no such log.
    pub fn at_one_moment(file: &Path, access: FileAccess, readers: usize) -> Result<(Self, Vec<Self>), StorageError> {
        let open = || connect(file, access).map(|database| Self { database });
        let (beside, log) = (open()?, open()?);
        let readers = (0..readers).map(|_| open()).collect::<Result<Vec<_>, _>>()?;
        // It is another one after each commit of somebody else.
        let version = || beside.database.query_row("PRAGMA data_version", (), |row| row.get::<_, i64>(0));
        loop {
            let before = version()?;
            readers.iter().chain([&log]).try_for_each(Self::begin)?;
            if version()? == before {
                return Ok((log, readers));
            }
            readers.iter().chain([&log]).try_for_each(|log| log.database.execute_batch("ROLLBACK"))?;
        }
    }

    /// From now on it is as it is at this moment.
    fn begin(&self) -> rusqlite::Result<()> {
        self.database.execute_batch("BEGIN")?;
        self.database.query_row(append::HEAD, (), |_| Ok(()))
    }

    /// The first thing that SQLite says against the whole database; `None` when it says nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn damage(&self) -> Result<Option<String>, StorageError> {
        let said: String = self.database.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
        Ok(Some(said).filter(|said| said != "ok"))
    }

    /// What is not as the migrations make it; `None` when all is.
    ///
    /// # Errors
    /// When it cannot be read, or another version of this program made it: then nobody can say here whether it was changed.
    pub fn schema_difference(&self, expected: &ExpectedSchema) -> Result<Option<String>, StorageError> {
        let mut statement = self.database.prepare(schema::DEFINITIONS)?;
        let found = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let difference = schema::difference(&expected.definitions, &found.collect::<Result<Vec<_>, _>>()?);
        // A file that says nothing of its version is none of any version.
        let version =
            self.database.query_row(schema::VERSION, (), |row| row.get::<_, Option<i64>>(0)).unwrap_or_default();
        match version.filter(|version| *version != expected.version) {
            Some(found) if difference.is_some() => Err(StorageError::OtherVersion { found, known: expected.version }),
            _ => Ok(difference),
        }
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

    /// A reader of its leaves.
    ///
    /// # Errors
    /// When the database does not have the tables.
    pub fn leaves(&self) -> Result<LeafReader<'_>, StorageError> {
        Ok(LeafReader::of(&self.database)?)
    }

    /// What the leaves are compared with in the end. Intents may be counted in an index: it has as many, or the database is
    /// damaged.
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
            differing_rules: count(DIFFERING_RULES)?,
            differing_clients: count(DIFFERING_CLIENTS)?,
        })
    }
}

fn connect(file: &Path, access: FileAccess) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(file, flags)?;
    database.pragma_update(None, "trusted_schema", false)?;
    // What is read once is not worth keeping, and the server checks a backup with what its other connections need.
    database.pragma_update(None, "cache_size", CACHE)?;
    if access == FileAccess::Mapped {
        database.pragma_update(None, "mmap_size", MOST_MAPPED)?;
    }
    Ok(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_checks_a_log_keeps_little_of_it_in_memory() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("test.db");
        Connection::open(&file).unwrap().execute_batch("CREATE TABLE any (id INTEGER)").unwrap();
        for access in [FileAccess::Calls, FileAccess::Mapped] {
            let cache = connect(&file, access).unwrap().pragma_query_value(None, "cache_size", |row| row.get(0));
            assert_eq!(cache, Ok(-500), "{access:?}");
        }
    }
}
