//! What the partner shows of a change whose outcome is not known.

use crate::domain::audit::{AuditEntry, Outcome};
use crate::domain::change::FieldChange;
use crate::domain::failure::FailureKind;
use crate::domain::field::{FieldValue, FieldValues, ObjectKind};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::context::Connection;

/// What a look at the partner showed.
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
    /// It shows neither the one nor the other.
    Nothing,
    /// The partner did not answer.
    NoAnswer,
}

impl Found {
    fn outcome(outcome: Outcome, object_id: Option<String>, detail: &str) -> Self {
        Self::Outcome { outcome, object_id, detail: detail.to_owned() }
    }
}

/// Reads the object, and compares it with what it was to become and with what it was.
pub(super) async fn updated(connection: &Connection, kind: ObjectKind, entry: &AuditEntry) -> Found {
    let Some(id) = &entry.intent.target.id else {
        return Found::Nothing;
    };
    match connection.api.get(kind, id).await {
        Ok(object) => compared(&entry.intent.changes, &object.fields),
        Err(failure) if matches!(failure.kind, FailureKind::NotFound | FailureKind::Refused) => Found::Nothing,
        Err(_) => Found::NoAnswer,
    }
}

fn compared(changes: &[FieldChange], now: &FieldValues) -> Found {
    let all_are = |value: fn(&FieldChange) -> Option<&FieldValue>| {
        changes.iter().all(|change| means_the_same(value(change), now.get(&change.field)))
    };
    if all_are(|change| change.after.as_ref()) {
        let detail = "The object was read: it has the values that were to be saved.";
        Found::outcome(Outcome::Applied, None, detail)
    } else if all_are(|change| change.before.as_ref()) {
        let detail = "The object was read: it has the values that it had before.";
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

/// Looks for an object with the name and the values that were sent, and which nothing else in the log speaks of.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn created(
    audit: &AuditLog,
    connection: &Connection,
    kind: ObjectKind,
    entry: &AuditEntry,
) -> Result<Found, AuditError> {
    let target = &entry.intent.target;
    let Some(objects) = listed(connection, kind, target.organisation_id.as_deref()).await else {
        return Ok(Found::NoAnswer);
    };
    let mut candidates = Vec::new();
    for (id, fields) in objects.into_iter().filter(|(_, fields)| has_place_of(&entry.intent.changes, fields)) {
        if !audit.knows(&target.connection, &id, entry.id).await? {
            candidates.push((id, fields));
        }
    }
    let sent = entry.intent.changes.as_slice();
    let is_as_sent = |fields: &FieldValues| {
        sent.iter().all(|change| {
            change
                .after
                .as_ref()
                .is_none_or(|after| fields.get(&change.field).is_some_and(|now| after.means_the_same_as(now)))
        })
    };
    Ok(match candidates.as_slice() {
        [] => Found::outcome(Outcome::NotApplied, None, "OneID was searched: it has no such object of this name."),
        [(id, fields)] if is_as_sent(fields) => {
            let detail = "OneID was searched: one object has the name and the values that were sent.";
            Found::outcome(Outcome::Applied, Some(id.clone()), detail)
        }
        // Several of the same name, or one with other values, may be somebody else's work.
        _ => Found::Nothing,
    })
}

/// The objects among which a created one would be, with their ids.
async fn listed(
    connection: &Connection,
    kind: ObjectKind,
    organisation_id: Option<&str>,
) -> Option<Vec<(String, FieldValues)>> {
    match (kind, organisation_id) {
        (ObjectKind::Organisation, _) => {
            let list = connection.api.list_organisations().await.ok()?;
            Some(list.items.into_iter().map(|organisation| (organisation.id, organisation.fields)).collect())
        }
        (ObjectKind::OAuthClient, Some(organisation_id)) => {
            let list = connection.api.list_clients(organisation_id).await.ok()?;
            Some(list.items.into_iter().map(|client| (client.id, client.fields)).collect())
        }
        (ObjectKind::OAuthClient, None) => None,
    }
}

/// Whether an object has the name that was sent, and the parent where one was.
fn has_place_of(sent: &[FieldChange], fields: &FieldValues) -> bool {
    let places = sent.iter().filter(|change| matches!(change.field.as_str(), "name" | "parent_id"));
    let wanted: Vec<_> = places.filter_map(|change| Some((&change.field, change.after.as_ref()?))).collect();
    !wanted.is_empty() && wanted.iter().all(|(field, value)| fields.get(field) == Some(*value))
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
    fn half_of_the_new_values_prove_nothing() {
        let mut changes = rename();
        changes.push(FieldChange { field: "enabled".to_owned(), before: None, after: Some(FieldValue::Flag(false)) });
        assert_eq!(compared(&changes, &named("B")), Found::Nothing);
    }
}
