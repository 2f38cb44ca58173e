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
    /// When it cannot be read.
    pub(super) async fn waiting(&self, owner: Owner<'_>) -> Result<Option<Uuid>, StorageError> {
        let owner = owner_hash(owner)?;
        let waiting = self.store.waiting(&owner).await?;
        Ok(waiting.and_then(|(ticket, sealed)| self.open(&ticket, &owner, &sealed)).map(|(ticket, _)| ticket))
    }

    /// A value that stays for its page.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn peek(&self, owner: Owner<'_>, ticket: &str) -> Result<Option<String>, StorageError> {
        self.opened(owner, ticket, async |ticket, owner| self.store.peek(ticket, owner).await).await
    }

    /// Takes a value. `None` when it was taken before, is too old, or somebody else's.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub(super) async fn take(&self, owner: Owner<'_>, ticket: &str) -> Result<Option<String>, StorageError> {
        self.opened(owner, ticket, async |ticket, owner| self.store.take(ticket, owner).await).await
    }

    async fn opened(
        &self,
        owner: Owner<'_>,
        ticket: &str,
        get: impl AsyncFnOnce(&Hash, &Hash) -> Result<Option<String>, StorageError>,
    ) -> Result<Option<String>, StorageError> {
        let Ok(ticket) = Uuid::parse_str(ticket) else {
            return Ok(None);
        };
        let (ticket, owner) = (ticket_hash(ticket), owner_hash(owner)?);
        let sealed = get(&ticket, &owner).await?;
        Ok(sealed.and_then(|sealed| self.open(&ticket, &owner, &sealed)).map(|(_, value)| value))
    }

    fn open(&self, ticket: &[u8], owner: &Hash, sealed: &str) -> Option<(Uuid, String)> {
        serde_json::from_str(&self.key.open(&name(ticket, owner), sealed)?).ok()
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
