//! Entries of the audit log: the intent, the actor and the outcome.

mod action;
mod around;
mod code;
mod crowd;
mod entries;
mod event_group;
mod export;
mod filter;
mod observation;
pub mod ranges;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::change::FieldChange;
use super::connection::{ConnectionSummary, Environment};
use super::field::FieldValue;
use super::object::ObjectKind;
use super::reference::ObjectReference;

pub use action::Action;
pub use around::{EntryProof, RecordProof, Related, RelatedEntries};
pub use code::{
    AuditedKind, BACKUP_FILE, CHANGED_KEYS, CONFIGURATION_HASH, DECIDED_ENTRY, DECIDED_OUTCOME, DOCUMENT,
    ERASED_ENTRIES, FILTER, FORMAT, LIST, NAME_OF_THE_LOG, NEW_FIELDS, NOTE, Outcome, PATH, PERMISSION, PRUNED_UNTIL,
    REASON, RECORDS, ROOT, RULE, SESSIONS, SIGN_IN_METHOD, SIZE_IN_BYTES, WAITING_KEYS,
};
pub use crowd::Crowd;
pub use entries::{COUNTED, Count, Entries, Place, Stopped};
pub use event_group::EventGroup;
pub use export::LogFormat;
pub use filter::{AuditFilter, OPEN, PERIODS, Period, TimeRange};
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
    /// The handle of the session: it names the session, and does not bear it.
    #[serde(default)]
    pub session: Option<String>,
}

impl Actor {
    /// The name for people.
    pub fn shown(&self) -> &str {
        if self.is_erased() { "An erased person" } else { &self.name }
    }

    /// Whether whom the entry named was erased: everybody who acts has a name.
    pub fn is_erased(&self) -> bool {
        self.name.is_empty()
    }

    /// The same person by name alone, without the email address that the name is or has in it. Of a name that is nothing
    /// else, the part before the at sign is left.
    #[must_use]
    pub fn without_contacts(self) -> Self {
        let words = words_without_addresses(&self.name);
        let mut parts = self.name.split('@').map(|part| part.trim_matches(|sign: char| !sign.is_alphanumeric()));
        let name = if words.is_empty() && !self.is_erased() {
            parts.find(|part| !part.is_empty()).unwrap_or("Somebody").to_owned()
        } else {
            words.join(" ")
        };
        Self { role: self.role, ..Self::nobody(&name) }
    }

    /// What acts without a person: the dashboard itself, a partner, or somebody of whom nothing is known.
    pub fn nobody(name: &str) -> Self {
        Self {
            subject: String::new(),
            name: name.to_owned(),
            email: None,
            role: String::new(),
            groups: Vec::new(),
            peer: None,
            session: None,
        }
    }
}

/// The words of a name that are neither an email address nor a part of one: an address with a space at its sign is one
/// too, where a host follows.
fn words_without_addresses(name: &str) -> Vec<&str> {
    let is_host = |word: &str| word.trim_matches(|sign: char| !sign.is_alphanumeric()).contains('.');
    let mut kept = Vec::new();
    let mut words = name.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if word.ends_with('@') && words.next_if(|next| is_host(next)).is_some() {
            if word == "@" {
                kept.pop();
            }
        } else if words.next_if(|next| next.starts_with('@') && is_host(next)).is_none() && !word.contains('@') {
            kept.push(word);
        }
    }
    kept
}

/// A connection as it was at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditedConnection {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: Environment,
}

impl From<&ConnectionSummary> for AuditedConnection {
    fn from(connection: &ConnectionSummary) -> Self {
        Self { name: connection.name.clone(), environment: connection.environment }
    }
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The connection that it belongs to; `None` for what concerns the dashboard alone.
    pub connection: Option<AuditedConnection>,
    /// Organisation, client, the connection itself, a session, or the dashboard.
    pub kind: AuditedKind,
    /// The object's id; `None` for a creation whose answer brought none.
    pub id: Option<String>,
    /// The object's name at the time.
    pub name: String,
    /// The organisation that a client belongs to.
    pub organisation_id: Option<String>,
}

impl Target {
    /// The connection's name; empty for what concerns the dashboard alone, as no connection is called.
    pub fn connection_name(&self) -> &str {
        self.connection.as_ref().map(|connection| connection.name.as_str()).unwrap_or_default()
    }

    /// An object of a connection. `organisation_id` is that of a client.
    pub fn of_object(
        connection: &ConnectionSummary,
        kind: ObjectKind,
        object: ObjectReference,
        organisation_id: Option<String>,
    ) -> Self {
        Self {
            connection: Some(AuditedConnection::from(connection)),
            kind: kind.into(),
            id: Some(object.id),
            name: object.name,
            organisation_id,
        }
    }

    /// A connection.
    pub fn of_connection(name: &str, environment: Environment) -> Self {
        Self {
            connection: Some(AuditedConnection { name: name.to_owned(), environment }),
            kind: AuditedKind::Connection,
            id: Some(name.to_owned()),
            name: name.to_owned(),
            organisation_id: None,
        }
    }

    /// The dashboard, or a session in it.
    pub fn of_dashboard(session: Option<String>) -> Self {
        Self {
            connection: None,
            kind: if session.is_some() { AuditedKind::Session } else { AuditedKind::Dashboard },
            id: session,
            name: "Partner Dashboard".to_owned(),
            organisation_id: None,
        }
    }
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
    /// The number of the entry whose version of the object this brings back.
    #[serde(default)]
    pub restores: Option<i64>,
}

impl Intent {
    /// An event for which nothing is sent to a partner.
    pub fn event(action: Action, actor: Actor, target: Target, request_id: &str) -> Self {
        Self {
            actor,
            action,
            target,
            changes: Vec::new(),
            request_id: request_id.to_owned(),
            observation: None,
            answers: None,
            restores: None,
        }
    }

    /// The same with something that is known of it, under one of the names of this module.
    #[must_use]
    pub fn with(mut self, field: &str, value: FieldValue) -> Self {
        self.changes.push(FieldChange { field: field.to_owned(), before: None, after: Some(value) });
        self
    }

    /// The same with a text.
    #[must_use]
    pub fn with_text(self, field: &str, text: &str) -> Self {
        self.with(field, FieldValue::Text(text.to_owned()))
    }
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
        if let Some(outcome) = self.intent.action.outcome_when_written() {
            return outcome;
        }
        let answered = self.completion.as_ref().map_or(Outcome::Unknown, |completion| completion.outcome);
        match &self.resolution {
            Some(resolution) if answered == Outcome::Unknown => resolution.outcome,
            _ => answered,
        }
    }

    /// The outcome as pages call it.
    pub fn outcome_word(&self) -> &'static str {
        self.intent.action.outcome_word(self.outcome())
    }

    /// The object's id, from the answer of a creation if need be.
    pub fn object_id(&self) -> Option<&str> {
        let answered = self.completion.as_ref().and_then(|completion| completion.object_id.as_deref());
        let found = self.resolution.as_ref().and_then(|resolution| resolution.object_id.as_deref());
        self.intent.target.id.as_deref().or(answered).or(found)
    }

    /// What the object is called after it: the entry itself is recorded under the name before a change.
    pub fn name_after(&self) -> &str {
        let renamed = self.intent.changes.iter().find(|change| change.field == "name");
        match renamed.and_then(|change| change.after.as_ref()) {
            Some(FieldValue::Text(name)) if self.outcome() == Outcome::Applied => name,
            _ => &self.intent.target.name,
        }
    }

    /// "created", "changed", or that it was tried.
    pub fn verb(&self) -> String {
        if let Some(observation) = &self.intent.observation {
            return observation.verb().to_owned();
        }
        if self.intent.action.is_complete_when_written() {
            return self.intent.action.past_tense().to_owned();
        }
        match self.outcome() {
            // A check that failed was made all the same.
            Outcome::Refused if self.intent.action == Action::Check => Action::Check.past_tense().to_owned(),
            Outcome::Applied => self.intent.action.past_tense().to_owned(),
            Outcome::Refused | Outcome::NotSent | Outcome::Unknown | Outcome::NotApplied => {
                format!("tried to {}", self.intent.action.infinitive())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_contacts_is_a_name_and_no_address() {
        for (name, shown) in [
            ("Ada Lindqvist", "Ada Lindqvist"),
            ("ada@partner.example", "ada"),
            ("Ada (ada@partner.example)", "Ada"),
            ("<ada@partner.example>", "ada"),
            ("@ada", "ada"),
            ("ada@ partner.example", "ada"),
            ("Ada (ada @ partner.example)", "Ada"),
            ("Ada Lindqvist (ada @partner.example)", "Ada Lindqvist"),
            ("Ada Lindqvist @ Partner Ltd", "Ada Lindqvist Partner Ltd"),
            ("@", "Somebody"),
            ("", "An erased person"),
        ] {
            assert_eq!(Actor::nobody(name).without_contacts().shown(), shown, "{name:?}");
        }
    }
}
