//! Values that wait sealed in the database that all replicas share: each is taken once, whichever replica is asked.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::server::hexadecimal::hex;
use crate::server::sealing::SealingKey;
use crate::server::storage::{Hash, OneTimeStore, OneTimeValue, StorageError};

/// What a value is for, and whom: all parts count.
pub type Owner<'a> = &'a [&'a str];

/// The values of all replicas.
#[derive(Debug)]
pub struct SealedValues {
    store: Arc<dyn OneTimeStore>,
    key: SealingKey,
}

impl SealedValues {
    /// With this key, which all replicas have.
    pub fn new(store: Arc<dyn OneTimeStore>, key: SealingKey) -> Self {
        Self { store, key }
    }

    /// Keeps a value; its ticket.
    ///
    /// # Errors
    /// When it is not kept.
    pub(super) async fn keep(&self, owner: Owner<'_>, value: &str, lifetime: Duration) -> Result<Uuid, StorageError> {
        let (ticket, owner) = (Uuid::new_v4(), owner_hash(owner)?);
        let hash = ticket_hash(ticket);
        let sealed = self.key.seal(&name(&hash, &owner), &serde_json::to_string(&(ticket, value))?);
        self.store.keep(&OneTimeValue { ticket: hash, owner, sealed, lifetime }).await?;
        Ok(ticket)
    }

    /// The ticket of a value that waits for an owner.
    ///
    /// # Errors
    /// When it cannot be read, or was sealed with another key.
    pub(super) async fn waiting(&self, owner: Owner<'_>) -> Result<Option<Uuid>, StorageError> {
        let owner = owner_hash(owner)?;
        let Some((ticket, sealed)) = self.store.waiting(&owner).await? else {
            return Ok(None);
        };
        self.open(&ticket, &owner, &sealed).map(|(ticket, _)| Some(ticket))
    }

    /// A value that stays for its page.
    ///
    /// # Errors
    /// When it cannot be read, or was sealed with another key.
    pub(super) async fn peek(&self, owner: Owner<'_>, ticket: &str) -> Result<Option<String>, StorageError> {
        let Ok(ticket) = Uuid::parse_str(ticket) else {
            return Ok(None);
        };
        self.peek_at(&ticket_hash(ticket), &owner_hash(owner)?).await
    }

    /// Takes a value. `None` when it was taken before, is too old, or somebody else's. What this replica cannot open stays for one
    /// that can.
    ///
    /// # Errors
    /// When it cannot be taken, or was sealed with another key.
    pub(super) async fn take(&self, owner: Owner<'_>, ticket: &str) -> Result<Option<String>, StorageError> {
        let Ok(ticket) = Uuid::parse_str(ticket) else {
            return Ok(None);
        };
        let (ticket, owner) = (ticket_hash(ticket), owner_hash(owner)?);
        let Some(value) = self.peek_at(&ticket, &owner).await? else {
            return Ok(None);
        };
        Ok(self.store.take(&ticket, &owner).await?.map(|_| value))
    }

    async fn peek_at(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
        let sealed = self.store.peek(ticket, owner).await?;
        sealed.map(|sealed| self.open(ticket, owner, &sealed).map(|(_, value)| value)).transpose()
    }

    fn open(&self, ticket: &[u8], owner: &Hash, sealed: &str) -> Result<(Uuid, String), StorageError> {
        let opened = self.key.open(&name(ticket, owner), sealed).ok_or(StorageError::OtherSealingKey)?;
        Ok(serde_json::from_str(&opened)?)
    }
}

fn ticket_hash(ticket: Uuid) -> Hash {
    Sha256::digest(ticket.as_bytes()).into()
}

fn owner_hash(owner: Owner<'_>) -> Result<Hash, StorageError> {
    Ok(Sha256::digest(serde_json::to_vec(owner)?).into())
}

/// What a value is sealed under: its row.
fn name(ticket: &[u8], owner: &Hash) -> String {
    format!("{}{}", hex(ticket), hex(owner))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;

    #[derive(Debug, Default)]
    struct Kept(Mutex<Vec<OneTimeValue>>);

    #[async_trait]
    impl OneTimeStore for Kept {
        async fn keep(&self, value: &OneTimeValue) -> Result<(), StorageError> {
            self.0.lock().unwrap().push(value.clone());
            Ok(())
        }

        async fn waiting(&self, owner: &Hash) -> Result<Option<(Vec<u8>, String)>, StorageError> {
            let kept = self.0.lock().unwrap();
            let newest = kept.iter().rev().find(|value| value.owner == *owner);
            Ok(newest.map(|value| (value.ticket.to_vec(), value.sealed.clone())))
        }

        async fn peek(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
            let kept = self.0.lock().unwrap();
            let found = kept.iter().find(|value| (value.ticket, value.owner) == (*ticket, *owner));
            Ok(found.map(|value| value.sealed.clone()))
        }

        async fn take(&self, ticket: &Hash, owner: &Hash) -> Result<Option<String>, StorageError> {
            let found = self.peek(ticket, owner).await?;
            self.0.lock().unwrap().retain(|value| value.ticket != *ticket);
            Ok(found)
        }

        async fn remove_old(&self) -> Result<(), StorageError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_replica_with_another_key_loses_nothing_that_waits() {
        let store = Arc::new(Kept::default());
        let with_key = |text: &str| {
            SealedValues::new(store.clone(), SealingKey::of(Some(&text.repeat(32).into()), "values that wait"))
        };
        let (ours, other): (_, SealedValues) = (with_key("a"), with_key("b"));
        let owner: Owner<'_> = &["ada", "c-1"];
        let ticket = ours.keep(owner, "s3", Duration::from_mins(5)).await.unwrap();
        assert!(matches!(other.waiting(owner).await, Err(StorageError::OtherSealingKey)));
        let text = ticket.to_string();
        assert!(matches!(other.take(owner, &text).await, Err(StorageError::OtherSealingKey)));
        assert_eq!(ours.waiting(owner).await.unwrap(), Some(ticket));
        assert_eq!(ours.take(owner, &text).await.unwrap().as_deref(), Some("s3"));
        assert_eq!(ours.take(owner, &text).await.unwrap(), None);
    }
}
