//! A Merkle tree of records in published formats: hashes and proofs of RFC 6962, checkpoints and signed notes of C2SP.

mod checkpoint;
mod hash;
mod note;
mod proof;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Frontier, Hash, leaf_hash};
pub use note::{NoteError, SigningKey, VerifyingKey};
pub use proof::{inclusion_proof, proof_text, verify_inclusion};
