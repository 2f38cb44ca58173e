//! SQLite: the pool with its safety settings, and what is kept in it.
//!
//! No statement that writes uses `RETURNING`: SQLite gives its row before the commit, whose error would be lost.
//! There are no transactions of sqlx either: when a `COMMIT` fails on a full disk, SQLite has rolled back by itself, the
//! `ROLLBACK` of sqlx 0.9 fails, and sqlx goes on counting one transaction too many on that connection. Its next failure
//! leaves the write lock taken until the program ends. One statement is one commit.

mod drafts;
mod file;
mod messages;
mod pool;
mod session_store;
mod store;
mod submissions;

pub use pool::{DatabaseError, open};
pub use session_store::{SessionLimits, SqliteSessionStore};
pub use store::SqliteStore;
