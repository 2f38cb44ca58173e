//! Opens the database with the settings that a log needs, and refuses an SQLite that can corrupt it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use super::file;
use crate::server::storage::DatabaseError;

/// SQLite before this version can corrupt a WAL database when two connections write and
/// checkpoint at once (fixed in 3.51.3).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How much of a file each connection keeps in memory, in KiB, as SQLite's `cache_size` says it. Four connections keep 2 MB of the
/// database and 2 MB of the search index. By default it would be four times as much, which takes days to fill; the system
/// keeps what is read often anyway.
pub(super) const CACHE: &str = "-500";

/// Opens (and creates, if need be) the database of a `sqlite:FILE` URL, brings it to the present
/// schema, and reads the safety settings back.
///
/// # Errors
/// When the file cannot be opened, migrated, or does not keep its settings.
pub async fn open(url: &str) -> Result<SqlitePool, DatabaseError> {
    let pool = connect(url, true).await?;
    sqlx::migrate!("migrations/sqlite").run(&pool).await?;
    Ok(pool)
}

/// Opens a database as it is, and creates it where that is wanted and need be.
///
/// # Errors
/// When the file cannot be opened, or does not keep its settings.
pub async fn connect(url: &str, create: bool) -> Result<SqlitePool, DatabaseError> {
    let options = options(url)?
        .create_if_missing(create)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit is on disk when it returns, even when the power fails: the intent must not be lost.
        .synchronous(synchronous())
        // What is removed is overwritten: names that were erased, and entries that were kept long enough.
        .pragma("secure_delete", "ON")
        .pragma("cache_size", CACHE)
        .busy_timeout(Duration::from_secs(2));
    let file = options.get_filename();
    if file::restoring(file).exists() {
        return Err(DatabaseError::Restoring { file: file.to_owned() });
    }
    if create && !is_in_memory(url) {
        file::prepare(file);
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(2))
        // Closed ones would have to be opened again, and one that is open shows that a program uses the database.
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    check_version(&sqlx::query_scalar::<_, String>("SELECT sqlite_version()").fetch_one(&pool).await?)?;
    check_pragmas(&pool).await?;
    Ok(pool)
}

/// `FULL`. With less, a loss of power takes commits that were answered: a test shows that it would be found.
fn synchronous() -> SqliteSynchronous {
    #[cfg(feature = "failpoints")]
    if fail::eval("synchronous-normal", |_| ()).is_some() {
        return SqliteSynchronous::Normal;
    }
    SqliteSynchronous::Full
}

/// The file of a `sqlite:FILE` URL.
///
/// # Errors
/// When it is not such a URL.
pub fn file_of(url: &str) -> Result<PathBuf, DatabaseError> {
    Ok(options(url)?.get_filename().to_owned())
}

fn options(url: &str) -> Result<SqliteConnectOptions, DatabaseError> {
    let wrong_url = || DatabaseError::Url { url: url.to_owned() };
    if !url.starts_with("sqlite:") {
        return Err(wrong_url());
    }
    SqliteConnectOptions::from_str(url).map_err(|_| wrong_url())
}

/// A database that is gone with the program has no file.
fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn check_version(found: &str) -> Result<(), DatabaseError> {
    let mut parts = found.split('.').map(|part| part.parse().unwrap_or(0));
    let version = [0; 3].map(|_: u32| parts.next().unwrap_or(0));
    if version < OLDEST_SQLITE {
        return Err(DatabaseError::TooOld { found: found.to_owned() });
    }
    Ok(())
}

async fn check_pragmas(pool: &SqlitePool) -> Result<(), DatabaseError> {
    let journal_mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await?;
    if journal_mode != "wal" {
        return Err(DatabaseError::Pragma { pragma: "journal_mode = WAL", found: journal_mode });
    }
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(pool).await?;
    if synchronous != self::synchronous() as i64 {
        return Err(DatabaseError::Pragma { pragma: "synchronous = FULL", found: synchronous.to_string() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_that_can_corrupt_the_log_is_refused() {
        for version in ["3.51.2", "3.46.0", "2.99.99", "nonsense"] {
            assert!(matches!(check_version(version), Err(DatabaseError::TooOld { .. })), "{version}");
        }
        for version in ["3.51.3", "3.52.0", "4.0"] {
            assert!(check_version(version).is_ok(), "{version}");
        }
    }

    #[tokio::test]
    async fn no_connection_keeps_much_of_the_file_in_memory() {
        let directory = tempfile::tempdir().unwrap();
        let pool = open(&format!("sqlite:{}", directory.path().join("test.db").display())).await.unwrap();
        let mut connections = Vec::new();
        while connections.len() < 4 {
            let mut connection = pool.acquire().await.unwrap();
            let cache: i64 = sqlx::query_scalar("PRAGMA cache_size").fetch_one(&mut *connection).await.unwrap();
            assert_eq!(cache, -500);
            connections.push(connection);
        }
    }

    #[tokio::test]
    async fn no_connection_waits_for_a_lock_that_counts_the_memory_of_all() {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let options: Vec<String> = sqlx::query_scalar("PRAGMA compile_options").fetch_all(&pool).await.unwrap();
        assert!(options.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "{options:?}");
        assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }

    #[tokio::test]
    async fn a_new_database_is_created_and_migrated_and_opens_again() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("new.db").display());
        for _ in 0..2 {
            let pool = open(&url).await.unwrap();
            let count: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_intents").fetch_one(&pool).await.unwrap();
            assert_eq!(count, 0);
            pool.close().await;
        }
    }

    #[tokio::test]
    async fn a_database_of_an_older_version_keeps_its_entries_and_its_sessions() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("old.db");
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let old = SqlitePool::connect_with(options).await.unwrap();
        let mut migrator = sqlx::migrate!("migrations/sqlite");
        migrator.migrations.to_mut().truncate(3);
        migrator.run(&old).await.unwrap();
        for statement in [
            "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_role, actor_groups, request_id,
                 action, connection, environment, object_kind, object_name, changes)
             VALUES ('2026-01-01T12:00:00.000Z', 'ada', 'Ada', 'admin', '[]', 'r-1', 'create', 'sandbox', 'sandbox',
                 'organisation', 'Meridian', '[]')",
            "INSERT INTO sessions (id_hash, data, created_at, last_used_at)
             VALUES (x'00', '{\"owner\":{\"subject\":\"ada\"},\"drafts\":[1],\"flashes\":[2]}', 1, 2)",
        ] {
            sqlx::query(statement).execute(&old).await.unwrap();
        }
        old.close().await;
        let pool = open(&format!("sqlite:{}", file.display())).await.unwrap();
        let name: String = sqlx::query_scalar("SELECT object_name FROM audit_intents").fetch_one(&pool).await.unwrap();
        let data: String = sqlx::query_scalar("SELECT data FROM sessions").fetch_one(&pool).await.unwrap();
        assert_eq!((name.as_str(), data.as_str()), ("Meridian", r#"{"owner":{"subject":"ada"}}"#));
    }

    #[tokio::test]
    async fn a_new_database_is_for_its_owner_alone_and_so_are_the_files_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("new.db");
        let pool = open(&format!("sqlite:{}", file.display())).await.unwrap();
        let mut names = Vec::new();
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600, "{entry:?}");
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, ["new.db", "new.db-shm", "new.db-wal"]);
        pool.close().await;
    }

    #[tokio::test]
    async fn a_database_without_a_file_makes_none() {
        for url in ["sqlite::memory:", "sqlite://?mode=memory"] {
            // It keeps no WAL, so it is refused all the same.
            assert!(matches!(open(url).await, Err(DatabaseError::Pragma { .. })), "{url}");
        }
        assert!(!std::path::Path::new(":memory:").exists() && !std::path::Path::new("file:sqlx-in-memory-0").exists());
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_an_error_and_not_a_panic() {
        assert!(open("sqlite:/nonexistent-directory/x.db").await.is_err());
        assert!(matches!(open("postgres://x").await, Err(DatabaseError::Url { .. })));
    }
}
