//! The values of an object by the names of its fields.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::FieldValue;
use super::memory::allocation;
use super::object::ObjectKind;

/// The values of an object by field name; what the partner did not send is absent.
///
/// There can be a million of these, so it is one short list in the order of the names, and a name that stands in a
/// kind's table takes no memory of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldValues(Vec<(Cow<'static, str>, FieldValue)>);

impl FieldValues {
    /// No values, with room for all fields of a kind.
    pub fn with_room_for(kind: ObjectKind) -> Self {
        Self(Vec::with_capacity(kind.fields().len()))
    }

    /// The value of a field, when there is one.
    pub fn get(&self, field: &str) -> Option<&FieldValue> {
        self.find(field).ok().map(|index| &self.0[index].1)
    }

    /// The value of a field, to be changed in place.
    pub fn get_mut(&mut self, field: &str) -> Option<&mut FieldValue> {
        self.find(field).ok().map(|index| &mut self.0[index].1)
    }

    /// Sets a field, or takes it away with `None`.
    pub fn set(&mut self, field: &str, value: Option<FieldValue>) {
        match (self.find(field), value) {
            (Ok(index), Some(value)) => self.0[index].1 = value,
            (Ok(index), None) => drop(self.0.remove(index)),
            (Err(index), Some(value)) => self.0.insert(index, (name(field), value)),
            (Err(_), None) => {}
        }
    }

    /// A text field, when it is there and is one.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.get(field) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The ID of the parent that an object of this kind has; `None` where it has none, or its kind has no parents.
    pub fn parent(&self, kind: ObjectKind) -> Option<&str> {
        self.text(kind.parent_field()?).filter(|id| !id.is_empty())
    }

    /// Whether live users are concerned by an object of this kind.
    pub fn is_production(&self, kind: ObjectKind) -> bool {
        self.flag(kind.production_field()) == Some(true)
    }

    /// A flag, when it is there and is one.
    pub fn flag(&self, field: &str) -> Option<bool> {
        match self.get(field) {
            Some(FieldValue::Flag(on)) => Some(*on),
            _ => None,
        }
    }

    /// A list, when it is there and is one.
    pub fn list(&self, field: &str) -> Option<&[String]> {
        match self.get(field) {
            Some(FieldValue::List(items)) => Some(items),
            _ => None,
        }
    }

    /// Every field that has a value, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Gives back memory that was made ready for more values.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// The memory that they take beside their own place, in bytes.
    pub fn heap_size(&self) -> usize {
        let texts = self.0.iter().map(|(name, value)| match name {
            Cow::Borrowed(_) => value.heap_size(),
            Cow::Owned(name) => allocation(name.capacity()) + value.heap_size(),
        });
        allocation(self.0.capacity() * size_of::<(Cow<'static, str>, FieldValue)>()) + texts.sum::<usize>()
    }

    fn find(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(name, _)| name.as_ref().cmp(field))
    }
}

/// The name as it stands in a kind's table, or a copy of it.
fn name(field: &str) -> Cow<'static, str> {
    let known = ObjectKind::ALL.into_iter().find_map(|kind| kind.field(field));
    known.map_or_else(|| Cow::Owned(field.to_owned()), |known| Cow::Borrowed(known.name))
}

impl FromIterator<(String, FieldValue)> for FieldValues {
    fn from_iter<I: IntoIterator<Item = (String, FieldValue)>>(pairs: I) -> Self {
        let mut values = Self::default();
        for (name, value) in pairs {
            values.set(&name, Some(value));
        }
        values
    }
}

impl Serialize for FieldValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for FieldValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::<String, FieldValue>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> FieldValue {
        FieldValue::Text(words.to_owned())
    }

    #[test]
    fn values_are_plain_json_in_the_audit_log() {
        let mut values = FieldValues::default();
        values.set("name", Some(text("Meridian")));
        values.set("enabled", Some(FieldValue::Flag(true)));
        values.set("allowed_scopes", Some(FieldValue::List(vec!["openid".to_owned()])));
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(json, r#"{"allowed_scopes":["openid"],"enabled":true,"name":"Meridian"}"#);
        assert_eq!(serde_json::from_str::<FieldValues>(&json).unwrap(), values);
    }

    #[test]
    fn a_field_is_set_once_and_can_be_taken_away() {
        let mut values = FieldValues::default();
        for words in ["A", "B"] {
            values.set("name", Some(text(words)));
            values.set("not_in_any_table", Some(text(words)));
        }
        assert_eq!(values.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["name", "not_in_any_table"]);
        assert_eq!(values.text("name"), Some("B"));
        values.set("name", None);
        values.set("never_there", None);
        assert_eq!(values.get("name"), None);
    }

    #[test]
    fn the_size_counts_what_was_made_ready_and_names_of_the_table_are_free() {
        let mut values = FieldValues::with_room_for(ObjectKind::Organisation);
        let ready = values.heap_size();
        values.set("enabled", Some(FieldValue::Flag(true)));
        assert_eq!(values.heap_size(), ready);
        values.shrink_to_fit();
        assert!(values.heap_size() < ready);
        let small = values.heap_size();
        values.set("name", Some(text(&"x".repeat(1_000))));
        assert!(values.heap_size() > small + 1_000);
    }
}
