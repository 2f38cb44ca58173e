//! A form as it was posted, and the one reader that makes the values of an object of it.
//!
//! Browsers send nothing for a checkbox that is not ticked, nor for a list of which none is. So each control sends
//! something in any case, by which it is known to have been on the page: a checkbox the hidden `{name}_shown`, a list the
//! text `{name}_other` beside it. *Absent is not empty*: what a form did not show is never changed by it.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::field::{FieldSpecification, FieldType, FieldValue};
use super::form::FormValues;
use super::gather::MOST_CONTROLS;
use super::object::ObjectKind;

/// The longest text to find something by, in bytes; a longer one is left out, because nothing is called so.
const LONGEST_TYPED: usize = 1_000;

/// What was posted, by the names of the controls. Names that no field has are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostedForm(BTreeMap<String, PostedValue>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum PostedValue {
    Flag(bool),
    Text(String),
    List(Vec<String>),
    #[serde(skip_serializing)]
    Other(IgnoredAny),
}

/// A control whose value is not of the sort that its field holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value of “{0}” cannot be read")]
pub struct UnreadableControl(pub String);

impl PostedForm {
    /// The values of the controls that an object of this kind has.
    ///
    /// # Errors
    /// When a control holds another sort of value than its field, such as two names.
    pub fn read(&self, kind: ObjectKind) -> Result<FormValues, UnreadableControl> {
        let mut form = FormValues::default();
        for field in kind.fields() {
            let other = if field.has_other { self.text(&other_name(field.name))? } else { None };
            form.fields.set(field.name, self.value(field, other.is_some())?);
            form.others.extend(other.map(|typed| (field.name.to_owned(), typed.to_owned())));
        }
        form.others.extend(self.search(kind).map(|(field, typed)| (find_name(field), typed.to_owned())));
        form.make_room(kind);
        Ok(form)
    }

    /// The value of a field; `None` when the form did not show it.
    fn value(&self, field: &FieldSpecification, has_other: bool) -> Result<Option<FieldValue>, UnreadableControl> {
        Ok(match field.field_type {
            FieldType::Text => {
                let text = self.text(field.name)?.or(has_other.then_some(""));
                text.map(|text| FieldValue::Text(text.to_owned()))
            }
            FieldType::Flag => {
                let is_shown = self.0.contains_key(&shown_name(field.name));
                self.flag(field.name)?.or(is_shown.then_some(false)).map(FieldValue::Flag)
            }
            FieldType::List | FieldType::Urls => {
                let entries = self.list(field.name)?.or(has_other.then(Vec::new));
                entries.map(FieldValue::List)
            }
        })
    }

    fn text(&self, name: &str) -> Result<Option<&str>, UnreadableControl> {
        match self.0.get(name) {
            None => Ok(None),
            Some(PostedValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(UnreadableControl(name.to_owned())),
        }
    }

    /// Browsers send the value of a ticked checkbox, or `on` for one that has none; programs may send a boolean.
    fn flag(&self, name: &str) -> Result<Option<bool>, UnreadableControl> {
        match self.0.get(name) {
            None => Ok(None),
            Some(PostedValue::Flag(on)) => Ok(Some(*on)),
            Some(PostedValue::Text(text)) => Ok(Some(matches!(text.as_str(), "true" | "on" | "1" | "yes"))),
            Some(_) => Err(UnreadableControl(name.to_owned())),
        }
    }

    fn list(&self, name: &str) -> Result<Option<Vec<String>>, UnreadableControl> {
        match self.0.get(name) {
            None => Ok(None),
            Some(PostedValue::List(entries)) => Ok(Some(entries.clone())),
            Some(PostedValue::Text(entry)) => Ok(Some(vec![entry.clone()])),
            Some(_) => Err(UnreadableControl(name.to_owned())),
        }
    }

    /// What was typed to find another object for the field that chooses one, by the name of the field; `None` when that
    /// is empty.
    fn search(&self, kind: ObjectKind) -> Option<(&'static str, &str)> {
        let field = kind.parent_field()?;
        let typed = self.text(&find_name(field)).ok().flatten()?.trim();
        (!typed.is_empty() && typed.len() <= LONGEST_TYPED).then_some((field, typed))
    }

    /// What is still to be found before the form means anything: typed, and not yet answered by the choices of the form.
    pub fn sought(&self, kind: ObjectKind) -> Option<&str> {
        let (field, typed) = self.search(kind)?;
        let answered = self.text(&found_name(field)).ok().flatten();
        (answered.map(str::trim) != Some(typed)).then_some(typed)
    }

    /// Whether the form was sent by its button that finds, rather than by its own.
    pub fn is_to_find(&self) -> bool {
        self.text("find").ok().flatten().is_some_and(|pressed| !pressed.is_empty())
    }

    /// The same form with another object chosen, and nothing left to find.
    #[must_use]
    pub fn choosing(&self, kind: ObjectKind, id: &str) -> Self {
        let mut form = self.clone();
        if let Some(field) = kind.parent_field() {
            form.0.insert(field.to_owned(), PostedValue::Text(id.to_owned()));
            form.0.remove(&find_name(field));
        }
        form
    }

    /// Does the work of a button that adds a row of URLs or removes one, where there is no JavaScript to do it. `None`
    /// when the form was sent by its own button. The last row is never removed, only emptied, and there are never more
    /// than a page has room for.
    pub fn rearranged(&self, kind: ObjectKind) -> Option<Self> {
        let field = kind.rows()?;
        let pressed = |name: &str| self.text(name).ok().flatten().filter(|number| !number.is_empty());
        let (add, remove) = (pressed("add_row"), pressed("remove_row"));
        if add.is_none() && remove.is_none() {
            return None;
        }
        let mut rows = self.list(field.name).ok()?.unwrap_or_default();
        let removed = remove.and_then(|number| number.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
        if let Some(index) = removed.filter(|index| *index < rows.len()) {
            rows.remove(index);
        }
        if rows.is_empty() || (add.is_some() && rows.len() < MOST_CONTROLS) {
            rows.push(String::new());
        }
        let mut form = self.clone();
        form.0.insert(field.name.to_owned(), PostedValue::List(rows));
        Some(form)
    }
}

/// The controls that a browser would post for a form, by name and value: [`PostedForm::read`] makes the same form of them.
pub fn controls_of(kind: ObjectKind, form: &FormValues) -> Vec<(String, String)> {
    let mut controls = Vec::new();
    for field in kind.fields() {
        let Some(value) = form.fields.get(field.name) else {
            continue;
        };
        match value {
            FieldValue::Text(text) => controls.push((field.name.to_owned(), text.clone())),
            FieldValue::Flag(on) => {
                controls.push((shown_name(field.name), true.to_string()));
                controls.extend(on.then(|| (field.name.to_owned(), true.to_string())));
            }
            FieldValue::List(entries) => {
                let name = format!("{}[]", field.name);
                controls.extend(entries.iter().map(|entry| (name.clone(), entry.clone())));
            }
        }
        // Also where it is empty: by it the field is known to have been on the page.
        if field.has_other {
            controls.push((other_name(field.name), form.others.get(field.name).cloned().unwrap_or_default()));
        }
    }
    if let Some((field, typed)) =
        kind.parent_field().and_then(|field| Some((field, form.others.get(&find_name(field))?)))
    {
        controls.extend([(find_name(field), typed.clone()), (found_name(field), typed.clone())]);
    }
    controls
}

/// The name of the text beside the control of a field.
pub fn other_name(field: &str) -> String {
    format!("{field}_other")
}

/// The name of the text by which another object is found for a field that chooses one.
pub fn find_name(field: &str) -> String {
    format!("{field}_find")
}

/// The name of the hidden control that says which text the choices of the form answer.
pub fn found_name(field: &str) -> String {
    format!("{field}_found")
}

/// The name of the hidden control by which a checkbox that is not ticked is known to have been on the page.
pub fn shown_name(field: &str) -> String {
    format!("{field}_shown")
}

#[cfg(test)]
#[path = "posted_test.rs"]
mod tests;
