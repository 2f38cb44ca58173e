//! Whether the tables of the log are those that the migrations make: whoever changes what they mean, or drops what keeps
//! them as they are, is found.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::server::storage::StorageError;

/// Type, name and definition of everything that belongs to the log.
pub(super) const DEFINITIONS: &str = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
     WHERE tbl_name GLOB 'audit_*' OR name GLOB 'audit_*'
     ORDER BY type, name";

/// The number of the last migration that was run.
pub(super) const VERSION: &str = "SELECT max(version) FROM _sqlx_migrations";

/// Type, name and definition of a table, an index, a view or a trigger.
pub(super) type Definition = (String, String, String);

/// What the migrations of this version make.
#[derive(Clone, Debug)]
pub struct ExpectedSchema {
    pub(super) definitions: Vec<Definition>,
    /// The number of the last one.
    pub(super) version: i64,
}

/// What the migrations of this version make.
///
/// # Errors
/// When they fail.
pub async fn expected_schema() -> Result<ExpectedSchema, StorageError> {
    let mut database = SqliteConnectOptions::new().in_memory(true).connect().await?;
    sqlx::migrate!("migrations/sqlite")
        .run(&mut database)
        .await
        .map_err(|error| StorageError::Database(error.into()))?;
    let definitions = sqlx::query_as(DEFINITIONS).fetch_all(&mut database).await?;
    let version = sqlx::query_scalar(VERSION).fetch_one(&mut database).await?;
    database.close().await?;
    Ok(ExpectedSchema { definitions, version })
}

/// The first table, index, view or trigger of the log that is not as it is expected; `None` when all are.
pub(super) fn difference(expected: &[Definition], found: &[Definition]) -> Option<String> {
    let missing = expected.iter().find(|definition| !found.contains(definition));
    let differing = missing.or_else(|| found.iter().find(|definition| !expected.contains(definition)));
    differing.map(|(kind, name, _)| format!("the {kind} {name}"))
}
