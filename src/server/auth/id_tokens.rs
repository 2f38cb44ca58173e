//! ID tokens of the people who are signed in, in memory alone: the provider wants to see them at sign-out. After a
//! restart there are none, and the provider asks the person to confirm.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tower_sessions::session::Id;

/// The most that are kept.
const MOST: usize = 10_000;

/// ID tokens by session, each until its session is over at the latest. Times are monotonic.
#[derive(Debug, Default)]
pub struct IdTokens(Mutex<HashMap<Id, (SecretString, Duration)>>);

impl IdTokens {
    /// Keeps the token of a session, while there is room.
    pub fn keep(&self, session: Id, token: SecretString, now: Duration, until: Duration) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, until)| now < *until);
        if kept.len() < MOST {
            kept.insert(session, (token, until));
        }
    }

    /// Takes the token of a session that ends.
    pub fn take(&self, session: Id) -> Option<SecretString> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session).map(|(token, _)| token)
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
