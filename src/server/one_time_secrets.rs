//! Secrets of new clients between the creation and the one page that shows them.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::server::expiring_map::ExpiringMap;
use crate::server::storage::StorageError;
use crate::server::tickets::Tickets;

/// How long a secret waits for its page.
const LIFETIME: Duration = Duration::from_mins(5);
/// How many secrets wait at most; when there are more, the oldest is dropped.
const CAPACITY: usize = 1_000;

/// Secrets that have not been shown yet. With one replica they are never on disk: a restart loses them, and the page says so.
/// With several they lie sealed in the database that these share, because another one may make the page.
#[derive(Debug)]
pub struct OneTimeSecrets {
    here: ExpiringMap<Uuid, Waiting, Duration>,
    shared: Option<Arc<Tickets>>,
}

#[derive(Clone, Debug)]
struct Waiting {
    subject: String,
    client_id: String,
    secret: SecretString,
}

impl Waiting {
    fn is_for(&self, subject: &str, client_id: &str) -> bool {
        self.subject == subject && self.client_id == client_id
    }
}

impl Default for OneTimeSecrets {
    fn default() -> Self {
        Self { here: ExpiringMap::new(CAPACITY), shared: None }
    }
}

/// What a secret is for, and whom.
fn owner<'a>(subject: &'a str, client_id: &'a str) -> [&'a str; 3] {
    ["secret of a new client", subject, client_id]
}

impl OneTimeSecrets {
    /// Secrets that every replica can show.
    pub fn shared_by_all(tickets: Arc<Tickets>) -> Self {
        Self { shared: Some(tickets), ..Self::default() }
    }

    /// Keeps a secret for the person who created the client. The ticket fetches it once. `now` is monotonic.
    pub async fn keep(&self, now: Duration, subject: &str, client_id: &str, secret: SecretString) -> Uuid {
        if let Some(tickets) = &self.shared {
            match tickets.keep(&owner(subject, client_id), secret.expose_secret(), LIFETIME).await {
                Ok(ticket) => return ticket,
                // This replica can still show it.
                Err(error) => tracing::warn!(%error, "other replicas cannot show the secret of a new client"),
            }
        }
        let ticket = Uuid::new_v4();
        let waiting = Waiting { subject: subject.to_owned(), client_id: client_id.to_owned(), secret };
        if self.here.insert(ticket, waiting, now, now + LIFETIME).has_evicted {
            tracing::warn!("too many client secrets wait to be shown; the oldest was dropped");
        }
        ticket
    }

    /// The ticket of a secret that has not been shown yet. It may have expired.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn waiting(&self, subject: &str, client_id: &str) -> Result<Option<Uuid>, StorageError> {
        match (self.here.find_key(|waiting| waiting.is_for(subject, client_id)), &self.shared) {
            (None, Some(tickets)) => tickets.waiting(&owner(subject, client_id)).await,
            (here, _) => Ok(here),
        }
    }

    /// A secret that stays for its page. `None` as in [`Self::take`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn peek(
        &self,
        now: Duration,
        subject: &str,
        client_id: &str,
        ticket: &str,
    ) -> Result<Option<SecretString>, StorageError> {
        match (self.peek_here(now, subject, client_id, ticket), &self.shared) {
            (None, Some(tickets)) => Ok(tickets.peek(&owner(subject, client_id), ticket).await?.map(Into::into)),
            (here, _) => Ok(here),
        }
    }

    fn peek_here(&self, now: Duration, subject: &str, client_id: &str, ticket: &str) -> Option<SecretString> {
        let waiting = self.here.get(&Uuid::parse_str(ticket).ok()?, now)?;
        waiting.is_for(subject, client_id).then_some(waiting.secret)
    }

    /// Takes a secret. `None` when it was taken before, has expired, or belongs to somebody else.
    ///
    /// # Errors
    /// When it is not known whether it is there.
    pub async fn take(
        &self,
        now: Duration,
        subject: &str,
        client_id: &str,
        ticket: &str,
    ) -> Result<Option<SecretString>, StorageError> {
        let here = self.peek_here(now, subject, client_id, ticket);
        match (here.and_then(|_| self.here.remove(&Uuid::parse_str(ticket).ok()?)), &self.shared) {
            (None, Some(tickets)) => Ok(tickets.take(&owner(subject, client_id), ticket).await?.map(Into::into)),
            (here, _) => Ok(here.map(|waiting| waiting.secret)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    #[tokio::test]
    async fn a_secret_is_taken_once_by_the_person_it_is_for() {
        let secrets = OneTimeSecrets::default();
        let ticket = secrets.keep(NOW, "ada", "c-1", "s3".into()).await.to_string();
        assert!(secrets.take(NOW, "mallory", "c-1", &ticket).await.unwrap().is_none());
        assert!(secrets.take(NOW, "ada", "c-2", &ticket).await.unwrap().is_none());
        assert!(secrets.take(NOW, "ada", "c-1", &ticket).await.unwrap().is_some());
        assert!(secrets.take(NOW, "ada", "c-1", &ticket).await.unwrap().is_none());
        assert!(secrets.take(NOW, "ada", "c-1", "no ticket").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_secret_does_not_wait_for_ever_and_is_never_printed() {
        let secrets = OneTimeSecrets::default();
        let ticket = secrets.keep(NOW, "ada", "c-1", "canary".into()).await.to_string();
        assert!(!format!("{secrets:?}").contains("canary"));
        assert!(secrets.take(NOW + LIFETIME, "ada", "c-1", &ticket).await.unwrap().is_none());
    }
}
