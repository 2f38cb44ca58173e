//! What a leaf stands for, opened: its envelope, and for each part the salt and the text that it commits to. Whoever has
//! this can check that a record is the one that was signed.

use serde::Serialize;

use super::leaf::{Envelope, SALT, commitment};
use super::on_purpose::is_erased;
use crate::server::hexadecimal::hex;
use crate::server::storage::{KeptLeaf, KeptRecord, PARTS};

/// A leaf with what it commits to, as exports and proofs have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// What is hashed.
    pub envelope: String,
    /// In the order of the envelope: actor, target, before, after, detail. `None` for a part that was erased.
    pub parts: [Option<OpenedPart>; PARTS.len()],
}

/// A part and its salt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenedPart {
    /// In hexadecimal.
    pub salt: String,
    /// Canonical JSON.
    pub text: String,
}

impl Opening {
    /// Opens a leaf; `None` when its record is not the one that it commits to.
    pub fn of(leaf: &KeptLeaf) -> Option<Self> {
        let envelope: Envelope = serde_json::from_str(&leaf.envelope).ok()?;
        let KeptRecord::There(record) = &leaf.record else {
            return None;
        };
        let names = (envelope.record.as_str(), envelope.entry, envelope.time.as_str());
        if envelope.sequence != leaf.sequence || names != (record.kind.code(), record.entry_id, record.at.as_str()) {
            return None;
        }
        let (salts, _) = leaf.salts.as_chunks::<SALT>();
        let salts: &[[u8; SALT]; PARTS.len()] = salts.try_into().ok()?;
        let commitments = envelope.commitments();
        let mut parts = [const { None }; PARTS.len()];
        for (place, part) in parts.iter_mut().enumerate() {
            let (salt, text) = (&salts[place], &record.parts[place]);
            if is_erased(record, PARTS[place], salt, text) {
                continue;
            }
            if hex(&commitment(salt, text)) != commitments[place] {
                return None;
            }
            *part = Some(OpenedPart { salt: hex(salt), text: text.clone() });
        }
        Some(Self { envelope: leaf.envelope.clone(), parts })
    }
}
