//! Tickets that each fetch a value once: the secret of a new client for the one page that shows it, and the permission to see
//! the secret of another one, between the record of who sees it and the page that shows it; and the ID token of a session.
//!
//! May import: `expiring_map`, hexadecimal, sealing, and the trait of storage.

mod id_tokens;
mod sealed;

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

pub use self::id_tokens::IdTokens;
pub use self::sealed::{Owner, SealedValues};
use crate::server::expiring_map::ExpiringMap;
use crate::server::storage::StorageError;

/// How many values wait at most in memory; when there are more, the oldest is dropped.
const CAPACITY: usize = 1_000;

/// Values of one purpose that wait. With one replica they are never on disk: a restart loses them, and the page says so. With
/// several they lie sealed in the database that these share, because another one may make the page.
#[derive(Debug)]
pub struct Tickets {
    purpose: &'static str,
    lifetime: Duration,
    here: ExpiringMap<Uuid, Waiting, Duration>,
    shared: Option<Arc<SealedValues>>,
}

#[derive(Clone, Debug)]
struct Waiting {
    owner: Vec<String>,
    value: SecretString,
}

impl Tickets {
    /// For the secrets of new clients. They belong to the person who created the client, and the client.
    pub fn for_new_secrets(shared: Option<Arc<SealedValues>>) -> Self {
        Self::new("secret of a new client", Duration::from_mins(5), shared)
    }

    /// For permissions to see the secret of a client. They belong to the person, and the client of a connection. The secret itself
    /// is not kept: the page reads it from the partner.
    pub fn for_reveals(shared: Option<Arc<SealedValues>>) -> Self {
        Self::new("reveal the secret of a client", Duration::from_secs(30), shared)
    }

    fn new(purpose: &'static str, lifetime: Duration, shared: Option<Arc<SealedValues>>) -> Self {
        Self { purpose, lifetime, here: ExpiringMap::new(CAPACITY), shared }
    }

    /// Keeps a value; its ticket. `now` is monotonic.
    pub async fn keep(&self, now: Duration, owner: Owner<'_>, value: SecretString) -> Uuid {
        if let Some(shared) = &self.shared {
            match shared.keep(&self.named(owner), value.expose_secret(), self.lifetime).await {
                Ok(ticket) => return ticket,
                // This replica can still make the page.
                Err(error) => {
                    tracing::warn!(%error, purpose = self.purpose, "other replicas do not know what waits for a page");
                }
            }
        }
        let ticket = Uuid::new_v4();
        let waiting = Waiting { owner: owner.iter().copied().map(str::to_owned).collect(), value };
        if self.here.insert(ticket, waiting, now, now + self.lifetime).has_evicted {
            tracing::warn!(purpose = self.purpose, "too much waits for its page; the oldest was dropped");
        }
        ticket
    }

    /// The ticket of a value that has not been taken yet. It may have expired.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn waiting(&self, owner: Owner<'_>) -> Result<Option<Uuid>, StorageError> {
        match (self.here.find_key(|waiting| waiting.owner == owner), &self.shared) {
            (None, Some(shared)) => shared.waiting(&self.named(owner)).await,
            (here, _) => Ok(here),
        }
    }

    /// A value that stays for its page. `None` as in [`Self::take`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn peek(
        &self,
        now: Duration,
        owner: Owner<'_>,
        ticket: &str,
    ) -> Result<Option<SecretString>, StorageError> {
        match (self.find_here(now, owner, ticket), &self.shared) {
            (None, Some(shared)) => Ok(shared.peek(&self.named(owner), ticket).await?.map(Into::into)),
            (here, _) => Ok(here.map(|(_, value)| value)),
        }
    }

    /// Takes a value. `None` when it was taken before, has expired, or belongs to somebody else.
    ///
    /// # Errors
    /// When it is not known whether it is there.
    pub async fn take(
        &self,
        now: Duration,
        owner: Owner<'_>,
        ticket: &str,
    ) -> Result<Option<SecretString>, StorageError> {
        let here = self.find_here(now, owner, ticket).and_then(|(ticket, _)| self.here.remove(&ticket));
        match (here, &self.shared) {
            (None, Some(shared)) => Ok(shared.take(&self.named(owner), ticket).await?.map(Into::into)),
            (here, _) => Ok(here.map(|waiting| waiting.value)),
        }
    }

    fn find_here(&self, now: Duration, owner: Owner<'_>, ticket: &str) -> Option<(Uuid, SecretString)> {
        let ticket = Uuid::parse_str(ticket).ok()?;
        let waiting = self.here.get(&ticket, now)?;
        (waiting.owner == owner).then_some((ticket, waiting.value))
    }

    /// The owner as the database has it, where values of all purposes lie together.
    fn named<'a>(&self, owner: Owner<'a>) -> Vec<&'a str> {
        [&[self.purpose], owner].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);
    const OWNER: Owner<'_> = &["ada", "sandbox", "c-1"];

    async fn takes(tickets: &Tickets, now: Duration, owner: Owner<'_>, ticket: &str) -> bool {
        tickets.take(now, owner, ticket).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_value_is_taken_once_by_the_person_and_for_the_client_that_it_is_for() {
        for tickets in [Tickets::for_new_secrets(None), Tickets::for_reveals(None)] {
            let ticket = tickets.keep(NOW, OWNER, "s3".into()).await.to_string();
            for owner in [["mallory", "sandbox", "c-1"], ["ada", "production", "c-1"], ["ada", "sandbox", "c-2"]] {
                assert!(!takes(&tickets, NOW, &owner, &ticket).await);
            }
            assert!(!takes(&tickets, NOW, OWNER, "no ticket").await);
            assert!(takes(&tickets, NOW, OWNER, &ticket).await);
            assert!(!takes(&tickets, NOW, OWNER, &ticket).await);
        }
    }

    #[tokio::test]
    async fn a_value_does_not_wait_for_ever_and_is_never_printed() {
        let almost = Duration::from_millis(1);
        for (tickets, lifetime) in [(Tickets::for_new_secrets(None), 300), (Tickets::for_reveals(None), 30)] {
            let ticket = tickets.keep(NOW, OWNER, "canary".into()).await.to_string();
            assert!(!format!("{tickets:?}").contains("canary"));
            let end = Duration::from_secs(lifetime);
            assert!(tickets.peek(NOW + end.saturating_sub(almost), OWNER, &ticket).await.unwrap().is_some());
            assert!(!takes(&tickets, NOW + end, OWNER, &ticket).await);
        }
    }
}
