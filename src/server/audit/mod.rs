//! The audit log: an intent on disk before the partner is called, its completion after it.
//!
//! May import: domain, clock, sqlx. Nothing else writes these tables.

mod list;
mod log;
mod row;

pub use log::{AuditError, AuditLog, OpenEntry};
