//! Whether the tables of the log are those that the migrations make: whoever changes what they mean, or drops what keeps
//! them as they are, is found.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, SqliteExecutor};

use crate::server::storage::StorageError;

/// Type, name and definition of everything that belongs to the log.
const OBJECTS: &str = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
     WHERE tbl_name GLOB 'audit_*' OR name GLOB 'audit_*'
     ORDER BY type, name";

type Object = (String, String, String);

/// The first table, index, view or trigger of the log that is not as the migrations make it; `None` when all are.
pub(super) async fn difference(database: &mut SqliteConnection) -> Result<Option<String>, StorageError> {
    let mut expected = SqliteConnectOptions::new().in_memory(true).connect().await?;
    sqlx::migrate!().run(&mut expected).await.map_err(|error| StorageError::Database(error.into()))?;
    let (expected_objects, found) = (objects(&mut expected).await?, objects(database).await?);
    expected.close().await?;
    let missing = expected_objects.iter().find(|object| !found.contains(object));
    let differing = missing.or_else(|| found.iter().find(|object| !expected_objects.contains(object)));
    Ok(differing.map(|(kind, name, _)| format!("the {kind} {name}")))
}

async fn objects(database: impl SqliteExecutor<'_>) -> Result<Vec<Object>, StorageError> {
    Ok(sqlx::query_as(OBJECTS).fetch_all(database).await?)
}
