//! The beginning of a tree: its empty head is signed.

use sqlx::postgres::PgPool;

use super::tree;
use crate::server::storage::{Sealer, StorageError};

/// Signs the empty tree of a new database; refuses to go on with a tree that somebody else made.
pub(super) async fn begin(pool: &PgPool, sealer: &dyn Sealer) -> Result<(), StorageError> {
    let last = sealer.last();
    let mut present = tree::head(pool).await?;
    if present.size == 0 && present.checkpoint.is_empty() {
        // Of two replicas that start at once, one signs it.
        sqlx::query("UPDATE audit_head SET checkpoint = $1 WHERE size = 0 AND checkpoint = ''")
            .bind(sealer.begin().checkpoint)
            .execute(pool)
            .await?;
        present = tree::head(pool).await?;
    }
    Ok(sealer.check(&present, last.as_ref())?)
}
