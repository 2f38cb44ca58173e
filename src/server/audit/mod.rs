//! The audit log: an intent on disk before the partner is called, its completion after it.
//!
//! The records are kept by [`AuditStore`](crate::server::storage::AuditStore); the rules are here. May import: domain,
//! clock, the traits of storage. Never sqlx.

mod append_file;
mod broken;
mod check;
mod checkpoint_file;
mod continuation;
mod continuity;
mod error;
mod export;
mod histories;
mod kept;
mod key_file;
mod leaf;
mod log;
mod misplaced;
mod observed;
mod on_purpose;
mod opening;
mod prevented;
mod prove;
mod read;
mod removal;
mod said;
mod sealing;
mod tree;
mod verify;
mod waiting;

pub use broken::Broken;
pub use check::check;
pub use checkpoint_file::keep_checkpoint;
pub use continuation::Continuation;
pub use continuity::{Discontinuity, check_continuity};
pub use error::AuditError;
pub use export::{
    ExportError, LogExport, StreamFormat, StreamSettings, StreamTarget, TilesError, check_tiles_folder, write_tiles,
};
pub use histories::Forsaken;
pub use kept::kept_checkpoints;
pub use key_file::{KeyFileError, existing_signing_key, signing_key};
pub use log::{AuditLog, OpenEntry};
pub use opening::{OpenedPart, Opening};
pub use prove::{ProvedRecord, is_tree_of, nodes_for, prove};
pub use sealing::LogSealer;
pub use tree::{Checkpoint, CheckpointError, LogName, NoteError, SigningKey, VerifyingKey};
pub use verify::Whole;

/// Signs the logs of tests.
#[cfg(test)]
fn sealer() -> std::sync::Arc<LogSealer> {
    std::sync::Arc::new(LogSealer::new(SigningKey::new("partners.example/audit").unwrap(), None))
}
