//! Sign-out at the provider, and notifications by the provider that somebody signed out (OpenID Connect RP-Initiated
//! Logout 1.0, Back-Channel Logout 1.0).

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::provider::OidcProvider;
use crate::server::auth::identity::clean;
use crate::server::auth::signed_token::{TokenFault, Verified, seconds, verify};

/// The event that makes a token a logout token (Back-Channel Logout 1.0 §2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a logout token may be, in seconds. Its id is remembered for as long.
const FRESH_FOR: i64 = 300;
/// The longest ID token that the provider is shown at sign-out, in bytes. It is part of an address, and many servers refuse
/// addresses of more than 8 KiB. Without it the provider may ask the person to confirm.
const LONGEST_HINT: usize = 4 * 1024;

/// The sessions that the provider has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The person (`sub`).
    pub subject: Option<String>,
    /// The provider's session (`sid`). When absent, all sessions of the person.
    pub provider_session: Option<String>,
}

impl OidcProvider {
    /// The URL where the browser signs out at the provider. `None` when it has no such endpoint or is unavailable.
    pub async fn end_session_url(&self, id_token: Option<&SecretString>) -> Option<Url> {
        let discovered = self.discovered().await.ok()?;
        let mut url = discovered.metadata.additional_metadata().end_session_endpoint.clone()?;
        {
            let mut query = url.query_pairs_mut();
            if let Some(hint) = id_token.map(ExposeSecret::expose_secret).filter(|hint| hint.len() <= LONGEST_HINT) {
                query.append_pair("id_token_hint", hint);
            }
            query
                .append_pair("client_id", &self.settings.client_id)
                .append_pair("post_logout_redirect_uri", &self.own("/auth/logout"));
        }
        Some(url)
    }

    /// Verifies a logout token (Back-Channel Logout 1.0 §2.6). Returns the sessions that it ends and its id, for
    /// [`Self::note_logout`].
    ///
    /// # Errors
    /// Why the token is rejected.
    pub async fn ended_session(&self, token: &str) -> Result<(EndedSession, String), TokenFault> {
        let discovered = self.discovered().await.map_err(|_| TokenFault::KeysUnavailable)?;
        let expected = discovered.expected(&self.settings.client_id);
        let now = self.clock.now();
        let Verified { media_type, claims } = verify(token, &discovered.keys, &expected, now).await?;
        // Providers that predate the final specification send no type, or the general one.
        let is_logout_type = media_type.as_deref().is_none_or(|media_type| {
            let media_type = media_type.to_ascii_lowercase();
            matches!(media_type.trim_start_matches("application/"), "logout+jwt" | "jwt")
        });
        if !is_logout_type {
            return Err(TokenFault::Claim("typ"));
        }
        let now = now.unix_timestamp();
        let ended = read(&claims, now)?;
        let id = claims.get("jti").and_then(Value::as_str).and_then(clean).ok_or(TokenFault::Claim("jti"))?;
        if self.seen_logouts.has(&id, now) { Err(TokenFault::Claim("jti")) } else { Ok((ended, id)) }
    }

    /// Records that a logout token has been used. Call this after the sessions have ended, because the provider repeats
    /// a token that failed.
    pub fn note_logout(&self, id: String) {
        let now = self.clock.now().unix_timestamp();
        self.seen_logouts.note(id, now, now.saturating_add(2 * FRESH_FOR));
    }
}

fn read(claims: &Map<String, Value>, now: i64) -> Result<EndedSession, TokenFault> {
    let events = claims.get("events").and_then(Value::as_object);
    if !events.is_some_and(|events| events.get(EVENT).is_some_and(Value::is_object)) {
        return Err(TokenFault::Claim("events"));
    }
    // An ID token must not be accepted as a logout token, and vice versa.
    if claims.contains_key("nonce") {
        return Err(TokenFault::Claim("nonce"));
    }
    if seconds(claims, "iat").is_none_or(|made| now.saturating_sub(made) > FRESH_FOR) {
        return Err(TokenFault::Claim("iat"));
    }
    let text = |name| claims.get(name).and_then(Value::as_str).and_then(clean);
    let ended = EndedSession { subject: text("sub"), provider_session: text("sid") };
    if ended.subject.is_none() && ended.provider_session.is_none() {
        return Err(TokenFault::Claim("sub"));
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn claims(change: &Value) -> Map<String, Value> {
        let mut claims = json!({"sub": "u", "sid": "s", "iat": NOW, "events": {EVENT: {}}});
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn a_subject_or_a_session_is_enough() {
        for (change, subject, session) in [
            (json!({}), Some("u"), Some("s")),
            (json!({"sub": null}), None, Some("s")),
            (json!({"sid": null}), Some("u"), None),
        ] {
            let expected =
                EndedSession { subject: subject.map(str::to_owned), provider_session: session.map(str::to_owned) };
            assert_eq!(read(&claims(&change), NOW), Ok(expected), "{change}");
        }
    }

    #[test]
    fn what_is_no_logout_token_ends_nothing() {
        for (change, claim) in [
            (json!({"events": null}), "events"),
            (json!({"events": {}}), "events"),
            (json!({"events": {EVENT: true}}), "events"),
            (json!({"events": EVENT}), "events"),
            (json!({"nonce": "n"}), "nonce"),
            (json!({"nonce": null}), "nonce"),
            (json!({"iat": NOW - 301}), "iat"),
            (json!({"iat": "now"}), "iat"),
            (json!({"sub": null, "sid": ""}), "sub"),
        ] {
            assert_eq!(read(&claims(&change), NOW), Err(TokenFault::Claim(claim)), "{change}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_event_of_now_ends_a_session(
            name in prop_oneof![Just("events"), Just("iat"), Just("sub"), Just("sid"), Just("nonce")],
            text in "\\PC{0,40}", number: i64, float: f64,
        ) {
            for value in [json!(text), json!(number), json!(float), json!([text]), json!({text.clone(): {}})] {
                let ended = read(&claims(&json!({name: value})), NOW);
                prop_assert!(ended.is_err() || !matches!(name, "events" | "nonce"));
                prop_assert!(ended.is_err() || name != "iat" || number >= NOW - FRESH_FOR || float >= 0.0);
            }
        }
    }
}
