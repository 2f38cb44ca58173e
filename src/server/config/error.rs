//! What is wrong with a configuration: every error names the file and the key.

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{file}: is not TOML: {reason}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says, with the line.
        reason: String,
    },
    /// A key is unknown, missing, or has a value that cannot be used.
    #[error("{file}: {key}: {reason}")]
    Key {
        /// The file, or the environment.
        file: String,
        /// The key, with the keys above it.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

/// Makes the errors of one file.
pub(super) struct Wrong<'a> {
    file: &'a str,
}

impl<'a> Wrong<'a> {
    /// The errors of this file.
    pub(super) fn in_file(file: &'a str) -> Self {
        Self { file }
    }

    /// A key that is wrong, and why.
    pub(super) fn key(&self, key: &str, reason: impl Into<String>) -> ConfigError {
        let reason = reason.into().trim().replace('\n', "; ");
        ConfigError::Key { file: self.file.to_owned(), key: key.to_owned(), reason }
    }
}
