//! The connections to a database, which a program gives back when it ends.

use async_trait::async_trait;
use sqlx::{Database, Pool};

/// Gives all connections back.
#[async_trait]
pub trait Connections: Send + Sync + std::fmt::Debug {
    /// Waits for those in use and closes all of them: nothing can be kept or found from then on. The last one of SQLite writes what
    /// is in its WAL into the database, and removes it.
    async fn close(&self);
}

#[async_trait]
impl<DB: Database> Connections for Pool<DB> {
    async fn close(&self) {
        Self::close(self).await;
    }
}
