//! The ID tokens of signed-in people: the provider asks for them at sign-out. With one replica they are in memory only, and after a
//! restart there are none: the provider then asks the person to confirm. With several they lie sealed in the database that these
//! share, because another one may be asked to sign the person out.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tower_sessions::session::Id;

use super::sealed::SealedValues;
use crate::server::expiring_map::ExpiringMap;
use crate::server::storage::StorageError;

/// How many tokens are kept in memory; when there are more, the one that expires first is dropped.
const CAPACITY: usize = 10_000;

/// ID tokens by session, each until the session expires at the latest.
#[derive(Debug)]
pub struct IdTokens {
    here: ExpiringMap<Id, SecretString, Duration>,
    shared: Option<Arc<SealedValues>>,
}

impl IdTokens {
    /// Of this replica alone, or of all that share these values.
    pub fn new(shared: Option<Arc<SealedValues>>) -> Self {
        Self { here: ExpiringMap::new(CAPACITY), shared }
    }

    /// Keeps the token of a session for so long. `now` is monotonic.
    pub async fn keep(&self, session: Id, token: SecretString, now: Duration, lifetime: Duration) {
        if let Some(shared) = &self.shared {
            match shared.keep(&owner(&session.to_string()), token.expose_secret(), lifetime).await {
                Ok(_) => return,
                // This replica can still say it to the provider.
                Err(error) => tracing::warn!(%error, "other replicas do not know an ID token"),
            }
        }
        self.here.insert(session, token, now, now + lifetime);
    }

    /// Takes the token of a session that ends. One that cannot be read is logged, and keeps nobody signed in.
    pub async fn take(&self, session: Id) -> Option<SecretString> {
        match (self.here.remove(&session), &self.shared) {
            (None, Some(shared)) => take_shared(shared, session).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the ID token of a session that ends cannot be read");
                None
            }),
            (here, _) => here,
        }
    }
}

async fn take_shared(shared: &SealedValues, session: Id) -> Result<Option<SecretString>, StorageError> {
    let session = session.to_string();
    let Some(ticket) = shared.waiting(&owner(&session)).await? else {
        return Ok(None);
    };
    Ok(shared.take(&owner(&session), &ticket.to_string()).await?.map(Into::into))
}

fn owner(session: &str) -> [&str; 2] {
    ["ID token", session]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_is_given_once_never_printed_and_let_go_when_its_session_is_over() {
        let (tokens, minute) = (IdTokens::new(None), Duration::from_mins(1));
        let (first, second) = (Id::default(), Id::default());
        tokens.keep(first, "canary".into(), Duration::ZERO, minute).await;
        assert!(!format!("{tokens:?}").contains("canary"));
        tokens.keep(second, "other".into(), minute, minute).await;
        assert!(tokens.take(first).await.is_none());
        assert_eq!(tokens.take(second).await.unwrap().expose_secret(), "other");
        assert!(tokens.take(second).await.is_none());
    }
}
