//! What is wrong with a configuration.

/// An error in the configuration. Its text names the file and the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The path of the file.
        file: String,
        /// The error of the operating system.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{file}: is not TOML: {reason}")]
    Syntax {
        /// The path of the file.
        file: String,
        /// The message of the parser, with the line.
        reason: String,
    },
    /// A key is unknown, missing, or has a value that cannot be used.
    #[error("{file}: {key}: {reason}")]
    Key {
        /// The file, or the environment.
        file: String,
        /// The full key, such as `auth.oidc.issuer`.
        key: String,
        /// What is wrong with it, to be read after the key.
        reason: String,
    },
}

/// The file that is being checked, to name it in errors.
pub(super) struct ConfigFile<'a> {
    pub(super) name: &'a str,
}

impl ConfigFile<'_> {
    /// An error at a key of this file.
    pub(super) fn error(&self, key: &str, reason: impl Into<String>) -> ConfigError {
        let reason = reason.into().trim().replace('\n', "; ");
        ConfigError::Key { file: self.name.to_owned(), key: key.to_owned(), reason }
    }
}
