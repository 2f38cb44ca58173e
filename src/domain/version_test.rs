//! What entries tell of versions: all of it where they fit each other, and what is open where they do not.

use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;
use crate::domain::audit::{Actor, AuditedConnection, Completion, Intent, Observation, Target};
use crate::domain::change::difference;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;

const KIND: ObjectKind = ObjectKind::Organisation;

fn entry(id: i64, action: Action, outcome: Outcome, changes: Vec<FieldChange>) -> AuditEntry {
    let target = Target {
        connection: Some(AuditedConnection { name: "sandbox".to_owned(), environment: Environment::Sandbox }),
        kind: KIND.into(),
        id: Some("o-1".to_owned()),
        name: "Meridian".to_owned(),
        organisation_id: None,
    };
    let completion = Completion {
        outcome,
        http_status: None,
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 1,
    };
    AuditEntry {
        id,
        intended_at: OffsetDateTime::UNIX_EPOCH,
        intent: Intent { changes, ..Intent::event(action, Actor::nobody("Ada"), target, "r-1") },
        completed_at: None,
        completion: (!action.is_complete_when_written()).then_some(completion),
        resolution: None,
    }
}

fn observed(id: i64, sighting: Sighting, changes: Vec<FieldChange>) -> AuditEntry {
    let mut entry = entry(id, Action::Observed, Outcome::Applied, changes);
    entry.intent.observation = Some(Observation { last_seen: None, sighting });
    entry
}

fn named(name: &str) -> FieldValues {
    [("name".to_owned(), FieldValue::Text(name.to_owned()))].into_iter().collect()
}

fn renamed(before: &str, after: &str) -> Vec<FieldChange> {
    difference(KIND.fields(), &named(before), &named(after))
}

fn states() -> impl Strategy<Value = Vec<FieldValues>> {
    let value = prop_oneof![
        Just(None),
        any::<bool>().prop_map(|on| Some(FieldValue::Flag(on))),
        "[a-c]{0,2}".prop_map(|text| Some(FieldValue::Text(text))),
        prop::collection::vec("[a-d]", 0..4).prop_map(|items| Some(FieldValue::List(items))),
    ];
    let fields = KIND.fields();
    let state = prop::collection::vec(value, fields.len()).prop_map(move |values| {
        let named = fields.iter().zip(values).filter_map(|(field, value)| Some((field.name.to_owned(), value?)));
        named.collect::<FieldValues>()
    });
    prop::collection::vec(state, 2..6)
}

fn are_the_same(one: &FieldValues, other: &FieldValues) -> bool {
    difference(KIND.fields(), one, other).is_empty()
}

/// What is open because a refresh found it after it was made.
fn found_later(entries: &[AuditEntry]) -> Vec<Doubt> {
    let found = entries.iter().filter(|entry| entry.intent.action == Action::Observed);
    found.map(|entry| Doubt::Between(entry.id)).collect()
}

proptest! {
    #[test]
    fn entries_that_fit_each_other_tell_every_version_and_every_difference(
        states in states(),
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let mut entries = Vec::new();
        for (number, pair) in states.windows(2).enumerate() {
            let (id, changes) = (i64::try_from(number).unwrap() * 2 + 1, difference(KIND.fields(), &pair[0], &pair[1]));
            // What was refused changed nothing, whatever it asked for.
            let refused = difference(KIND.fields(), &pair[0], &states[0]);
            entries.push(entry(id, Action::Update, Outcome::Refused, refused));
            entries.push(match number % 2 {
                0 => entry(id + 1, Action::Update, Outcome::Applied, changes),
                _ => observed(id + 1, Sighting::Changed, changes),
            });
        }
        let (one, other) = (from.index(states.len()), to.index(states.len()));
        let (from, to) = (one.min(other), one.max(other));
        let later: Vec<AuditEntry> = entries[2 * from..].iter().rev().cloned().collect();
        let version = version(states.last().unwrap(), &later);
        prop_assert!(are_the_same(&version.fields, &states[from]), "{:?}", version.fields);
        prop_assert_eq!(version.doubts, found_later(&later));
        let between = &entries[2 * from..2 * to];
        let comparison = compare(between);
        let mut applied = states[from].clone();
        for change in comparison.changes {
            applied.set(&change.field, change.after);
        }
        prop_assert!(are_the_same(&applied, &states[to]), "{applied:?}");
        prop_assert_eq!(comparison.doubts, found_later(between));
    }
}

#[test]
fn a_change_that_the_log_does_not_have_leaves_a_gap() {
    let later = [
        entry(3, Action::Update, Outcome::Applied, renamed("C", "D")),
        entry(2, Action::Update, Outcome::Applied, renamed("A", "B")),
    ];
    let told = version(&named("D"), &later);
    assert_eq!((told.fields, told.doubts.as_slice()), (named("A"), &[Doubt::Gap(2, vec!["name".to_owned()])][..]));
    let told = version(&named("E"), &later[..1]);
    assert_eq!(told.doubts, [Doubt::Gap(3, vec!["name".to_owned()])]);
    let oldest_first: Vec<AuditEntry> = later.into_iter().rev().collect();
    let comparison = compare(&oldest_first);
    assert_eq!(comparison.changes, renamed("A", "D"));
    assert_eq!(comparison.doubts, [Doubt::Gap(3, vec!["name".to_owned()])]);
    assert_eq!(certainty(&comparison.doubts), Certainty::Approximate);
}

#[test]
fn what_may_have_been_applied_is_taken_back_where_it_is_there_and_is_said() {
    let unknown = [entry(2, Action::Update, Outcome::Unknown, renamed("A", "B"))];
    for (now, then) in [("B", "A"), ("A", "A")] {
        let told = version(&named(now), &unknown);
        assert_eq!((told.fields, told.doubts), (named(then), vec![Doubt::UnknownOutcome(2)]));
    }
    assert_eq!(compare(&unknown).doubts, [Doubt::UnknownOutcome(2)]);
}

#[test]
fn before_an_object_was_there_it_has_no_version() {
    for made in [
        entry(2, Action::Create, Outcome::Applied, renamed("", "A")),
        observed(2, Sighting::Added, Vec::new()),
        observed(2, Sighting::Removed, Vec::new()),
    ] {
        let told = version(&named("A"), std::slice::from_ref(&made));
        assert_eq!(
            (told.doubts.as_slice(), certainty(&told.doubts)),
            (&[Doubt::NotThere(2)][..], Certainty::Unavailable)
        );
        assert_eq!(compare(&[made]).doubts, [Doubt::NotThere(2)]);
    }
}

#[test]
fn only_what_changed_an_object_leaves_a_version() {
    assert!(leaves_a_version(&entry(1, Action::Create, Outcome::Applied, renamed("", "A"))));
    assert!(leaves_a_version(&entry(1, Action::Update, Outcome::Unknown, renamed("A", "B"))));
    assert!(leaves_a_version(&observed(1, Sighting::Added, Vec::new())));
    assert!(!leaves_a_version(&entry(1, Action::Update, Outcome::Refused, renamed("A", "B"))));
    assert!(!leaves_a_version(&observed(1, Sighting::Removed, Vec::new())));
    assert!(!leaves_a_version(&entry(1, Action::SecretShown, Outcome::Applied, Vec::new())));
}
