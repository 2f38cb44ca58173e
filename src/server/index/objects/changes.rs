//! What is new since a generation of objects was built.

use std::collections::HashMap;
use std::sync::Arc;

use super::packed_list::PackedList;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;

/// What is new since a generation was built. Everything else is taken from that generation.
#[derive(Debug, Default)]
pub struct ObjectChanges {
    /// All organisations, when they were read again. The clients of those that are no longer listed go with them.
    pub organisations: Option<Arc<PackedList>>,
    /// All clients of these organisations, by the organisation's id, where they were read again.
    pub clients: HashMap<String, Arc<PackedList>>,
    /// Objects that replace those with the same id, or are new. They count for more than what was read.
    pub patched: Vec<PatchedObject>,
    /// Objects that changed, with the seconds since 1970 when that was.
    pub changed_at: Vec<ChangedAt>,
}

/// A whole object that is newer than what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchedObject {
    /// An organisation.
    Organisation(Organisation),
    /// A client. It belongs to the organisation that it names.
    Client(OAuthClient),
}

impl PatchedObject {
    /// Which object it is.
    pub fn key(&self) -> (ObjectKind, &str) {
        match self {
            Self::Organisation(organisation) => (ObjectKind::Organisation, &organisation.id),
            Self::Client(client) => (ObjectKind::OAuthClient, &client.id),
        }
    }
}

/// When an object changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedAt {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its id.
    pub id: String,
    /// Seconds since 1970.
    pub at: u32,
}
