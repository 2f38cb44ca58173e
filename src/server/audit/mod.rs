//! The audit log: an intent on disk before the partner is called, its completion after it.
//!
//! The records are kept by [`AuditStore`](crate::server::storage::AuditStore); the rules are here. May import: domain,
//! clock, the traits of storage. Never sqlx.

mod error;
mod key_file;
mod leaf;
mod log;
mod observed;
mod prove;
mod read;
mod sealing;
mod tree;
mod verify;
mod waiting;

pub use error::AuditError;
pub use key_file::{KeyFileError, signing_key};
pub use log::{AuditLog, OpenEntry};
pub use prove::{NotProved, Prover};
pub use sealing::LogSealer;
pub use tree::{NoteError, SigningKey, VerifyingKey};
pub use verify::{Broken, Verifier};

/// Signs the logs of tests.
#[cfg(test)]
fn sealer() -> std::sync::Arc<LogSealer> {
    std::sync::Arc::new(LogSealer::new(SigningKey::new("partners.example/audit").unwrap(), None))
}
