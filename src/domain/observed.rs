//! Changes made outside of this dashboard, as pages show them: open, accepted or reverted.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::audit::{Action, AuditEntry, AuditedKind, EntryProof, RelatedEntries, Sighting};

/// What was observed of an object, or of a connection, and nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    /// What it is about, and up to which entry.
    pub about: ObservedTarget,
    /// The name when it was observed.
    pub name: String,
    /// What was found.
    pub sighting: Sighting,
    /// The Partner API's names of the fields that changed.
    pub fields: Vec<String>,
    /// When it was found last.
    #[serde(with = "time::serde::rfc3339")]
    pub found_at: OffsetDateTime,
    /// When it was last seen unchanged.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen: Option<OffsetDateTime>,
    /// Whether the person may accept it, or revert it where that can be.
    pub may_answer: bool,
    /// Whether the person may read its entry in the audit log.
    pub may_read: bool,
}

/// What an answer is about: everything observed of an object up to an entry, because a person answers what they saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedTarget {
    /// The connection's name.
    pub connection: String,
    /// Organisation, client, or the connection itself.
    pub kind: AuditedKind,
    /// The id of the object, or the name of the connection.
    pub id: String,
    /// The number of the newest entry that the person saw.
    pub until: i64,
}

impl OpenChange {
    /// All open entries of one object as one change, the newest first; `None` when there is none. Nothing may be done
    /// about it until somebody says so.
    pub fn of(entries: &[AuditEntry]) -> Option<Self> {
        let (newest, oldest) = (entries.first()?, entries.last()?);
        let sighting = |entry: &AuditEntry| entry.intent.observation.as_ref().map(|seen| seen.sighting.clone());
        let found = match (sighting(newest)?, sighting(oldest)?) {
            // It came and changed since: to whoever looks now, it was added.
            (Sighting::Changed, Sighting::Added) => Sighting::Added,
            (found, _) => found,
        };
        let mut fields: Vec<String> = Vec::new();
        for change in entries.iter().rev().flat_map(|entry| &entry.intent.changes) {
            if !fields.contains(&change.field) {
                fields.push(change.field.clone());
            }
        }
        let target = &newest.intent.target;
        Some(Self {
            about: ObservedTarget {
                connection: target.connection.as_ref()?.name.clone(),
                kind: target.kind,
                id: target.id.clone()?,
                until: newest.id,
            },
            name: target.name.clone(),
            sighting: found,
            fields,
            found_at: newest.intended_at,
            last_seen: oldest.intent.observation.as_ref().and_then(|seen| seen.last_seen),
            may_answer: false,
            may_read: false,
        })
    }

    /// Whether the old values can be brought back: what was added or removed cannot be.
    pub fn may_be_reverted(&self) -> bool {
        self.sighting == Sighting::Changed
    }
}

/// What the overview says of the changes made elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChanges {
    /// How many are open, within the person's reach.
    pub total: u64,
    /// The newest of them.
    pub newest: Vec<OpenChange>,
}

/// Where an observed change stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nobody has answered it.
    Open(OpenChange),
    /// Somebody has.
    Answered(Answer),
}

/// The entry that answered an observed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its number.
    pub entry: i64,
    /// Whether the old values were brought back, rather than the new ones accepted.
    pub is_reverted: bool,
    /// Who answered, by the name at the time.
    pub name: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl From<AuditEntry> for Answer {
    fn from(entry: AuditEntry) -> Self {
        Self {
            entry: entry.id,
            is_reverted: entry.intent.action != Action::Accept,
            at: entry.completed_at.unwrap_or(entry.intended_at),
            name: entry.intent.actor.shown().to_owned(),
        }
    }
}

/// An entry of the audit log with what became of it, where it was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPage {
    /// The entry.
    pub entry: AuditEntry,
    /// Where the change stands that it observed; `None` for every other entry.
    pub standing: Option<Standing>,
    /// Whether the person may restore the version that it left; `None` where it left none.
    pub may_restore: Option<bool>,
    /// Whether the entry is as it was signed; `None` for those who may not read all of it.
    pub proof: Option<EntryProof>,
    /// Other entries that have something in common with it, for those who may read all of it.
    pub related: Vec<RelatedEntries>,
}

#[cfg(test)]
#[path = "observed_test.rs"]
mod tests;
