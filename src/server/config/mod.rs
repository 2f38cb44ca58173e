//! The configuration: one TOML file, overridden by the environment, checked whole before anything starts.
//!
//! May import: domain, oauth and connections (for their settings), auth.

mod connection;
mod environment;
mod read;
mod settings;
mod url;

pub use read::{ConfigError, read};
pub use settings::{Authentication, Config, ConnectionConfig, Listen};
