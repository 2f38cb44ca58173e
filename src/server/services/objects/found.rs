//! What the partner shows of a change whose outcome is not known.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::domain::audit::{AuditEntry, Outcome};
use crate::domain::change::FieldChange;
use crate::domain::failure::FailureKind;
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
    /// The partner did not answer.
    NoAnswer,
}

impl Found {
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
        Err(failure) if matches!(failure.kind, FailureKind::NotFound | FailureKind::Refused) => Found::Nothing,
        Err(_) => Found::NoAnswer,
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

/// Looks for an object with the name and the values that were sent, of which the log knows no other origin. An object
/// that was made outside of this dashboard before, with the same name and values, would be taken for it: nothing tells
/// the two apart.
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
    let Some(objects) = lists.read(connection, kind, target.organisation_id.as_deref()).await else {
        return Ok(Found::NoAnswer);
    };
    let name = loosely(&target.name);
    let mut candidates = Vec::new();
    for object in objects.iter().filter(|object| object.name.as_ref() == Some(&name)) {
        if !audit.has_other_origin(entry, &object.id).await? {
            candidates.push(object);
        }
    }
    Ok(match candidates.as_slice() {
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

/// Whether an object has every value that was sent.
fn is_as_sent(sent: &[FieldChange], fields: &FieldValues) -> bool {
    sent.iter()
        .filter_map(|change| Some((&change.field, change.after.as_ref()?)))
        .all(|(field, sent)| fields.get(field).is_some_and(|now| sent.means_the_same_as(now)))
}

/// A name, as far as a partner may write it otherwise.
fn loosely(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a partner lists. Each list is read once, however many changes are looked for in it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By the kind of object and the organisation that they belong to.
    read: BTreeMap<(ObjectKind, Option<String>), Vec<Listed>>,
}

#[derive(Debug)]
struct Listed {
    /// See [`loosely`].
    name: Option<String>,
    id: String,
    fields: FieldValues,
}

impl Listed {
    fn of(id: String, fields: FieldValues) -> Self {
        Self { name: fields.text("name").map(loosely), id, fields }
    }
}

impl Lists {
    /// The objects among which a created one would be; `None` when the partner does not answer.
    async fn read(
        &mut self,
        connection: &Connection,
        kind: ObjectKind,
        organisation_id: Option<&str>,
    ) -> Option<&[Listed]> {
        let list = match self.read.entry((kind, organisation_id.map(str::to_owned))) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => unread.insert(listed(connection, kind, organisation_id).await?),
        };
        Some(list)
    }
}

async fn listed(connection: &Connection, kind: ObjectKind, organisation_id: Option<&str>) -> Option<Vec<Listed>> {
    match (kind, organisation_id) {
        (ObjectKind::Organisation, _) => {
            let list = connection.api.list_organisations().await.ok()?;
            Some(list.items.into_iter().map(|organisation| Listed::of(organisation.id, organisation.fields)).collect())
        }
        (ObjectKind::OAuthClient, Some(organisation_id)) => {
            let list = connection.api.list_clients(organisation_id).await.ok()?;
            Some(list.items.into_iter().map(|client| Listed::of(client.id, client.fields)).collect())
        }
        (ObjectKind::OAuthClient, None) => None,
    }
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
        for (name, is_it) in [("Meridian  Ltd", true), (" meridian ltd", true), ("Meridian", false)] {
            assert_eq!(loosely("Meridian Ltd") == loosely(name), is_it, "{name}");
        }
    }

    #[test]
    fn half_of_the_new_values_prove_nothing() {
        let mut changes = rename();
        changes.push(FieldChange { field: "enabled".to_owned(), before: None, after: Some(FieldValue::Flag(false)) });
        assert_eq!(compared(&changes, &named("B")), Found::Nothing);
    }
}
