//! Why a snapshot cannot be used.

use std::io;

use thiserror::Error;

/// Why a snapshot cannot be used.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It was written by another version, or is something else.
    #[error("it is no snapshot of this version")]
    OtherVersion,
    /// It cannot be read or decompressed to its end.
    #[error("it cannot be read")]
    Unreadable(#[from] io::Error),
    /// What it says does not fit together.
    #[error("it is damaged")]
    Damaged,
}
