//! What the partner shows of a change whose outcome is not known.

use super::listed::{List, Listed, Lists, loosely};
use crate::domain::audit::{AuditEntry, Outcome};
use crate::domain::change::FieldChange;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::Connection;

/// What the partner showed when it was asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// What came of the change.
    Outcome {
        /// Applied or not applied.
        outcome: Outcome,
        /// The id of a created object.
        object_id: Option<String>,
        /// How it was found out.
        detail: String,
    },
    /// Neither that it was applied nor that it was not.
    Nothing,
    /// The object is not there, or is not shown: a proxy may have said so in the partner's place.
    Missing,
    /// The same, and another look may show more.
    NothingYet,
    /// The partner did not answer.
    NoAnswer,
}

impl Found {
    /// What an answer without the object says.
    fn without(failure: &PartnerFailure) -> Self {
        match failure.kind {
            FailureKind::NotFound | FailureKind::Refused => Self::Missing,
            // It did answer: what is asked for other entries may be readable.
            FailureKind::Unreadable | FailureKind::TooLarge => Self::NothingYet,
            _ => Self::NoAnswer,
        }
    }

    fn outcome(outcome: Outcome, object_id: Option<String>, detail: &str) -> Self {
        Self::Outcome { outcome, object_id, detail: detail.to_owned() }
    }
}

/// Reads the object, and compares it with what it was to become and with what it was.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn updated(
    audit: &AuditLog,
    connection: &Connection,
    kind: ObjectKind,
    entry: &AuditEntry,
) -> Result<Found, AuditError> {
    let Some(id) = &entry.intent.target.id else {
        return Ok(Found::Nothing);
    };
    if audit.is_superseded(entry).await? {
        return Ok(Found::Nothing);
    }
    Ok(match connection.api.get(kind, id).await {
        Ok(object) => compared(&entry.intent.changes, &object.fields),
        Err(failure) => Found::without(&failure),
    })
}

fn compared(changes: &[FieldChange], now: &FieldValues) -> Found {
    let all_are = |value: fn(&FieldChange) -> Option<&FieldValue>| {
        changes.iter().all(|change| means_the_same(value(change), now.get(&change.field)))
    };
    if all_are(|change| change.after.as_ref()) {
        let detail = "The object at OneID has the requested values.";
        Found::outcome(Outcome::Applied, None, detail)
    } else if all_are(|change| change.before.as_ref()) {
        let detail = "The object at OneID still has its previous values.";
        Found::outcome(Outcome::NotApplied, None, detail)
    } else {
        Found::Nothing
    }
}

/// Whether two values are the same to the partner.
fn means_the_same(left: Option<&FieldValue>, right: Option<&FieldValue>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left.means_the_same_as(right),
        _ => false,
    }
}

/// Looks for an object with the name and the values that were sent, of which the log knows no other origin. Where another
/// creation may have made it, nobody knows whose it is. An object that was made outside of this dashboard before, with the
/// same name and values, would be taken for it: nothing tells the two apart.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn created(
    audit: &AuditLog,
    connection: &Connection,
    kind: ObjectKind,
    entry: &AuditEntry,
    lists: &mut Lists,
) -> Result<Found, AuditError> {
    let target = &entry.intent.target;
    let (objects, lost) = match lists.read(audit, connection, kind, target.organisation_id.as_deref()).await? {
        Ok(List { objects, lost }) => (objects, lost),
        Err(failure) => return Ok(Found::without(failure)),
    };
    let name = loosely(&target.name);
    let (mut is_alone, mut is_under_way) = (true, false);
    for rival in lost {
        if rival.id != entry.id && rival.name == name {
            is_alone = false;
            is_under_way |= rival.is_open;
        }
    }
    // After the others were read: one that is known since then is the other origin of what it made.
    let candidates = candidates(audit, entry, objects).await?;
    Ok(match candidates.as_slice() {
        [_, ..] if is_under_way => Found::NothingYet,
        [_, ..] if !is_alone => Found::Nothing,
        [] if audit.is_named_later(entry).await? => Found::Nothing,
        [] => Found::outcome(Outcome::NotApplied, None, "OneID has no object with this name."),
        [object] if is_as_sent(&entry.intent.changes, &object.fields) => {
            let detail = "OneID has exactly one object with this name and the requested values.";
            Found::outcome(Outcome::Applied, Some(object.id.clone()), detail)
        }
        // Several of the same name, or one with other values, may be somebody else's work.
        _ => Found::Nothing,
    })
}

/// Those of some objects that a creation may have created: they have its name, and the log knows no other origin of them.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn candidates<'l>(
    audit: &AuditLog,
    entry: &AuditEntry,
    objects: &'l [Listed],
) -> Result<Vec<&'l Listed>, AuditError> {
    let name = loosely(&entry.intent.target.name);
    let mut candidates = Vec::new();
    for object in objects.iter().filter(|object| object.name.as_ref() == Some(&name)) {
        if !audit.has_other_origin(entry, &object.id).await? {
            candidates.push(object);
        }
    }
    Ok(candidates)
}

/// Whether an object has every value that was sent.
fn is_as_sent(sent: &[FieldChange], fields: &FieldValues) -> bool {
    differing(sent, fields).next().is_none()
}

/// The fields of which an object does not have the value that was sent.
pub(super) fn differing<'c>(sent: &'c [FieldChange], fields: &FieldValues) -> impl Iterator<Item = &'c str> {
    sent.iter()
        .filter_map(|change| Some((change.field.as_str(), change.after.as_ref()?)))
        .filter(|(field, sent)| fields.get(field).is_none_or(|now| !sent.means_the_same_as(now)))
        .map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> FieldValue {
        FieldValue::Text(value.to_owned())
    }

    fn rename() -> Vec<FieldChange> {
        vec![FieldChange { field: "name".to_owned(), before: Some(text("A")), after: Some(text("B")) }]
    }

    fn named(name: &str) -> FieldValues {
        [("name".to_owned(), text(name))].into_iter().collect()
    }

    #[test]
    fn an_object_with_the_new_values_was_changed_and_one_with_the_old_was_not() {
        for (name, outcome) in [("B", Some(Outcome::Applied)), ("A", Some(Outcome::NotApplied)), ("C", None)] {
            match compared(&rename(), &named(name)) {
                Found::Outcome { outcome: found, .. } => assert_eq!(Some(found), outcome),
                found => assert_eq!((outcome, found), (None, Found::Nothing)),
            }
        }
    }

    #[test]
    fn a_name_that_the_partner_has_tidied_is_the_same_name() {
        for (name, is_it) in
            [("Meridian  Ltd", true), (" meridian ltd", true), ("Me\u{301}ridian Ltd", false), ("Meridian", false)]
        {
            assert_eq!(loosely("Meridian Ltd") == loosely(name), is_it, "{name}");
        }
        assert_eq!(loosely("Cafe\u{301} Ltd"), loosely("caf\u{e9}\u{a0}ltd"), "written in another way");
    }

    #[test]
    fn half_of_the_new_values_prove_nothing() {
        let mut changes = rename();
        changes.push(FieldChange { field: "enabled".to_owned(), before: None, after: Some(FieldValue::Flag(false)) });
        assert_eq!(compared(&changes, &named("B")), Found::Nothing);
    }
}
