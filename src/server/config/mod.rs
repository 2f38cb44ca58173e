//! The configuration: one TOML file, overridden by the environment, and checked completely before anything starts.
//!
//! May import: domain, oauth, backup, connections, index, notifications and telemetry (for their settings), auth.

mod advice;
mod audit;
mod auth_table;
mod authentication;
mod backup;
mod connection;
mod database;
mod environment;
mod error;
mod facts;
mod file;
mod index;
mod key_path;
mod lines;
mod notifications;
mod operations_address;
mod problems;
mod put_right;
mod read;
mod reload;
mod right_target;
mod roles;
mod sealing;
mod secret_file;
mod settings;
mod smtp;
mod telemetry;
mod trusted_peers;
mod url;
mod values;

pub use advice::advice;
pub use connection::check_connection_name;
pub use database::{named_database, unprotected};
pub use error::ConfigError;
pub use facts::ConfigurationFacts;
pub use file::default_support_url;
pub use operations_address::operations_address;
pub use problems::{Problem, check_all, read_all};
pub use read::{read, read_with_facts};
pub use reload::Reloaded;
pub use settings::{AuditSettings, Config, ConnectionConfig, Listen};
