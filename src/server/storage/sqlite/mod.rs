//! SQLite: the pool with its safety settings, and what is kept in it.

mod file;
mod pool;
mod session_store;

pub use pool::{DatabaseError, open};
pub use session_store::{SessionLimits, SqliteSessionStore};
