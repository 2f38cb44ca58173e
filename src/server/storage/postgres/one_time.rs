//! Values that wait for one page, or for the end of a session, in PostgreSQL. Its clock alone counts: those of the replicas may differ.

use async_trait::async_trait;

use super::PostgresStore;
use crate::server::storage::{Hash, OneTimeStore, OneTimeValue, StorageError};

const REMOVE_OLD: &str = "DELETE FROM one_time_values WHERE expires_at <= extract(epoch FROM now())::bigint";

#[async_trait]
impl OneTimeStore for PostgresStore {
    async fn keep(&self, value: &OneTimeValue) -> Result<(), StorageError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(REMOVE_OLD).execute(&mut *transaction).await?;
        sqlx::query(
            "INSERT INTO one_time_values (ticket, owner, sealed, expires_at)
             VALUES ($1, $2, $3, extract(epoch FROM now())::bigint + $4)",
        )
        .bind(value.ticket.as_slice())
        .bind(value.owner.as_slice())
        .bind(&value.sealed)
        .bind(i64::try_from(value.lifetime.as_secs()).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn waiting(&self, owner: &Hash) -> Result<Option<(Vec<u8>, String)>, StorageError> {
        let newest = sqlx::query_as(
            "SELECT ticket, sealed FROM one_time_values WHERE owner = $1 AND expires_at > extract(epoch FROM now())::bigint
             ORDER BY expires_at DESC LIMIT 1",
        );
        Ok(newest.bind(owner.as_slice()).fetch_optional(&self.pool).await?)
    }

    async fn peek(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
        let found = sqlx::query_scalar(
            "SELECT sealed FROM one_time_values WHERE ticket = $1 AND owner = $2 AND expires_at > extract(epoch FROM now())::bigint",
        );
        let found = found.bind(ticket.as_slice()).bind(owner.as_slice());
        Ok(found.fetch_optional(&self.pool).await?)
    }

    async fn take(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
        let mut transaction = self.pool.begin().await?;
        let taken = sqlx::query_scalar(
            "DELETE FROM one_time_values WHERE ticket = $1 AND owner = $2 AND expires_at > extract(epoch FROM now())::bigint RETURNING sealed",
        );
        let taken = taken.bind(ticket.as_slice()).bind(owner.as_slice());
        let taken = taken.fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(taken)
    }

    async fn remove_old(&self) -> Result<(), StorageError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(REMOVE_OLD).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::server::clock::SystemClock;
    use crate::server::storage::postgres::open;
    use crate::server::storage::postgres::test_server::PostgresServer;

    #[tokio::test]
    async fn a_value_is_taken_once_in_time_and_by_its_owner_alone() {
        let server = PostgresServer::start();
        let pool = open(&server.new_database().await).await.unwrap();
        let store = PostgresStore::new(pool, Arc::new(SystemClock));
        let lifetime = Duration::from_mins(5);
        let value = OneTimeValue { ticket: [1; 32], owner: [2; 32], sealed: "canary".to_owned(), lifetime };
        assert!(!format!("{value:?}").contains("canary"));
        store.keep(&value).await.unwrap();
        assert_eq!(store.waiting(&[2; 32]).await.unwrap(), Some((vec![1; 32], "canary".to_owned())));
        assert_eq!(store.take(&[1; 32], &[3; 32]).await.unwrap(), None);
        assert_eq!(store.peek(&[1; 32], &[2; 32]).await.unwrap().as_deref(), Some("canary"));
        let (ticket, owner) = ([1; 32], [2; 32]);
        let (one, other) = tokio::join!(store.take(&ticket, &owner), store.take(&ticket, &owner));
        assert_eq!(one.unwrap().is_some(), other.unwrap().is_none());
        store.keep(&OneTimeValue { lifetime: Duration::ZERO, ..value.clone() }).await.unwrap();
        assert_eq!(store.take(&ticket, &owner).await.unwrap(), None);
        assert_eq!(store.waiting(&owner).await.unwrap(), None);
        store.keep(&OneTimeValue { ticket: [4; 32], ..value.clone() }).await.unwrap();
        let kept: i64 =
            sqlx::query_scalar("SELECT count(*) FROM one_time_values").fetch_one(&store.pool).await.unwrap();
        assert_eq!(kept, 1, "what is too old is removed with the next");
        store.keep(&OneTimeValue { ticket: [5; 32], lifetime: Duration::ZERO, ..value.clone() }).await.unwrap();
        store.remove_old().await.unwrap();
        let kept: i64 =
            sqlx::query_scalar("SELECT count(*) FROM one_time_values").fetch_one(&store.pool).await.unwrap();
        assert_eq!(kept, 1, "and by itself");
    }
}
