//! The configuration: one TOML file, overridden by the environment, checked whole before anything starts.
//!
//! May import: domain, oauth (for its settings), auth.

mod environment;
mod read;
mod settings;

pub use read::{ConfigError, read};
pub use settings::{Authentication, Config, ConnectionConfig, Listen};
