//! Entries of the audit log: the intent, the actor and the outcome.

mod code;
mod crowd;
mod observation;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::change::FieldChange;
use super::connection::Environment;
use super::object::ObjectKind;

pub use code::{Action, AuditedKind, DOCUMENT, NEW_FIELDS, NOTE, Outcome};
pub use crowd::Crowd;
pub use observation::{MOST_NAMED, Observation, ObservedIn, Sighting};

/// The person as the log keeps them: a copy, because people change name and role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The identity provider's name for the person.
    pub subject: String,
    /// The name at the time.
    pub name: String,
    /// The email address at the time.
    pub email: Option<String>,
    /// The role at the time.
    pub role: String,
    /// The groups at the time.
    pub groups: Vec<String>,
    /// The address that the request came from.
    pub peer: Option<String>,
}

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

/// The half of an entry that is on disk before the partner is called. Of an entry that is complete when it is written
/// ([`Action::is_complete_when_written`]), it is the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The person, as known when the change was requested.
    pub actor: Actor,
    /// The action, which also decides the HTTP method.
    pub action: Action,
    /// The object, or the connection, that it is about.
    pub target: Target,
    /// The fields before and after. Never a secret.
    pub changes: Vec<FieldChange>,
    /// This product's id for the request.
    pub request_id: String,
    /// What was found, and since when: there for what was observed alone.
    #[serde(default)]
    pub observation: Option<Observation>,
    /// The number of the newest observed entry that this answers, as accepted or reverted. It answers those about the
    /// same object before it too.
    #[serde(default)]
    pub answers: Option<i64>,
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
    /// What went wrong, as text; never a secret.
    pub detail: Option<String>,
    /// From the intent's commit to the partner's answer, in milliseconds.
    pub duration_ms: u32,
}

/// What was found out later about an entry whose outcome was not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// When it was found out.
    #[serde(with = "time::serde::rfc3339")]
    pub resolved_at: OffsetDateTime,
    /// [`Outcome::Applied`] or [`Outcome::NotApplied`].
    pub outcome: Outcome,
    /// The id of a created object.
    pub object_id: Option<String>,
    /// How it was found out, in a sentence.
    pub detail: String,
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number in the log.
    pub id: i64,
    /// When the intent was committed.
    #[serde(with = "time::serde::rfc3339")]
    pub intended_at: OffsetDateTime,
    /// What was requested, recorded before it was sent.
    pub intent: Intent,
    /// When the completion was committed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<OffsetDateTime>,
    /// The completion; `None` while the change runs, or after a crash in the middle of it.
    pub completion: Option<Completion>,
    /// What was found out later, where the completion does not say.
    pub resolution: Option<Resolution>,
}

impl AuditEntry {
    /// The outcome: unknown without a completion, unless it was established later or nothing had to be sent.
    pub fn outcome(&self) -> Outcome {
        if self.intent.action.is_complete_when_written() {
            return Outcome::Applied;
        }
        let answered = self.completion.as_ref().map_or(Outcome::Unknown, |completion| completion.outcome);
        match &self.resolution {
            Some(resolution) if answered == Outcome::Unknown => resolution.outcome,
            _ => answered,
        }
    }

    /// The object's id, from the answer of a creation if need be.
    pub fn object_id(&self) -> Option<&str> {
        let answered = self.completion.as_ref().and_then(|completion| completion.object_id.as_deref());
        let found = self.resolution.as_ref().and_then(|resolution| resolution.object_id.as_deref());
        self.intent.target.id.as_deref().or(answered).or(found)
    }

    /// "created", "changed", or that it was tried.
    pub fn verb(&self) -> String {
        if let Some(observation) = &self.intent.observation {
            return observation.verb().to_owned();
        }
        match self.outcome() {
            Outcome::Applied => self.intent.action.past_tense().to_owned(),
            Outcome::Refused | Outcome::NotSent | Outcome::Unknown | Outcome::NotApplied => {
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
    /// Entries of the request with this id, ours or the partner's.
    pub request_id: Option<String>,
    /// Entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Entries by a person whose subject, name or email address contains this.
    pub actor: Option<String>,
    /// Entries about this sort of act.
    pub action: Option<Action>,
    /// Only what was observed and neither accepted nor reverted yet.
    pub is_open: bool,
    /// Also the entries of the clients of the organisation `object_id`.
    pub with_clients: bool,
}
