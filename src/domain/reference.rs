//! How an object is named where another page, form or entry speaks of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::excerpt::{LONGEST_NAME, cut};
use super::field_values::FieldValues;

/// An object as a link names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectReference {
    /// The partner's id.
    pub id: String,
    /// The name as it is shown.
    pub name: String,
}

impl ObjectReference {
    /// The reference to the object with this id and these fields.
    pub fn of(id: &str, fields: &FieldValues) -> Self {
        Self { id: id.to_owned(), name: shown_name(id, fields).into_owned() }
    }
}

/// The name of an object, however long it is. One without a name is called by its id.
pub fn whole_name<'a>(id: &'a str, fields: &'a FieldValues) -> &'a str {
    fields.text("name").filter(|name| !name.is_empty()).unwrap_or(id)
}

/// The name of an object as it is shown: cut where it is long.
pub fn shown_name<'a>(id: &'a str, fields: &'a FieldValues) -> Cow<'a, str> {
    cut(whole_name(id, fields), LONGEST_NAME)
}
