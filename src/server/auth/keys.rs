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

use super::published::Published;
use crate::server::clock::Clock;

/// After this the keys are fetched again, while the kept ones go on serving: a key that the issuer withdrew is not
/// believed much longer.
const FRESH_FOR: Duration = Duration::from_mins(10);
/// How long kept keys serve while the issuer cannot be reached.
const STALE_FOR: Duration = Duration::from_hours(24);
/// From one fetch for the sake of an unknown key to the next.
const UNKNOWN_KEY_COOLDOWN: Duration = Duration::from_secs(30);
/// The largest key set that is read, in bytes.
const LARGEST_SET: usize = 256 * 1024;

/// The keys cannot be had now.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider's keys are not available")]
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

/// The keys at one address.
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

    /// The keys, fetched if there are none that serve.
    ///
    /// # Errors
    /// When they cannot be had.
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

    /// Newer keys than those that did not have the one that a token names; `None` while the cooldown lasts, or when
    /// there are none. `is_trusted`: the token came from the issuer itself, which has no reason to invent names.
    pub async fn newer_than(&self, seen: &Arc<Keys>, is_trusted: bool) -> Option<Arc<Keys>> {
        let (kept, _) = self.published.kept()?;
        if !Arc::ptr_eq(&kept, seen) {
            return Some(kept);
        }
        if !is_trusted && !self.may_look_for_an_unknown_key() {
            return None;
        }
        self.published.newer_than(Some(seen), self.fetch()).await
    }

    /// Whether the cooldown of unknown keys is over; if it is, the next one begins.
    fn may_look_for_an_unknown_key(&self) -> bool {
        let now = self.clock.monotonic();
        let mut last = self.unknown_key_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may_look = last.is_none_or(|last| now >= last + UNKNOWN_KEY_COOLDOWN);
        if may_look {
            *last = Some(now);
        }
        may_look
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
#[path = "keys_test.rs"]
mod tests;
