//! SQLite: the pool with its safety settings, and what is kept in it.
//!
//! No statement that writes uses `RETURNING`: SQLite gives its row before the commit, whose error would be lost.

mod drafts;
mod messages;
mod pool;
mod session_store;
mod store;
mod submissions;

pub use pool::{DatabaseError, open};
pub use session_store::{SessionLimits, SqliteSessionStore};
pub use store::SqliteStore;
