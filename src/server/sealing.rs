//! Seals what leaves the memory of the server and must come back as it was: AES-256-GCM, as the `cookie` crate does it.
//!
//! May import: hexadecimal.

use cookie::{Cookie, CookieJar, Key};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha512};

use crate::server::hexadecimal::hex;

/// A key for one purpose.
#[derive(Clone)]
pub struct SealingKey(Key);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealingKey")
    }
}

impl SealingKey {
    /// The key of a purpose: of the secret that the configuration has for all replicas, or a new one where it has none. A
    /// secret of 32 random bytes is as good as the key.
    pub fn of(secret: Option<&SecretString>, purpose: &str) -> Self {
        let Some(secret) = secret else {
            return Self(Key::generate());
        };
        let mut hash = Sha512::new_with_prefix("partner-dashboard sealing 1\0");
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(secret.expose_secret().as_bytes());
        Self(Key::from(&hash.finalize()))
    }

    /// What the key can be told by, without giving it away: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        hex(&Sha512::digest(self.0.master())[..8])
    }

    /// The key itself, for the cookies of a browser.
    pub fn key(&self) -> &Key {
        &self.0
    }

    /// Seals a text under a name: it opens under no other one.
    pub fn seal(&self, name: &str, text: &str) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0).add(Cookie::new(name.to_owned(), text.to_owned()));
        jar.get(name).map(|sealed| sealed.value().to_owned()).unwrap_or_default()
    }

    /// Opens what was sealed under a name; `None` when it was not, or is not as it was.
    pub fn open(&self, name: &str, sealed: &str) -> Option<String> {
        let sealed = Cookie::new(name.to_owned(), sealed.to_owned());
        CookieJar::new().private(&self.0).decrypt(sealed).map(|opened| opened.value().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_by_its_key_for_its_purpose_and_under_its_name_alone() {
        let secret = SecretString::from("x".repeat(32));
        let key = SealingKey::of(Some(&secret), "one-time values");
        let sealed = key.seal("n", "cänary\n; =");
        assert!(!sealed.contains("nary"));
        let same = SealingKey::of(Some(&secret), "one-time values");
        assert_eq!(same.open("n", &sealed).as_deref(), Some("cänary\n; ="));
        assert_eq!(same.open("m", &sealed), None);
        let changed = if sealed.starts_with('A') { "B" } else { "A" };
        assert_eq!(same.open("n", &format!("{changed}{}", &sealed[1..])), None);
        assert_eq!(SealingKey::of(Some(&secret), "cookies").open("n", &sealed), None);
        assert_eq!(
            SealingKey::of(Some(&SecretString::from("y".repeat(32))), "one-time values").open("n", &sealed),
            None
        );
        assert_eq!(SealingKey::of(None, "one-time values").open("n", &sealed), None);
        assert_eq!(format!("{key:?}"), "SealingKey");
        assert_eq!((key.fingerprint(), key.fingerprint().len()), (same.fingerprint(), 16));
        assert_ne!(key.fingerprint(), SealingKey::of(Some(&secret), "cookies").fingerprint());
    }
}
