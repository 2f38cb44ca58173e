//! Secrets of new clients, in memory only, between the creation and the one page that shows them.

use std::time::Duration;

use secrecy::SecretString;
use uuid::Uuid;

use crate::server::expiring_map::ExpiringMap;

/// How long a secret waits for its page.
const LIFETIME: Duration = Duration::from_mins(5);
/// How many secrets wait at most; when there are more, the oldest is dropped.
const CAPACITY: usize = 1_000;

/// Secrets that have not been shown yet. They are never on disk: a restart loses them, and the page says so.
#[derive(Debug)]
pub struct OneTimeSecrets(ExpiringMap<Uuid, Waiting, Duration>);

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
        Self(ExpiringMap::new(CAPACITY))
    }
}

impl OneTimeSecrets {
    /// Keeps a secret for the person who created the client. The ticket fetches it once. `now` is monotonic.
    pub fn keep(&self, now: Duration, subject: &str, client_id: &str, secret: SecretString) -> Uuid {
        let ticket = Uuid::new_v4();
        let waiting = Waiting { subject: subject.to_owned(), client_id: client_id.to_owned(), secret };
        if self.0.insert(ticket, waiting, now, now + LIFETIME).has_evicted {
            tracing::warn!("too many client secrets wait to be shown; the oldest was dropped");
        }
        ticket
    }

    /// The ticket of a secret that has not been shown yet. It may have expired.
    pub fn waiting(&self, subject: &str, client_id: &str) -> Option<Uuid> {
        self.0.find_key(|waiting| waiting.is_for(subject, client_id))
    }

    /// A secret that stays for its page. `None` as in [`Self::take`].
    pub fn peek(&self, now: Duration, subject: &str, client_id: &str, ticket: &str) -> Option<SecretString> {
        let waiting = self.0.get(&Uuid::parse_str(ticket).ok()?, now)?;
        waiting.is_for(subject, client_id).then_some(waiting.secret)
    }

    /// Takes a secret. `None` when it was taken before, has expired, or belongs to somebody else.
    pub fn take(&self, now: Duration, subject: &str, client_id: &str, ticket: &str) -> Option<SecretString> {
        self.peek(now, subject, client_id, ticket)?;
        self.0.remove(&Uuid::parse_str(ticket).ok()?).map(|waiting| waiting.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    #[test]
    fn a_secret_is_taken_once_by_the_person_it_is_for() {
        let secrets = OneTimeSecrets::default();
        let ticket = secrets.keep(NOW, "ada", "c-1", "s3".into()).to_string();
        assert!(secrets.take(NOW, "mallory", "c-1", &ticket).is_none());
        assert!(secrets.take(NOW, "ada", "c-2", &ticket).is_none());
        assert!(secrets.take(NOW, "ada", "c-1", &ticket).is_some());
        assert!(secrets.take(NOW, "ada", "c-1", &ticket).is_none());
        assert!(secrets.take(NOW, "ada", "c-1", "no ticket").is_none());
    }

    #[test]
    fn a_secret_does_not_wait_for_ever_and_is_never_printed() {
        let secrets = OneTimeSecrets::default();
        let ticket = secrets.keep(NOW, "ada", "c-1", "canary".into()).to_string();
        assert!(!format!("{secrets:?}").contains("canary"));
        assert!(secrets.take(NOW + LIFETIME, "ada", "c-1", &ticket).is_none());
    }
}
