//! The ID tokens of signed-in people, in memory only: the provider asks for them at sign-out. After a restart there are
//! none, and the provider asks the person to confirm.

use std::time::Duration;

use secrecy::SecretString;
use tower_sessions::session::Id;

use crate::server::expiring_map::ExpiringMap;

/// How many tokens are kept; when there are more, the one that expires first is dropped.
const CAPACITY: usize = 10_000;

/// ID tokens by session, each until the session expires at the latest. Times are monotonic.
#[derive(Debug)]
pub struct IdTokens(ExpiringMap<Id, SecretString, Duration>);

impl IdTokens {
    /// Keeps the token of a session until `expiry`.
    pub fn keep(&self, session: Id, token: SecretString, now: Duration, expiry: Duration) {
        self.0.insert(session, token, now, expiry);
    }

    /// Takes the token of a session that ends.
    pub fn take(&self, session: Id) -> Option<SecretString> {
        self.0.remove(&session)
    }
}

impl Default for IdTokens {
    fn default() -> Self {
        Self(ExpiringMap::new(CAPACITY))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_is_given_once_never_printed_and_let_go_when_its_session_is_over() {
        let (tokens, minute) = (IdTokens::default(), Duration::from_mins(1));
        let (first, second) = (Id::default(), Id::default());
        tokens.keep(first, "canary".into(), Duration::ZERO, minute);
        assert!(!format!("{tokens:?}").contains("canary"));
        tokens.keep(second, "other".into(), minute, minute * 2);
        assert!(tokens.take(first).is_none());
        assert_eq!(tokens.take(second).unwrap().expose_secret(), "other");
        assert!(tokens.take(second).is_none());
    }
}
