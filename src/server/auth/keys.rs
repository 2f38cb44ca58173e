//! The public keys of an issuer: fetched when they are first needed, refreshed in the background, and fetched again
//! when a token names an unknown key.
//!
//! Anybody who can send a token can name a key that does not exist, so fetches for unknown keys have a cooldown. It does
//! not affect tokens with a known key. If a fetch fails, the cached keys stay valid for a day at most.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use serde_json::Value;
use url::Url;

use super::published::Published;
use crate::server::clock::Clock;
use crate::server::response_body;

/// After this time the keys are refreshed in the background. It limits how long a key is trusted after the issuer has
/// withdrawn it.
const FRESH_FOR: Duration = Duration::from_mins(10);
/// How long cached keys are used while the issuer cannot be reached.
const STALE_FOR: Duration = Duration::from_hours(24);
/// The minimum time between two fetches for unknown keys.
const UNKNOWN_KEY_COOLDOWN: Duration = Duration::from_secs(30);
/// The largest key set that is read, in bytes.
const LARGEST_SET: usize = 256 * 1024;

/// The keys cannot be fetched, and none are cached that serve.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider's keys are not available")]
pub struct KeysUnavailable;

/// A key set as it was fetched (RFC 7517 §5).
#[derive(Debug)]
pub struct Keys {
    /// The set as the issuer sent it.
    pub json: Value,
    keys: Vec<Jwk>,
}

impl Keys {
    fn new(json: Value) -> Option<Self> {
        let members = json.get("keys")?.as_array()?;
        // Keys of an unknown type are skipped.
        let keys = members.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect();
        Some(Self { json, keys })
    }

    /// The key that a token names. If it names none, exactly one key must fit.
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

/// A cache of the keys at one URL.
#[derive(Debug)]
pub struct KeyCache {
    url: Url,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    published: Arc<Published<Keys>>,
    unknown_key_at: Mutex<Option<Duration>>,
}

impl KeyCache {
    /// An empty cache. Nothing is fetched yet.
    pub fn new(url: Url, http: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        let published = Published::new(Arc::clone(&clock));
        Self { url, http, clock, published, unknown_key_at: Mutex::default() }
    }

    /// The keys. They are fetched first if none are cached or the cached ones are too old.
    ///
    /// # Errors
    /// When they cannot be fetched.
    pub async fn current(&self) -> Result<Arc<Keys>, KeysUnavailable> {
        match self.published.kept() {
            Some((keys, age)) if age < FRESH_FOR => Ok(keys),
            Some((keys, age)) if age < STALE_FOR => {
                self.published.refresh(self.fetch());
                Ok(keys)
            }
            old => {
                let old = old.map(|(keys, _)| keys);
                self.published.newer_than(old.as_ref(), self.fetch()).await.ok_or(KeysUnavailable)
            }
        }
    }

    /// Newer keys than `seen`, which lack the key that a token names. During the cooldown, those of a fetch that is in flight;
    /// `None` when there is none. `is_trusted` skips the cooldown: the token came from the issuer itself.
    ///
    /// # Errors
    /// When they cannot be fetched, or could not be a moment ago: then nobody knows whether the issuer has such a key.
    pub async fn newer_than(&self, seen: &Arc<Keys>, is_trusted: bool) -> Result<Option<Arc<Keys>>, KeysUnavailable> {
        if let Some((kept, _)) = self.published.kept().filter(|(kept, _)| !Arc::ptr_eq(kept, seen)) {
            return Ok(Some(kept));
        }
        let may_fetch = || is_trusted || self.may_fetch_for_unknown_key();
        self.published.newer_if(Some(seen), may_fetch, self.fetch()).await.map_err(|_| KeysUnavailable)
    }

    /// Whether the cooldown for unknown keys is over. If so, the next one begins.
    fn may_fetch_for_unknown_key(&self) -> bool {
        let now = self.clock.monotonic();
        let mut last = self.unknown_key_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may_fetch = last.is_none_or(|last| now >= last + UNKNOWN_KEY_COOLDOWN);
        if may_fetch {
            *last = Some(now);
        }
        may_fetch
    }

    fn fetch(&self) -> impl Future<Output = Option<Keys>> + Send + use<> {
        fetch(self.http.clone(), self.url.clone())
    }
}

async fn fetch(http: reqwest::Client, url: Url) -> Option<Keys> {
    match read(&http, &url).await {
        Ok(body) => {
            let keys = serde_json::from_slice(&body).ok().and_then(Keys::new);
            if keys.is_none() {
                tracing::warn!(%url, "the identity provider's keys cannot be read");
            }
            keys
        }
        Err(reason) => {
            tracing::warn!(%url, reason, "the identity provider's keys cannot be fetched");
            None
        }
    }
}

async fn read(http: &reqwest::Client, url: &Url) -> Result<Vec<u8>, String> {
    let response = http.get(url.clone()).send().await.map_err(|error| error.without_url().to_string())?;
    if !response.status().is_success() {
        return Err(format!("status {}", response.status().as_u16()));
    }
    response_body::read(response, LARGEST_SET).await.map_err(|error| error.to_string())
}

#[cfg(test)]
#[path = "keys_test.rs"]
mod tests;
