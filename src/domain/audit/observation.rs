//! What a refresh found changed at the partner, and not by this dashboard.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Action, Actor, AuditedConnection, Intent, NEW_FIELDS, Target};
use crate::domain::change::{FieldChange, difference};
use crate::domain::connection::Environment;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// The most objects, or new fields, that one entry names. The rest is counted.
pub const MOST_NAMED: usize = 100;
/// Who changed it: nobody knows.
const OUTSIDE: &str = "Unknown (outside this dashboard)";
/// Who sends new fields.
const API: &str = "OneID";

/// What an observed entry knows beside the fields before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// When it was last seen unchanged; of several objects the earliest time. `None` for new fields.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen: Option<OffsetDateTime>,
    /// What was found.
    pub sighting: Sighting,
}

/// What a refresh found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sighting {
    /// Fields of an object that was known have other values.
    Changed,
    /// An object that was not there before.
    Added,
    /// An object is no longer there.
    Removed,
    /// So many objects at once that one entry stands for all of them.
    Many {
        /// How many they are.
        count: u64,
        /// The first of them, at most [`MOST_NAMED`].
        first: Vec<(ObjectKind, String)>,
    },
    /// The API sends fields that it did not send before.
    NewFields {
        /// Of which objects.
        kind: ObjectKind,
    },
}

impl Observation {
    /// The verb of the sentence: "changed", "added".
    pub fn verb(&self) -> &'static str {
        match self.sighting {
            Sighting::Changed => "changed",
            Sighting::Added => "added",
            Sighting::Removed => "removed",
            Sighting::Many { .. } => "changed many objects of",
            Sighting::NewFields { .. } => Action::NewFields.past_tense(),
        }
    }

    /// Whether the old values can be brought back by a change: what was added or removed cannot be.
    pub fn may_be_reverted(&self) -> bool {
        self.sighting == Sighting::Changed
    }
}

/// Where something was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedIn<'a> {
    /// The connection's name.
    pub connection: &'a str,
    /// Its environment.
    pub environment: Environment,
}

impl ObservedIn<'_> {
    /// An entry about an object that differs from what was last seen; `None` when none of the fields that are known
    /// means something else. `before` is `None` for a new object, `after` for one that is gone.
    pub fn object(
        self,
        (kind, id, name): (ObjectKind, &str, &str),
        organisation_id: Option<&str>,
        before: Option<&FieldValues>,
        after: Option<&FieldValues>,
        last_seen: OffsetDateTime,
    ) -> Option<Intent> {
        let nothing = FieldValues::default();
        let changes = difference(kind.fields(), before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        let sighting = match (before, after) {
            (Some(_), Some(_)) if changes.is_empty() => return None,
            (Some(_), Some(_)) => Sighting::Changed,
            (None, Some(_)) => Sighting::Added,
            (Some(_), None) => Sighting::Removed,
            (None, None) => return None,
        };
        let target = Target {
            connection: Some(AuditedConnection { name: self.connection.to_owned(), environment: self.environment }),
            kind: kind.into(),
            id: Some(id.to_owned()),
            name: name.to_owned(),
            organisation_id: organisation_id.map(str::to_owned),
        };
        Some(observed(OUTSIDE, target, changes, Observation { last_seen: Some(last_seen), sighting }))
    }

    /// One entry for many objects. Of `first`, as many are kept as an entry names.
    pub fn many(self, count: u64, mut first: Vec<(ObjectKind, String)>, last_seen: Option<OffsetDateTime>) -> Intent {
        first.truncate(MOST_NAMED);
        let sighting = Sighting::Many { count, first };
        observed(OUTSIDE, self.target(), Vec::new(), Observation { last_seen, sighting })
    }

    /// One entry for all objects of a kind about fields that the API has newly begun to send. Names beyond those that
    /// an entry has room for are left out.
    pub fn new_fields(self, kind: ObjectKind, names: &[String]) -> Intent {
        let first = names.iter().take(MOST_NAMED).map(|name| cut(name, LONGEST_NAME).into_owned());
        let after = FieldValue::List(first.collect());
        let changes = vec![FieldChange { field: NEW_FIELDS.to_owned(), before: None, after: Some(after) }];
        let observation = Observation { last_seen: None, sighting: Sighting::NewFields { kind } };
        Intent { action: Action::NewFields, ..observed(API, self.target(), changes, observation) }
    }

    /// What concerns many objects is about their connection.
    fn target(self) -> Target {
        Target::of_connection(self.connection, self.environment)
    }
}

/// Nobody asked for it, so the person has neither a subject nor a role.
fn observed(who: &str, target: Target, changes: Vec<FieldChange>, observation: Observation) -> Intent {
    Intent {
        actor: Actor::nobody(who),
        action: Action::Observed,
        target,
        changes,
        request_id: String::new(),
        observation: Some(observation),
        answers: None,
        restores: None,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::audit::AuditedKind;

    const THEN: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
    const HERE: ObservedIn<'static> = ObservedIn { connection: "sandbox", environment: Environment::Sandbox };

    fn values(name: &str, scopes: &[&str]) -> FieldValues {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        [
            ("name".to_owned(), FieldValue::Text(name.to_owned())),
            ("allowed_scopes".to_owned(), FieldValue::List(scopes)),
        ]
        .into_iter()
        .collect()
    }

    fn seen(before: Option<&FieldValues>, after: Option<&FieldValues>) -> Option<Intent> {
        HERE.object((ObjectKind::Organisation, "o-1", "Meridian"), None, before, after, THEN)
    }

    #[test]
    fn a_changed_object_names_the_fields_that_differ_before_and_after() {
        let entry = seen(Some(&values("A", &["x"])), Some(&values("B", &["x"]))).unwrap();
        assert_eq!(entry.changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["name"]);
        let observation = entry.observation.unwrap();
        assert_eq!(observation, Observation { last_seen: Some(THEN), sighting: Sighting::Changed });
        assert!(observation.may_be_reverted());
        assert!(entry.actor.subject.is_empty() && entry.actor.role.is_empty());
    }

    #[test]
    fn what_means_the_same_is_no_change() {
        assert_eq!(seen(Some(&values("A", &["x", "y"])), Some(&values("A", &["y", "x"]))), None);
        assert_eq!(seen(None, None), None);
    }

    #[test]
    fn what_was_added_or_removed_cannot_be_reverted() {
        for (entry, verb) in
            [(seen(None, Some(&values("A", &[]))), "added"), (seen(Some(&values("A", &[])), None), "removed")]
        {
            let observation = entry.unwrap().observation.unwrap();
            assert_eq!((observation.verb(), observation.may_be_reverted()), (verb, false));
        }
    }

    #[test]
    fn an_entry_for_many_names_the_first_hundred_and_counts_all() {
        let ids = (0..150).map(|number| (ObjectKind::OAuthClient, format!("c-{number}"))).collect();
        let entry = HERE.many(50_000, ids, Some(THEN));
        let Some(Observation { sighting: Sighting::Many { count, first }, .. }) = entry.observation else {
            panic!("many")
        };
        assert_eq!((count, first.len()), (50_000, MOST_NAMED));
        assert_eq!(entry.target.kind, AuditedKind::Connection);
    }

    #[test]
    fn names_of_new_fields_are_bounded_in_number_and_length() {
        let names: Vec<String> = (0..1_000).map(|number| format!("{number}{}", "x".repeat(10_000))).collect();
        let entry = HERE.new_fields(ObjectKind::Organisation, &names);
        assert_eq!(entry.action, Action::NewFields);
        assert!(serde_json::to_string(&entry.changes).unwrap().len() < MOST_NAMED * (LONGEST_NAME + 10));
    }

    #[test]
    fn an_observation_is_read_back_from_its_json() {
        for sighting in [
            Sighting::Changed,
            Sighting::Many { count: 2, first: vec![(ObjectKind::Organisation, "o".to_owned())] },
            Sighting::NewFields { kind: ObjectKind::OAuthClient },
        ] {
            let observation = Observation { last_seen: Some(THEN), sighting };
            let json = serde_json::to_string(&observation).unwrap();
            assert_eq!(serde_json::from_str::<Observation>(&json).unwrap(), observation);
        }
    }
}
