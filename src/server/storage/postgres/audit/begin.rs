//! The beginning of a tree: its empty head is signed.

use sqlx::postgres::PgPool;

use super::tree;
use crate::server::storage::audit_tree::checked_head;
use crate::server::storage::{Sealer, StorageError, TreeHead};

/// Signs the empty tree of a new database; refuses to go on with a tree that somebody else made.
pub(super) async fn begin(pool: &PgPool, sealer: &dyn Sealer) -> Result<(), StorageError> {
    checked_head(sealer, begun(pool, sealer)).await.map(drop)
}

async fn begun(pool: &PgPool, sealer: &dyn Sealer) -> Result<TreeHead, StorageError> {
    let present = tree::head(pool).await?;
    if present.size == 0 && present.checkpoint.is_empty() {
        // Of two replicas that start at once, one signs it.
        sqlx::query("UPDATE audit_head SET checkpoint = $1 WHERE size = 0 AND checkpoint = ''")
            .bind(sealer.begin().checkpoint)
            .execute(pool)
            .await?;
        return tree::head(pool).await;
    }
    Ok(present)
}
