//! The key that seals what another replica may have to open: sign-ins under way, and secrets that wait for their page.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::error::{ConfigError, ConfigFile};
use super::secret_file;
use crate::server::storage::DatabaseUrl;

/// What is shorter could be guessed: 32 random bytes have at least so many characters, however they are written.
const SHORTEST: usize = 32;

/// The key; `None` where one program alone makes a new one at each start.
pub(super) fn check(
    key: Option<SecretString>,
    key_file: Option<PathBuf>,
    database: &DatabaseUrl,
    file: &ConfigFile<'_>,
) -> Result<Option<SecretString>, ConfigError> {
    let wrong = |reason: &str| file.error("sealing_key_file", reason);
    let key = match (key, key_file) {
        (Some(_), Some(_)) => return Err(wrong("is given twice: here, and in the environment")),
        (None, Some(path)) => Some(secret_file::read(&path).map_err(|fault| wrong(&fault.into_reason()))?),
        (key, None) => key,
    };
    // The same wherever it stands.
    let key = key.map(|key| SecretString::from(key.expose_secret().trim().to_owned()));
    match &key {
        None if database.is_postgres() => Err(wrong(
            "is missing: with PostgreSQL, every replica needs the same key. Make one with openssl rand -base64 48",
        )),
        Some(key) if key.expose_secret().len() < SHORTEST => {
            Err(wrong("must hold at least 32 random characters. Make a key with openssl rand -base64 48"))
        }
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(key: Option<&str>, database: &str) -> Result<bool, String> {
        let (key, database) =
            (key.map(|key| SecretString::from(key.to_owned())), DatabaseUrl::from(database.to_owned()));
        let checked = check(key, None, &database, &ConfigFile { name: "config.toml" });
        checked.map(|key| key.is_some()).map_err(|error| error.to_string())
    }

    #[test]
    fn several_replicas_need_a_key_that_cannot_be_guessed() {
        let (postgres, key) = ("postgres://x@localhost/x", "0123456789abcdefghijklmnopqrstuv");
        assert_eq!(checked(Some(key), postgres), Ok(true));
        assert_eq!(checked(None, "sqlite:x.db"), Ok(false));
        for (key, database, words) in [
            (None, postgres, "sealing_key_file: is missing"),
            (Some("short"), postgres, "at least 32"),
            (Some("short"), "sqlite:x.db", "at least 32"),
        ] {
            let error = checked(key, database).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
