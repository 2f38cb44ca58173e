//! What is kept on disk: all SQL of the product but that of the audit log, one folder for each database.
//!
//! May import: domain, clock, sqlx (and tower-sessions for the trait of the session store).

mod sqlite;

pub use sqlite::{DatabaseError, SessionLimits, SqliteSessionStore, open};
