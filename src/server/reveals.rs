//! Permissions to see the secret of a client once: between the record of who sees it, and the page that shows it.
//!
//! The secret itself is not kept: the page reads it from the partner.

use std::time::Duration;

use uuid::Uuid;

use crate::server::expiring_map::ExpiringMap;

/// How long a permission waits for its page.
const LIFETIME: Duration = Duration::from_secs(30);
/// How many wait at most; when there are more, the oldest is dropped.
const CAPACITY: usize = 1_000;

/// Permissions that have not been used yet. They are in memory only.
#[derive(Debug)]
pub struct Reveals(ExpiringMap<Uuid, Permitted, Duration>);

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
        Self(ExpiringMap::new(CAPACITY))
    }
}

impl Reveals {
    /// Permits a person to see the secret of a client. The ticket does it once. `now` is monotonic.
    pub fn permit(&self, now: Duration, subject: &str, connection: &str, client_id: &str) -> Uuid {
        let ticket = Uuid::new_v4();
        if self.0.insert(ticket, Permitted::new(subject, connection, client_id), now, now + LIFETIME).has_evicted {
            tracing::warn!("too many secrets wait to be revealed; the oldest permission was dropped");
        }
        ticket
    }

    /// Uses a permission up. `false` when it was used before, has expired, or is somebody else's.
    pub fn use_up(&self, now: Duration, subject: &str, connection: &str, client_id: &str, ticket: &str) -> bool {
        let Ok(ticket) = Uuid::parse_str(ticket) else {
            return false;
        };
        let is_this = |known| known == Permitted::new(subject, connection, client_id);
        self.0.get(&ticket, now).is_some_and(is_this) && self.0.remove(&ticket).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    #[test]
    fn a_permission_is_used_once_by_the_person_and_for_the_client_that_it_is_for() {
        let reveals = Reveals::default();
        let ticket = reveals.permit(NOW, "ada", "sandbox", "c-1").to_string();
        assert!(!reveals.use_up(NOW, "mallory", "sandbox", "c-1", &ticket));
        assert!(!reveals.use_up(NOW, "ada", "production", "c-1", &ticket));
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-2", &ticket));
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-1", "no ticket"));
        assert!(reveals.use_up(NOW, "ada", "sandbox", "c-1", &ticket));
        assert!(!reveals.use_up(NOW, "ada", "sandbox", "c-1", &ticket));
    }

    #[test]
    fn a_permission_does_not_wait_for_ever() {
        let reveals = Reveals::default();
        let ticket = reveals.permit(NOW, "ada", "sandbox", "c-1").to_string();
        assert!(!reveals.use_up(NOW + LIFETIME, "ada", "sandbox", "c-1", &ticket));
    }
}
