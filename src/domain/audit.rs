//! Words of the audit log: what was to be done, by whom, and what came of it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::change::FieldChange;
use super::connection::Environment;
use super::field::ObjectKind;

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
}

impl Action {
    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Check => "check",
            Self::SendMessage => "send_message",
        }
    }

    /// The inverse of [`Action::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Check, Self::SendMessage].into_iter().find(|action| action.code() == code)
    }

    /// The verb in "Ada changed Meridian".
    pub fn past_tense(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "changed",
            Self::Check => "checked",
            Self::SendMessage => "sent a test message to",
        }
    }

    /// The verb while it is not known, or known not, to have happened: "Ada tried to change …".
    pub fn infinitive(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "change",
            Self::Check => "check",
            Self::SendMessage => "send a test message to",
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
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 4] = [Self::Applied, Self::Refused, Self::NotSent, Self::Unknown];

    /// The stable name in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }

    /// The inverse of [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "Applied",
            Self::Refused => "Refused",
            Self::NotSent => "Not sent",
            Self::Unknown => "Unknown",
        }
    }
}

/// The person as the log keeps them: a copy, because people change name and role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The identity provider's name for the person.
    pub subject: String,
    /// The name at the time.
    pub name: String,
    /// The e-mail address at the time.
    pub email: Option<String>,
    /// The role at the time.
    pub role: String,
    /// The groups at the time.
    pub groups: Vec<String>,
    /// The address that the request came from.
    pub peer: Option<String>,
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

/// The object that a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The connection's name.
    pub connection: String,
    /// The connection's environment at the time.
    pub environment: Environment,
    /// Organisation, client, or the connection itself.
    pub kind: AuditedKind,
    /// The object's id; `None` for a creation whose answer brought none.
    pub id: Option<String>,
    /// The object's name at the time.
    pub name: String,
    /// The organisation that a client belongs to.
    pub organisation_id: Option<String>,
}

/// The half of an entry that is on disk before the partner is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Who.
    pub actor: Actor,
    /// What kind of change.
    pub action: Action,
    /// Of which object.
    pub target: Target,
    /// The fields before and after. Never a secret.
    pub changes: Vec<FieldChange>,
    /// This product's id for the request.
    pub request_id: String,
}

/// The half of an entry that is written when the partner has answered, or has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What came of it.
    pub outcome: Outcome,
    /// The partner's HTTP status.
    pub http_status: Option<u16>,
    /// The partner's `x-request-id`, which its support asks for.
    pub partner_request_id: Option<String>,
    /// The id of a created object.
    pub object_id: Option<String>,
    /// What went wrong, in words; never a secret.
    pub detail: Option<String>,
    /// From the intent's commit to the partner's answer, in milliseconds.
    pub duration_ms: u32,
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the log.
    pub id: i64,
    /// When the intent was committed.
    #[serde(with = "time::serde::rfc3339")]
    pub intended_at: OffsetDateTime,
    /// The intent.
    pub intent: Intent,
    /// When the completion was committed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<OffsetDateTime>,
    /// The completion; `None` while the change runs, or after a crash in the middle of it.
    pub completion: Option<Completion>,
}

impl AuditEntry {
    /// What came of it. Without a completion nobody knows.
    pub fn outcome(&self) -> Outcome {
        self.completion.as_ref().map_or(Outcome::Unknown, |completion| completion.outcome)
    }

    /// The object's id, from the answer of a creation if need be.
    pub fn object_id(&self) -> Option<&str> {
        let created = self.completion.as_ref().and_then(|completion| completion.object_id.as_deref());
        self.intent.target.id.as_deref().or(created)
    }

    /// "created", "changed", or that it was tried.
    pub fn verb(&self) -> String {
        match self.outcome() {
            Outcome::Applied => self.intent.action.past_tense().to_owned(),
            Outcome::Refused | Outcome::NotSent | Outcome::Unknown => {
                format!("tried to {}", self.intent.action.infinitive())
            }
        }
    }
}

/// Which entries to list; every part narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// Entries of this connection.
    pub connection: Option<String>,
    /// Entries about this kind of object.
    pub kind: Option<ObjectKind>,
    /// Entries about the object with this id.
    pub object_id: Option<String>,
    /// Entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Entries by a person whose subject, name or e-mail address contains this.
    pub actor: Option<String>,
    /// Also the entries of the clients of the organisation `object_id`.
    pub with_clients: bool,
}
