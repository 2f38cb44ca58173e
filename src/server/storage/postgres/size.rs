//! How much room a PostgreSQL database takes on its server.

use async_trait::async_trait;

use super::PostgresStore;
use crate::server::storage::{DatabaseSize, SizeStore, StorageError};

#[async_trait]
impl SizeStore for PostgresStore {
    async fn size(&self) -> Result<DatabaseSize, StorageError> {
        let bytes: i64 =
            sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(&self.pool).await?;
        Ok(DatabaseSize { parts: vec![("database", u64::try_from(bytes).unwrap_or_default())], free: None })
    }
}
