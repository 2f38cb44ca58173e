//! Values that wait for one page, in PostgreSQL.

use async_trait::async_trait;

use super::PostgresStore;
use crate::server::storage::{Hash, OneTimeStore, OneTimeValue, StorageError};

#[async_trait]
impl OneTimeStore for PostgresStore {
    async fn keep(&self, value: &OneTimeValue) -> Result<(), StorageError> {
        let mut transaction = self.pool.begin().await?;
        let old = sqlx::query("DELETE FROM one_time_values WHERE expires_at <= $1").bind(self.now());
        old.execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO one_time_values (ticket, owner, sealed, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(value.ticket.as_slice())
            .bind(value.owner.as_slice())
            .bind(&value.sealed)
            .bind(value.expires_at.unix_timestamp())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn waiting(&self, owner: &Hash) -> Result<Option<(Vec<u8>, String)>, StorageError> {
        let newest = sqlx::query_as(
            "SELECT ticket, sealed FROM one_time_values WHERE owner = $1 AND expires_at > $2
             ORDER BY expires_at DESC LIMIT 1",
        );
        Ok(newest.bind(owner.as_slice()).bind(self.now()).fetch_optional(&self.pool).await?)
    }

    async fn peek(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
        let found = sqlx::query_scalar(
            "SELECT sealed FROM one_time_values WHERE ticket = $1 AND owner = $2 AND expires_at > $3",
        );
        let found = found.bind(ticket.as_slice()).bind(owner.as_slice()).bind(self.now());
        Ok(found.fetch_optional(&self.pool).await?)
    }

    async fn take(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
        let mut transaction = self.pool.begin().await?;
        let taken = sqlx::query_scalar(
            "DELETE FROM one_time_values WHERE ticket = $1 AND owner = $2 AND expires_at > $3 RETURNING sealed",
        );
        let taken = taken.bind(ticket.as_slice()).bind(owner.as_slice()).bind(self.now());
        let taken = taken.fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use time::Duration;

    use super::*;
    use crate::server::clock::{Clock as _, ManualClock};
    use crate::server::storage::postgres::open;
    use crate::server::storage::postgres::test_server::PostgresServer;

    #[tokio::test]
    async fn a_value_is_taken_once_in_time_and_by_its_owner_alone() {
        let server = PostgresServer::start();
        let pool = open(&server.new_database().await).await.unwrap();
        let clock = Arc::new(ManualClock::new(time::macros::datetime!(2026-01-01 12:00 UTC)));
        let store = PostgresStore::new(pool, clock.clone());
        let expires_at = clock.now() + Duration::minutes(5);
        let value = OneTimeValue { ticket: [1; 32], owner: [2; 32], sealed: "canary".to_owned(), expires_at };
        assert!(!format!("{value:?}").contains("canary"));
        store.keep(&value).await.unwrap();
        assert_eq!(store.waiting(&[2; 32]).await.unwrap(), Some((vec![1; 32], "canary".to_owned())));
        assert_eq!(store.take(&[1; 32], &[3; 32]).await.unwrap(), None);
        assert_eq!(store.peek(&[1; 32], &[2; 32]).await.unwrap().as_deref(), Some("canary"));
        let (ticket, owner) = ([1; 32], [2; 32]);
        let (one, other) = tokio::join!(store.take(&ticket, &owner), store.take(&ticket, &owner));
        assert_eq!(one.unwrap().is_some(), other.unwrap().is_none());
        store.keep(&value).await.unwrap();
        clock.advance(std::time::Duration::from_mins(5));
        assert_eq!(store.take(&ticket, &owner).await.unwrap(), None);
        assert_eq!(store.waiting(&owner).await.unwrap(), None);
        store.keep(&OneTimeValue { ticket: [4; 32], ..value }).await.unwrap();
        let kept: i64 =
            sqlx::query_scalar("SELECT count(*) FROM one_time_values").fetch_one(&store.pool).await.unwrap();
        assert_eq!(kept, 1, "what is too old is removed with the next");
    }
}
