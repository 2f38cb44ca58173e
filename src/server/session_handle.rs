//! What a session is called where its id must not be: an id is the bearer of its session.

use sha2::{Digest, Sha256};
use tower_sessions::session::Id;

use super::hexadecimal::hex;

/// What an id is kept as on disk.
pub fn hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

/// The name of a session on pages and in the audit log: it names the session, and does not bear it.
pub fn handle_of(id: Id) -> String {
    hex(&hash(id))
}
