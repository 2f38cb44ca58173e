//! A Merkle tree of records in published formats: hashes and proofs of RFC 6962, checkpoints and signed notes of C2SP.

mod checkpoint;
mod hash;
mod name;
mod nodes;
mod note;
mod proof;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Frontier, Hash, leaf_hash};
pub use name::LogName;
pub use nodes::{hash_of, inclusion_proof, nodes_of_proof, nodes_of_root, root};
pub use note::{NoteError, SigningKey, VerifyingKey};
pub use proof::{proof_text, verify_inclusion};
