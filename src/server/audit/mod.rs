//! The audit log: an intent on disk before the partner is called, its completion after it.
//!
//! May import: domain, clock, sqlx. Nothing else writes these tables.

mod error;
mod insert;
mod list;
mod log;
mod row;
mod unknown;

pub use error::AuditError;
pub use log::{AuditLog, OpenEntry};
