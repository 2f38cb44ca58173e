//! Versions of an object, as the entries of the audit log tell them, and how sure that is.

use serde::{Deserialize, Serialize};

use super::audit::{Action, AuditEntry, AuditedKind, Outcome, Sighting};
use super::change::{FieldChange, same};
use super::field_values::FieldValues;
use super::reference::ObjectReference;

/// The most entries between two versions that are looked at.
pub const MOST_ENTRIES: u32 = 1_000;

/// How sure it is what the values were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The records say all of it, and fit each other.
    Exact,
    /// They leave something open, which is said.
    Approximate,
    /// They do not say it.
    Unavailable,
}

impl Certainty {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Approximate => "Approximate",
            Self::Unavailable => "Unavailable",
        }
    }
}

/// Why a version is not exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is not known whether this entry was applied.
    UnknownOutcome(i64),
    /// The values of these fields before this entry, or now, are not those that the records before it left: there was a
    /// change that the log does not have.
    Gap(i64, Vec<String>),
    /// Other values may have been there between the two times at which this entry saw the object.
    Between(i64),
    /// This entry stands for many objects that changed at once, and this may be one of them.
    OneOfMany(i64),
    /// Changes that are made elsewhere are not recorded on this connection.
    NotObserved,
    /// The object came into being, or came back, with this entry.
    NotThere(i64),
    /// This entry stands for many objects, and their values were not kept.
    NotKept(i64),
    /// The partner no longer has the object.
    Gone,
    /// There are more than [`MOST_ENTRIES`].
    TooMany,
}

impl Doubt {
    /// How sure it leaves a version.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::NotThere(_) | Self::NotKept(_) | Self::Gone | Self::TooMany => Certainty::Unavailable,
            Self::UnknownOutcome(_) | Self::Gap(..) | Self::Between(_) | Self::OneOfMany(_) | Self::NotObserved => {
                Certainty::Approximate
            }
        }
    }

    /// The entry that it is about.
    pub fn entry(&self) -> Option<i64> {
        match self {
            Self::UnknownOutcome(id)
            | Self::Gap(id, _)
            | Self::Between(id)
            | Self::OneOfMany(id)
            | Self::NotThere(id)
            | Self::NotKept(id) => Some(*id),
            Self::NotObserved | Self::Gone | Self::TooMany => None,
        }
    }
}

/// How sure some doubts leave a version.
pub fn certainty(doubts: &[Doubt]) -> Certainty {
    doubts.iter().map(Doubt::certainty).max().unwrap_or(Certainty::Exact)
}

/// What an entry did to its object.
enum Effect<'a> {
    Nothing,
    Changed(&'a [FieldChange]),
    /// These fields, or nothing.
    Perhaps(&'a [FieldChange]),
    /// It made the object, or found it there again.
    Made,
}

fn effect(entry: &AuditEntry) -> Effect<'_> {
    let changes = &entry.intent.changes;
    let sighting = entry.intent.observation.as_ref().map(|seen| &seen.sighting);
    match (entry.intent.action, sighting, entry.outcome()) {
        (Action::Observed, Some(Sighting::Changed), _) | (Action::Update, _, Outcome::Applied) => {
            Effect::Changed(changes)
        }
        (Action::Observed, Some(Sighting::Added | Sighting::Removed), _)
        | (Action::Create, _, Outcome::Applied | Outcome::Unknown) => Effect::Made,
        (Action::Update, _, Outcome::Unknown) => Effect::Perhaps(changes),
        _ => Effect::Nothing,
    }
}

/// Whether an entry left a version of its object, as far as is known.
pub fn leaves_a_version(entry: &AuditEntry) -> bool {
    let is_gone = entry.intent.observation.as_ref().is_some_and(|seen| seen.sighting == Sighting::Removed);
    matches!(entry.intent.target.kind, AuditedKind::Object(_))
        && entry.object_id().is_some()
        && !is_gone
        && !matches!(effect(entry), Effect::Nothing)
}

/// What an entry itself says of the values before and after it.
pub fn doubts_of(entry: &AuditEntry) -> Vec<Doubt> {
    let sighting = entry.intent.observation.as_ref().map(|seen| &seen.sighting);
    match (entry.intent.action, sighting, entry.outcome()) {
        (Action::Observed, Some(Sighting::Many { .. }), _) => vec![Doubt::NotKept(entry.id)],
        (Action::Observed, Some(Sighting::Removed), _) => vec![Doubt::NotThere(entry.id)],
        (Action::Observed, Some(Sighting::Changed), _) => vec![Doubt::Between(entry.id)],
        (Action::Create | Action::Update, _, Outcome::Unknown) => vec![Doubt::UnknownOutcome(entry.id)],
        _ => Vec::new(),
    }
}

/// An object as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its fields. They mean nothing where it is unavailable.
    pub fields: FieldValues,
    /// Why that is not exact.
    pub doubts: Vec<Doubt>,
}

/// The version after which `later` entries came, from the object as it is now and those entries, the newest first.
pub fn version(now: &FieldValues, later: &[AuditEntry]) -> Version {
    let mut version = Version { fields: now.clone(), doubts: Vec::new() };
    for entry in later {
        match effect(entry) {
            Effect::Nothing => {}
            Effect::Made => {
                version.doubts.push(Doubt::NotThere(entry.id));
                return version;
            }
            Effect::Changed(changes) => {
                version.doubts.extend(doubts_of(entry));
                let fits = |change: &&FieldChange| same(version.fields.get(&change.field), change.after.as_ref());
                let gap: Vec<String> =
                    changes.iter().filter(|change| !fits(change)).map(|change| change.field.clone()).collect();
                if !gap.is_empty() {
                    version.doubts.push(Doubt::Gap(entry.id, gap));
                }
                undo(&mut version.fields, changes);
            }
            Effect::Perhaps(changes) => {
                version.doubts.push(Doubt::UnknownOutcome(entry.id));
                let was_applied =
                    changes.iter().all(|change| same(version.fields.get(&change.field), change.after.as_ref()));
                if was_applied {
                    undo(&mut version.fields, changes);
                }
            }
        }
    }
    version
}

fn undo(fields: &mut FieldValues, changes: &[FieldChange]) {
    for change in changes {
        fields.set(&change.field, change.before.clone());
    }
}

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The fields, from the older version to the newer one.
    pub changes: Vec<FieldChange>,
    /// Why that is not exact.
    pub doubts: Vec<Doubt>,
}

/// Two versions of an object side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedVersions {
    /// What the object was called last.
    pub object: ObjectReference,
    /// The entry that left the older version.
    pub from: AuditEntry,
    /// The entry that left the newer version; `None` for the object as it is now.
    pub to: Option<AuditEntry>,
    /// What differs.
    pub comparison: Comparison,
    /// The newest entries that left versions of the object, to choose from.
    pub versions: Vec<AuditEntry>,
    /// Whether the person may edit the object.
    pub may_restore: bool,
}

/// What the entries after one version, up to another one, changed altogether; the oldest first.
pub fn compare(between: &[AuditEntry]) -> Comparison {
    let mut comparison = Comparison::default();
    for entry in between {
        let changes = match effect(entry) {
            Effect::Nothing => continue,
            Effect::Made => {
                comparison.doubts.push(Doubt::NotThere(entry.id));
                continue;
            }
            Effect::Changed(changes) | Effect::Perhaps(changes) => changes,
        };
        comparison.doubts.extend(doubts_of(entry));
        let mut gap = Vec::new();
        for change in changes {
            match comparison.changes.iter_mut().find(|known| known.field == change.field) {
                Some(known) => {
                    if !same(known.after.as_ref(), change.before.as_ref()) {
                        gap.push(change.field.clone());
                    }
                    known.after.clone_from(&change.after);
                }
                None => comparison.changes.push(change.clone()),
            }
        }
        if !gap.is_empty() {
            comparison.doubts.push(Doubt::Gap(entry.id, gap));
        }
    }
    comparison.changes.retain(|change| !same(change.before.as_ref(), change.after.as_ref()));
    comparison
}

#[cfg(test)]
#[path = "version_test.rs"]
mod tests;
