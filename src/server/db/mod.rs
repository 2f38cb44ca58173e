//! SQLite: the pool with its safety settings, and the session store.
//!
//! May import: domain, clock, sqlx (and tower-sessions for the trait of the store).

mod pool;
mod session_store;

pub use pool::{DatabaseError, open};
pub use session_store::{SessionLimits, SqliteSessionStore};
