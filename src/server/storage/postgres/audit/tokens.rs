//! The words and IDs by which an entry is found.

use sha2::{Digest as _, Sha256};

use crate::domain::audit::{Actor, AuditEntry};
use crate::server::hexadecimal::hex;
use crate::server::storage::audit_text::{EntryText, person};
use crate::server::storage::null_character::text;

/// What stands before an ID, so that it is no word: words are letters and digits.
const ID: char = '#';
/// What stands before the ID of the organisation that a client is in.
const ORGANISATION: char = '@';
/// The longest ID that is kept as it is: an index of PostgreSQL has no room for one that is very long.
const LONGEST: usize = 200;

/// The token of the ID of anything that an entry names.
pub(super) fn id(id: &str) -> String {
    token(ID, id)
}

/// The token of the ID of the organisation that a client is in.
pub(super) fn organisation(id: &str) -> String {
    token(ORGANISATION, id)
}

fn token(category: char, id: &str) -> String {
    if id.len() > LONGEST {
        return format!("{category}{category}{}", hex(&Sha256::digest(id)));
    }
    text(&format!("{category}{id}")).into_owned()
}

/// What people are searched by. Whoever was erased is not found.
pub(super) fn actor(actor: &Actor) -> String {
    text(&person(actor)).into_owned()
}

/// The words and IDs of an entry.
pub(super) fn of(entry: &AuditEntry) -> Vec<String> {
    let text = EntryText::of(entry);
    let organisation = text.organisation.iter().map(|id| organisation(id));
    let ids = text.ids.iter().map(|one| id(one));
    organisation.chain(ids).chain(text.words.iter().cloned()).collect()
}
