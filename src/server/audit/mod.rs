//! The audit log: an intent on disk before the partner is called, its completion after it.
//!
//! The records are kept by [`AuditStore`](crate::server::storage::AuditStore); the rules are here. May import: domain,
//! clock, the traits of storage. Never sqlx.

mod error;
mod log;
mod observed;
mod read;
mod waiting;

pub use error::AuditError;
pub use log::{AuditLog, OpenEntry};
