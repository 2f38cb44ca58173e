//! Permissions to see the secret of a client once: between the record of who sees it, and the page that shows it.
//!
//! The secret itself is not kept: the page reads it from the partner.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::server::expiring_map::ExpiringMap;
use crate::server::storage::StorageError;
use crate::server::tickets::Tickets;

/// How long a permission waits for its page.
const LIFETIME: Duration = Duration::from_secs(30);
/// How many wait at most; when there are more, the oldest is dropped.
const CAPACITY: usize = 1_000;

/// Permissions that have not been used yet: in memory, or where several replicas share them.
#[derive(Debug)]
pub struct Reveals {
    here: ExpiringMap<Uuid, Permitted, Duration>,
    shared: Option<Arc<Tickets>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Permitted {
    subject: String,
    connection: String,
    client_id: String,
}

impl Permitted {
    fn new(subject: &str, connection: &str, client_id: &str) -> Self {
        let [subject, connection, client_id] = [subject, connection, client_id].map(str::to_owned);
        Self { subject, connection, client_id }
    }
}

impl Default for Reveals {
    fn default() -> Self {
        Self { here: ExpiringMap::new(CAPACITY), shared: None }
    }
}

/// What a permission is for, and whom.
fn owner<'a>(subject: &'a str, connection: &'a str, client_id: &'a str) -> [&'a str; 4] {
    ["reveal the secret of a client", subject, connection, client_id]
}

impl Reveals {
    /// Permissions that can be used at every replica.
    pub fn shared_by_all(tickets: Arc<Tickets>) -> Self {
        Self { shared: Some(tickets), ..Self::default() }
    }

    /// Permits a person to see the secret of a client. The ticket does it once. `now` is monotonic.
    pub async fn permit(&self, now: Duration, subject: &str, connection: &str, client_id: &str) -> Uuid {
        if let Some(tickets) = &self.shared {
            match tickets.keep(&owner(subject, connection, client_id), "", LIFETIME).await {
                Ok(ticket) => return ticket,
                // At this replica it can still be used.
                Err(error) => tracing::warn!(%error, "other replicas do not know of a permission"),
            }
        }
        let ticket = Uuid::new_v4();
        if self.here.insert(ticket, Permitted::new(subject, connection, client_id), now, now + LIFETIME).has_evicted {
            tracing::warn!("too many secrets wait to be revealed; the oldest permission was dropped");
        }
        ticket
    }

    /// Uses a permission up. `false` when it was used before, has expired, or is somebody else's.
    ///
    /// # Errors
    /// When it is not known whether it is there.
    pub async fn use_up(
        &self,
        now: Duration,
        subject: &str,
        connection: &str,
        client_id: &str,
        ticket: &str,
    ) -> Result<bool, StorageError> {
        match (self.use_up_here(now, subject, connection, client_id, ticket), &self.shared) {
            (false, Some(tickets)) => Ok(tickets.take(&owner(subject, connection, client_id), ticket).await?.is_some()),
            (here, _) => Ok(here),
        }
    }

    fn use_up_here(&self, now: Duration, subject: &str, connection: &str, client_id: &str, ticket: &str) -> bool {
        let Ok(ticket) = Uuid::parse_str(ticket) else {
            return false;
        };
        let is_this = |known| known == Permitted::new(subject, connection, client_id);
        self.here.get(&ticket, now).is_some_and(is_this) && self.here.remove(&ticket).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    #[tokio::test]
    async fn a_permission_is_used_once_by_the_person_and_for_the_client_that_it_is_for() {
        let reveals = Reveals::default();
        let ticket = reveals.permit(NOW, "ada", "sandbox", "c-1").await.to_string();
        assert!(!reveals.use_up(NOW, "mallory", "sandbox", "c-1", &ticket).await.unwrap());
        assert!(!reveals.use_up(NOW, "ada", "production", "c-1", &ticket).await.unwrap());
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-2", &ticket).await.unwrap());
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-1", "no ticket").await);
        assert!(reveals.use_up(NOW, "ada", "sandbox", "c-1", &ticket).await.unwrap());
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-1", &ticket).await.unwrap());
    }

    #[tokio::test]
    async fn a_permission_does_not_wait_for_ever() {
        let reveals = Reveals::default();
        let ticket = reveals.permit(NOW, "ada", "sandbox", "c-1").await.to_string();
        assert!(!reveals.use_up(NOW + LIFETIME, "ada", "sandbox", "c-1", &ticket).await.unwrap());
    }
}
