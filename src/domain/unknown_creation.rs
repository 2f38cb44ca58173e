//! A creation whose outcome nobody knows: what may have come of it, and what a person may decide.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::audit::Outcome;
use super::change::FieldChange;
use super::failure::PartnerFailure;
use super::object::ObjectKind;
use super::reference::ObjectReference;

/// Everything that the page about such a creation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownCreation {
    /// The number of its entry in the audit log.
    pub entry: i64,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The name that was sent.
    pub name: String,
    /// For a client: its organisation. For an organisation: its parent, where one was sent.
    pub above: Option<ObjectReference>,
    /// Who sent it, by the name at the time.
    pub actor: String,
    /// When it was recorded, right before it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub sent_at: OffsetDateTime,
    /// The values that were sent.
    pub sent: Vec<FieldChange>,
    /// What is known by now.
    pub state: CreationState,
    /// Whether the person may read its entry in the audit log.
    pub may_read: bool,
}

/// What is known of a creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CreationState {
    /// Nobody knows what became of it.
    Unknown {
        /// What the partner lists under its name and may be it, or why the partner could not be asked.
        candidates: Result<Vec<Candidate>, PartnerFailure>,
        /// Until when the partner may still be at work on it: as long as that, nobody can say that it did not happen.
        /// `None` when that time is over.
        #[serde(with = "time::serde::rfc3339::option")]
        under_way_until: Option<OffsetDateTime>,
    },
    /// It is known.
    Known {
        /// Applied, not applied, refused or not sent.
        outcome: Outcome,
        /// The object that was created.
        object_id: Option<String>,
    },
}

/// An object that may be the one that was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The object.
    pub object: ObjectReference,
    /// The labels of the fields that do not have the values that were sent.
    pub differs: Vec<String>,
}

/// What a person decides about such a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It created the object with this ID.
    Created(String),
    /// It created nothing.
    NotCreated,
}

/// What a form says of the creation that it was sent as, when the answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostCreation {
    /// The number of its entry in the audit log.
    pub entry: i64,
    /// What is known by now.
    pub outcome: Outcome,
    /// The object that was created.
    pub object_id: Option<String>,
}

/// One in the list of those that wait for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCreation {
    /// The number of its entry in the audit log.
    pub entry: i64,
    /// The connection's name.
    pub connection: String,
    /// Organisation or client.
    pub kind: ObjectKind,
    /// The name that was sent.
    pub name: String,
    /// When it was recorded.
    #[serde(with = "time::serde::rfc3339")]
    pub sent_at: OffsetDateTime,
}
