//! The public keys of an issuer: fetched when they are first needed, kept fresh, and fetched again when a token names
//! a key that is not known.
//!
//! Whoever can send us tokens can name keys that do not exist, so such fetches have a cooldown of their own; it never
//! touches holders of known keys. A fetch that fails leaves the kept keys as they are, for a day at most.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use serde_json::Value;
use url::Url;

use crate::server::clock::Clock;

/// After this the keys are fetched again, while the kept ones go on serving: a key that the issuer withdrew is not
/// believed much longer.
const FRESH_FOR: Duration = Duration::from_mins(10);
/// How long kept keys serve while the issuer cannot be reached.
const STALE_FOR: Duration = Duration::from_hours(24);
/// From one fetch for the sake of an unknown key to the next.
const UNKNOWN_KEY_COOLDOWN: Duration = Duration::from_secs(30);
/// After a fetch that failed.
const FAILURE_COOLDOWN: Duration = Duration::from_secs(2);
/// The largest key set that is read, in bytes.
const LARGEST_SET: usize = 256 * 1024;

/// The keys cannot be had now.
#[derive(Debug, thiserror::Error)]
#[error("the keys of the identity provider cannot be had now")]
pub struct KeysUnavailable;

/// A key set as it was fetched (RFC 7517 §5).
#[derive(Debug)]
pub struct Keys {
    /// The set as it came.
    pub json: Value,
    keys: Vec<Jwk>,
}

impl Keys {
    fn new(json: Value) -> Option<Self> {
        let members = json.get("keys")?.as_array()?;
        // A key of a kind that is not known here is no reason to do without the others.
        let keys = members.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect();
        Some(Self { json, keys })
    }

    /// The key that a token names. Without a name there must be exactly one that fits.
    pub(super) fn find(&self, id: Option<&str>, algorithm: KeyAlgorithm) -> Option<&Jwk> {
        let mut fitting = self.keys.iter().filter(|key| {
            let common = &key.common;
            common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
                && common.key_algorithm.is_none_or(|known| known == algorithm)
                && id.is_none_or(|id| common.key_id.as_deref() == Some(id))
        });
        let found = fitting.next()?;
        (id.is_some() || fitting.next().is_none()).then_some(found)
    }
}

#[derive(Debug, Default)]
struct Kept {
    keys: Option<(Arc<Keys>, Duration)>,
    failed_at: Option<Duration>,
    unknown_key_at: Option<Duration>,
}

/// The keys at one address.
#[derive(Debug)]
pub struct KeyCache {
    url: Url,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    flight: tokio::sync::Mutex<()>,
}

impl KeyCache {
    /// An empty cache. Nothing is fetched yet.
    pub fn new(url: Url, http: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        Self { url, http, clock, kept: Mutex::default(), flight: tokio::sync::Mutex::default() }
    }

    /// The keys, fetched if there are none that serve.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn current(self: &Arc<Self>) -> Result<Arc<Keys>, KeysUnavailable> {
        let now = self.clock.monotonic();
        let kept = self.kept().keys.clone();
        match kept {
            Some((keys, at)) if now < at + FRESH_FOR => Ok(keys),
            Some((keys, at)) if now < at + STALE_FOR => {
                if self.may_try(now) {
                    let cache = Arc::clone(self);
                    tokio::spawn(async move { cache.fetch_unless_newer(Some(at)).await });
                }
                Ok(keys)
            }
            old => self.fetch_unless_newer(old.map(|(_, at)| at)).await.ok_or(KeysUnavailable),
        }
    }

    /// Newer keys than those that did not have the one that a token names; `None` while the cooldown lasts, or when
    /// there are none. `is_trusted`: the token came from the issuer itself, which has no reason to invent names.
    pub async fn newer_than(self: &Arc<Self>, seen: &Arc<Keys>, is_trusted: bool) -> Option<Arc<Keys>> {
        let fetched_at = {
            let mut kept = self.kept();
            let (keys, at) = kept.keys.clone()?;
            if !Arc::ptr_eq(&keys, seen) {
                return Some(keys);
            }
            let now = self.clock.monotonic();
            if !is_trusted {
                if kept.unknown_key_at.is_some_and(|last| now < last + UNKNOWN_KEY_COOLDOWN) {
                    return None;
                }
                kept.unknown_key_at = Some(now);
            }
            at
        };
        self.fetch_unless_newer(Some(fetched_at)).await
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_try(&self, now: Duration) -> bool {
        self.kept().failed_at.is_none_or(|failed| now >= failed + FAILURE_COOLDOWN)
    }

    /// Fetches the keys, unless somebody else did while this waited for its turn.
    async fn fetch_unless_newer(&self, seen: Option<Duration>) -> Option<Arc<Keys>> {
        let _one_at_a_time = self.flight.lock().await;
        let now = self.clock.monotonic();
        if let Some((keys, at)) = self.kept().keys.clone()
            && Some(at) != seen
        {
            return Some(keys);
        }
        if !self.may_try(now) {
            return None;
        }
        let Some(keys) = fetch(&self.http, &self.url).await.map(Arc::new) else {
            self.kept().failed_at = Some(now);
            return None;
        };
        let mut kept = self.kept();
        // Two fetches at one reading of the clock are told apart all the same.
        let at = kept.keys.as_ref().map_or(now, |(_, at)| now.max(*at + Duration::from_nanos(1)));
        kept.keys = Some((Arc::clone(&keys), at));
        kept.failed_at = None;
        Some(keys)
    }
}

async fn fetch(http: &reqwest::Client, url: &Url) -> Option<Keys> {
    match read(http, url).await {
        Ok(body) => {
            let keys = serde_json::from_slice(&body).ok().and_then(Keys::new);
            if keys.is_none() {
                tracing::warn!(%url, "the keys of the identity provider cannot be read");
            }
            keys
        }
        Err(reason) => {
            tracing::warn!(%url, reason, "the keys of the identity provider cannot be fetched");
            None
        }
    }
}

async fn read(http: &reqwest::Client, url: &Url) -> Result<Vec<u8>, String> {
    let words = |error: reqwest::Error| error.without_url().to_string();
    let mut response = http.get(url.clone()).send().await.map_err(words)?;
    if !response.status().is_success() {
        return Err(format!("status {}", response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(words)? {
        if body.len() + chunk.len() > LARGEST_SET {
            return Err("more than 256 KiB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_of_an_unknown_kind_does_not_spoil_the_set() {
        let good = json!({"kty": "oct", "k": "AA", "kid": "a", "alg": "HS256"});
        let keys = Keys::new(json!({"keys": [{"kty": "new"}, 7, null, good]})).unwrap();
        assert!(keys.find(Some("a"), KeyAlgorithm::HS256).is_some());
        assert!(Keys::new(json!({"keys": {}})).is_none() && Keys::new(json!([])).is_none());
    }

    proptest! {
        #[test]
        fn no_key_set_makes_it_panic(bytes in "\\PC{0,80}", name in "\\PC{0,12}") {
            if let Ok(json) = serde_json::from_str::<Value>(&bytes) {
                let _ = Keys::new(json);
            }
            let member = json!({"kty": "EC", "crv": name, "x": bytes, "y": name, "kid": name});
            let keys = Keys::new(json!({"keys": [member, bytes, {"kty": name}]})).unwrap();
            let _ = keys.find(Some(&name), KeyAlgorithm::ES256);
        }
    }
}
