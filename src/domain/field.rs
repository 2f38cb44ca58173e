//! The fields of a partner object: what each holds, and its value.

use std::fmt::{self, Formatter};

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::memory::allocation;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text.
    Text,
    /// On or off.
    Flag,
    /// Several texts whose order carries no meaning.
    List,
    /// Several URLs, in a row each: a comma may be part of one, and one that repeats is an error.
    Urls,
}

/// One editable field of the Partner API (seed 003, "Data structure").
#[derive(Debug, PartialEq, Eq)]
pub struct FieldSpecification {
    /// The Partner API's own name. It is also the name of the form control.
    pub name: &'static str,
    /// The label in forms, facts, diffs and the audit log.
    pub label: &'static str,
    /// The type of its values.
    pub field_type: FieldType,
    /// Whether its control has a text beside it, named `{name}_other`, for values that the control does not offer.
    pub has_other: bool,
}

impl FieldSpecification {
    /// One line of text, or one of several choices.
    pub const fn text(name: &'static str, label: &'static str) -> Self {
        Self { name, label, field_type: FieldType::Text, has_other: false }
    }

    /// One of several choices, or a text that is none of them.
    pub const fn choice(name: &'static str, label: &'static str) -> Self {
        Self { name, label, field_type: FieldType::Text, has_other: true }
    }

    /// A checkbox.
    pub const fn flag(name: &'static str, label: &'static str) -> Self {
        Self { name, label, field_type: FieldType::Flag, has_other: false }
    }

    /// Checkboxes, and a text for further values.
    pub const fn list(name: &'static str, label: &'static str) -> Self {
        Self { name, label, field_type: FieldType::List, has_other: true }
    }

    /// Rows of URLs, and a text for many at once.
    pub const fn urls(name: &'static str, label: &'static str) -> Self {
        Self { name, label, field_type: FieldType::Urls, has_other: true }
    }
}

/// The value of one field. A field that the partner did not send has no value at all,
/// which is not the same as `false` or an empty list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// On or off.
    Flag(bool),
    /// One text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// By its first byte. What serde derives keeps a copy and tries one after the other, which makes an error for each that it
/// is not: entries of the audit log are read by the million.
impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        value.deserialize_any(FieldValueVisitor)
    }
}

struct FieldValueVisitor;

impl<'de> Visitor<'de> for FieldValueVisitor {
    type Value = FieldValue;

    fn expecting(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str("true, false, a text, or a list of texts")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<FieldValue, E> {
        Ok(FieldValue::Flag(on))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldValue, E> {
        Ok(FieldValue::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<FieldValue, E> {
        Ok(FieldValue::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<FieldValue, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(FieldValue::List)
    }
}

impl FieldValue {
    /// Whether the value is what an untouched form control sends: off, empty, or no entry.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Flag(on) => !on,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
        }
    }

    /// Equality as the partner sees it: the order of a list carries no meaning.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) => sorted(left) == sorted(right),
            _ => self == other,
        }
    }

    /// The memory that it takes beside its own place, in bytes.
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Flag(_) => 0,
            Self::Text(text) => allocation(text.capacity()),
            Self::List(items) => {
                let texts: usize = items.iter().map(|item| allocation(item.capacity())).sum();
                allocation(items.capacity() * size_of::<String>()) + texts
            }
        }
    }

    /// The value as short texts, one for each chip of a diff.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Flag(true) => vec!["on".to_owned()],
            Self::Flag(false) => vec!["off".to_owned()],
            Self::Text(text) => vec![text.clone()],
            Self::List(items) if items.is_empty() => vec!["none".to_owned()],
            Self::List(items) => items.clone(),
        }
    }
}

fn sorted(items: &[String]) -> Vec<&String> {
    let mut items: Vec<_> = items.iter().collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// A field that the partner sent and this product does not know: shown, and kept on every save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownField {
    /// The partner's name for it.
    pub name: String,
    /// Its value as JSON text, cut to a length that a page can show.
    pub json: String,
}

/// The memory that a list of them takes beside its own place, in bytes.
pub(super) fn heap_size_of_unknown(fields: &Vec<UnknownField>) -> usize {
    let texts = fields.iter().map(|field| allocation(field.name.capacity()) + allocation(field.json.capacity()));
    allocation(fields.capacity() * size_of::<UnknownField>()) + texts.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_order_of_a_list_carries_no_meaning() {
        let list = |items: &[&str]| FieldValue::List(items.iter().map(|&item| item.to_owned()).collect());
        assert!(list(&["a", "b"]).means_the_same_as(&list(&["b", "a"])));
        assert!(!list(&["a", "b"]).means_the_same_as(&list(&["a"])));
    }

    #[test]
    fn what_is_no_value_of_a_field_is_not_read_as_one() {
        for text in ["null", "1", "{}", "[1]", "[null]", "[[]]", "[\"a\",true]", "\"", "[\"a\"", "true false"] {
            assert!(serde_json::from_str::<FieldValue>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_value_is_read_as_it_was_written(on: bool, text in ".{0,20}", list in vec(".{0,20}", 0..4)) {
            for value in [FieldValue::Flag(on), FieldValue::Text(text), FieldValue::List(list)] {
                let written = serde_json::to_value(&value).unwrap();
                prop_assert_eq!(&serde_json::from_str::<FieldValue>(&written.to_string()).unwrap(), &value);
                prop_assert_eq!(&serde_json::from_value::<FieldValue>(written).unwrap(), &value);
            }
        }
    }
}
