//! The closed sets of the audit log: what was done, what came of it, and what it was about.

use serde::{Deserialize, Serialize};

use crate::domain::object::ObjectKind;

/// The kind of change, or of another act that partners notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new object.
    Create,
    /// Changed fields of an object.
    Update,
    /// A check of a connection.
    Check,
    /// A test message over a connection.
    SendMessage,
    /// What a refresh found changed, and not by this dashboard.
    Observed,
    /// Fields that the API has newly begun to send, for all objects.
    NewFields,
    /// Somebody agrees with what was observed.
    Accept,
}

impl Action {
    /// Every action, in the order of the filter.
    pub const ALL: [Self; 7] =
        [Self::Create, Self::Update, Self::Observed, Self::Accept, Self::NewFields, Self::Check, Self::SendMessage];

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Check => "check",
            Self::SendMessage => "send_message",
            Self::Observed => "observed",
            Self::NewFields => "new_fields",
            Self::Accept => "accept",
        }
    }

    /// The inverse of [`Action::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The label in the filter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "Created",
            Self::Update => "Changed",
            Self::Check => "Checked",
            Self::SendMessage => "Test message",
            Self::Observed => "Changed elsewhere",
            Self::NewFields => "New fields",
            Self::Accept => "Accepted",
        }
    }

    /// Whether nothing is sent for it, so that its entry has its outcome from the first moment on and no completion.
    pub fn is_complete_when_written(self) -> bool {
        matches!(self, Self::Observed | Self::NewFields | Self::Accept)
    }

    /// The verb in "Ada changed Meridian".
    pub fn past_tense(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update | Self::Observed => "changed",
            Self::Check => "checked",
            Self::SendMessage => "sent a test message to",
            Self::NewFields => "began to send new fields of",
            Self::Accept => "accepted a change of",
        }
    }

    /// The verb while it is not known, or known not, to have happened: "Ada tried to change …".
    pub fn infinitive(self) -> &'static str {
        match self {
            Self::Create => "create",
            // Nothing is tried where something was observed: it is over when it is written.
            Self::Update | Self::Observed => "change",
            Self::Check => "check",
            Self::SendMessage => "send a test message to",
            Self::NewFields => "send new fields of",
            Self::Accept => "accept a change of",
        }
    }
}

/// What came of an intended change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The partner said that it did it.
    Applied,
    /// The partner said that it did not.
    Refused,
    /// The request never left: certainly nothing happened.
    NotSent,
    /// The request left and no answer came that can be relied on: it may have happened.
    Unknown,
    /// The same, and the partner was found without the change later.
    NotApplied,
}

impl Outcome {
    /// Every outcome, in the order of the filter.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Refused, Self::NotSent, Self::Unknown, Self::NotApplied];

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::NotApplied => "not_applied",
        }
    }

    /// The inverse of [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// The label on pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "Applied",
            Self::Refused => "Refused",
            Self::NotSent => "Not sent",
            Self::Unknown => "Unknown",
            Self::NotApplied => "Not applied",
        }
    }
}

/// What an entry is about: an object of the partner, or the connection itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditedKind {
    /// An organisation or a client.
    Object(ObjectKind),
    /// A connection.
    Connection,
}

impl AuditedKind {
    /// The word for people, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.word(),
            Self::Connection => "connection",
        }
    }

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.code(),
            Self::Connection => "connection",
        }
    }

    /// The inverse of [`AuditedKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        if code == Self::Connection.code() {
            return Some(Self::Connection);
        }
        ObjectKind::from_code(code).map(Self::Object)
    }

    /// What people call a field; a field that is not known keeps its own name.
    pub fn label(self, name: &str) -> &str {
        match self {
            _ if name == NOTE => "Note",
            _ if name == NEW_FIELDS => "New fields",
            Self::Object(kind) => kind.label(name),
            Self::Connection if name == DOCUMENT => "Document",
            Self::Connection => name,
        }
    }
}

impl From<ObjectKind> for AuditedKind {
    fn from(kind: ObjectKind) -> Self {
        Self::Object(kind)
    }
}

/// The name under which an entry keeps the document of a test message.
pub const DOCUMENT: &str = "document";

/// The name under which an entry keeps what somebody said when they accepted a change.
pub const NOTE: &str = "note";

/// The name under which an entry keeps which fields the API has newly begun to send.
pub const NEW_FIELDS: &str = "new_fields";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_stable_and_lead_back_to_their_actions() {
        let codes = Action::ALL.map(Action::code);
        assert_eq!(codes, ["create", "update", "observed", "accept", "new_fields", "check", "send_message"]);
        for action in Action::ALL {
            assert_eq!(Action::from_code(action.code()), Some(action));
        }
    }
}
