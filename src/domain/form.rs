//! What an admin typed into a form, kept word for word until it is saved or discarded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::{FieldSpecification, FieldType, FieldValue};
use super::field_error::{FieldError, FieldProblem};
use super::field_values::FieldValues;
use super::gather::{gather, make_room};
use super::object::ObjectKind;

/// The controls of a form as they were left. A field that the form did not show is in neither map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormValues {
    /// The value of each field that the form showed.
    pub fields: FieldValues,
    /// Free text beside a control: further values of a list, many pasted URLs, or a value that a
    /// choice does not offer, by the name of the field.
    pub others: BTreeMap<String, String>,
}

impl FormValues {
    /// The values of an object, as a form opens on them.
    pub fn of(kind: ObjectKind, fields: &FieldValues) -> Self {
        let mut form = Self { fields: fields.clone(), others: BTreeMap::new() };
        form.make_room(kind);
        form
    }

    /// The controls as they were left, and those that the form did not show as the object has them.
    #[must_use]
    pub fn completed(mut self, kind: ObjectKind, shown: &FieldValues) -> Self {
        for field in kind.fields() {
            if self.fields.get(field.name).is_none() {
                self.fields.set(field.name, shown.get(field.name).cloned());
            }
        }
        self.make_room(kind);
        self
    }

    /// Moves the entries of long lists that a page has no controls for into the text beside them.
    pub(super) fn make_room(&mut self, kind: ObjectKind) {
        for field in kind.fields() {
            if let Some(FieldValue::List(chosen)) = self.fields.get_mut(field.name) {
                let mut typed = self.others.remove(field.name).unwrap_or_default();
                make_room(field.field_type, chosen, &mut typed);
                self.others.insert(field.name.to_owned(), typed);
            }
        }
        self.others.retain(|_, typed| !typed.trim().is_empty());
    }

    /// The fields that the form showed, with the free text taken in: it joins a list, and takes the place of a choice.
    /// Return URLs stand one on each line, because a comma may be part of a URL; everything else is separated by white space
    /// and commas.
    pub fn gathered(&self, kind: ObjectKind) -> FieldValues {
        let shown = kind.fields().iter().filter_map(|field| {
            let value = self.gathered_value(field, self.fields.get(field.name)?);
            Some((field.name.to_owned(), value))
        });
        shown.collect()
    }

    fn gathered_value(&self, field: &FieldSpecification, posted: &FieldValue) -> FieldValue {
        let typed = self.others.get(field.name).map_or("", String::as_str);
        match (field.field_type, posted) {
            (FieldType::Text, posted) => {
                let chosen = if let FieldValue::Text(text) = posted { text.trim() } else { "" };
                let typed = Some(typed.trim()).filter(|typed| !typed.is_empty());
                FieldValue::Text(typed.unwrap_or(chosen).to_owned())
            }
            (FieldType::Flag, posted) => FieldValue::Flag(*posted == FieldValue::Flag(true)),
            (FieldType::List | FieldType::Urls, posted) => {
                let chosen = if let FieldValue::List(items) = posted { items.as_slice() } else { &[] };
                FieldValue::List(gather(field.field_type, chosen, typed))
            }
        }
    }

    /// The errors of gathered URLs, at the rows of the form that they come from: empty rows count, and pasted URLs
    /// come after the last row.
    pub fn place_errors(&self, kind: ObjectKind, errors: Vec<FieldError>) -> Vec<FieldError> {
        let Some(rows_field) = kind.rows().map(|field| field.name) else {
            return errors;
        };
        let rows = self.fields.list(rows_field).unwrap_or_default();
        let filled: Vec<usize> = (0..rows.len()).filter(|row| !rows[*row].trim().is_empty()).collect();
        let place = |gathered: u32| {
            let gathered = usize::try_from(gathered).unwrap_or(usize::MAX);
            let row = filled.get(gathered).copied().unwrap_or(rows.len() + gathered.saturating_sub(filled.len()));
            u32::try_from(row).unwrap_or(u32::MAX)
        };
        let placed = |mut error: FieldError| {
            if error.field == rows_field {
                error.index = error.index.map(place);
                if let FieldProblem::Repeated { first } = &mut error.problem {
                    *first = place(first.saturating_sub(1)).saturating_add(1);
                }
            }
            error
        };
        errors.into_iter().map(placed).collect()
    }
}
