//! Secrets of new clients, in memory alone, between the creation and the one page that shows them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use uuid::Uuid;

/// How long a secret waits for its page.
const PATIENCE: Duration = Duration::from_mins(5);
/// The most secrets that wait at once; the oldest makes room.
const MOST: usize = 1_000;

/// Secrets that have not been shown yet. Never on disk: a restart loses them, and the page says so.
#[derive(Debug, Default)]
pub struct OneTimeSecrets {
    waiting: Mutex<HashMap<Uuid, Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    subject: String,
    client_id: String,
    secret: SecretString,
    until: Duration,
}

impl OneTimeSecrets {
    /// Keeps a secret for the person who created the client; the ticket fetches it, once.
    /// `now` is monotonic.
    pub fn keep(&self, now: Duration, subject: &str, client_id: &str, secret: SecretString) -> Uuid {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, secret| secret.until > now);
        let ticket = Uuid::new_v4();
        if waiting.len() >= MOST {
            let oldest = waiting.iter().min_by_key(|(_, secret)| secret.until).map(|(ticket, _)| *ticket);
            oldest.map(|oldest| waiting.remove(&oldest));
            tracing::warn!("a client secret that nobody looked at made room for a new one");
        }
        let (subject, client_id) = (subject.to_owned(), client_id.to_owned());
        waiting.insert(ticket, Waiting { subject, client_id, secret, until: now + PATIENCE });
        ticket
    }

    /// The ticket of a secret that has not been shown yet.
    pub fn waiting(&self, subject: &str, client_id: &str) -> Option<Uuid> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = waiting.iter().filter(|(_, kept)| kept.subject == subject && kept.client_id == client_id);
        found.next().map(|(ticket, _)| *ticket)
    }

    /// A secret that goes on waiting for its page. `None` as in [`Self::take`].
    pub fn look(&self, now: Duration, subject: &str, client_id: &str, ticket: &str) -> Option<SecretString> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.get(&Uuid::parse_str(ticket).ok()?)?;
        let is_theirs = found.subject == subject && found.client_id == client_id && found.until > now;
        is_theirs.then(|| found.secret.clone())
    }

    /// Takes a secret. `None` when it was taken before, waited too long, or is somebody else's.
    pub fn take(&self, now: Duration, subject: &str, client_id: &str, ticket: &str) -> Option<SecretString> {
        let ticket = Uuid::parse_str(ticket).ok()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.get(&ticket)?;
        if found.subject != subject || found.client_id != client_id {
            return None;
        }
        waiting.remove(&ticket).filter(|found| found.until > now).map(|found| found.secret)
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
        assert!(secrets.take(NOW + PATIENCE, "ada", "c-1", &ticket).is_none());
    }
}
