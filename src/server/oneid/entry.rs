//! Reads one entry of a list, field by field, and keeps only what a list needs: no raw JSON, unknown fields or secret.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::wire::{self, OBJECT_KEYS};
use crate::domain::field::{FieldSpecification, FieldValue};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// How much of a text a list keeps, in characters. A single object is read completely.
const LONGEST_TEXT: usize = 4_000;

/// The part of an object that a list needs.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) organisation_id: Option<String>,
    pub(super) fields: FieldValues,
}

/// The methods of a visitor for values of other types, which it skips.
macro_rules! everything_else_is {
    ($value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}
pub(super) use everything_else_is;

/// Reads one entry. `None` for a value that is not an object or has no id.
#[derive(Clone, Copy)]
pub(super) struct EntryReader {
    kind: ObjectKind,
    /// Whether this object is the value of one of [`OBJECT_KEYS`].
    is_wrapped: bool,
}

impl EntryReader {
    pub(super) fn new(kind: ObjectKind) -> Self {
        Self { kind, is_wrapped: false }
    }
}

impl<'de> DeserializeSeed<'de> for EntryReader {
    type Value = Option<Entry>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EntryReader {
    type Value = Option<Entry>;

    everything_else_is!(None);

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an entry of a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    // `serde_json` passes arbitrary-precision numbers as an object with one private member, which is skipped here.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut parts = Parts::new(self.kind);
        while let Some(name) = members.next_key_seed(NameReader(self.kind))? {
            match name {
                Name::Id => parts.id = Some(members.next_value()?),
                Name::OrganisationId => parts.organisation_id = wire::text(members.next_value()?).map(cut),
                Name::Field(field) => parts.set(field, members.next_value()?),
                Name::Wrapper(rank) if !self.is_wrapped => {
                    let inner = members.next_value_seed(Self { is_wrapped: true, ..self })?;
                    parts.keep_wrapped(rank, inner);
                }
                Name::Wrapper(_) | Name::Other => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(parts.into_entry())
    }
}

/// The parts of an entry that have been read.
struct Parts {
    /// The value of the member `id`.
    id: Option<Value>,
    organisation_id: Option<String>,
    fields: FieldValues,
    /// The object that was found under a key of [`OBJECT_KEYS`], and the index of the key.
    wrapped: Option<(usize, Entry)>,
}

impl Parts {
    fn new(kind: ObjectKind) -> Self {
        Self { id: None, organisation_id: None, fields: FieldValues::with_room_for(kind), wrapped: None }
    }

    fn set(&mut self, field: &FieldSpecification, value: Value) {
        self.fields.set(field.name, wire::field_value(field, value).map(cut_value));
    }

    fn keep_wrapped(&mut self, rank: usize, inner: Option<Entry>) {
        if let Some(entry) = inner
            && self.wrapped.as_ref().is_none_or(|(kept, _)| rank <= *kept)
        {
            self.wrapped = Some((rank, entry));
        }
    }

    fn into_entry(mut self) -> Option<Entry> {
        let Some(id) = self.id else {
            return self.wrapped.map(|(_, entry)| entry);
        };
        // A truncated id would be that of another object.
        let id = wire::text(id).filter(|id| id.chars().nth(LONGEST_TEXT).is_none())?;
        self.fields.shrink_to_fit();
        Some(Entry { id, organisation_id: self.organisation_id, fields: self.fields })
    }
}

/// The name of a member.
enum Name {
    Id,
    OrganisationId,
    Field(&'static FieldSpecification),
    /// The index among [`OBJECT_KEYS`].
    Wrapper(usize),
    Other,
}

struct NameReader(ObjectKind);

impl<'de> DeserializeSeed<'de> for NameReader {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameReader {
    type Value = Name;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        let wrapper = || OBJECT_KEYS.iter().position(|key| *key == name);
        Ok(match name {
            "id" => Name::Id,
            "organisation_id" => Name::OrganisationId,
            name => match self.0.field(name) {
                Some(field) => Name::Field(field),
                None => wrapper().map_or(Name::Other, Name::Wrapper),
            },
        })
    }
}

/// A value as a list has it: long texts are cut.
pub fn cut_value(value: FieldValue) -> FieldValue {
    match value {
        FieldValue::Flag(on) => FieldValue::Flag(on),
        FieldValue::Text(text) => FieldValue::Text(cut(text)),
        FieldValue::List(items) => {
            let mut items: Vec<String> = items.into_iter().map(cut).collect();
            items.shrink_to_fit();
            FieldValue::List(items)
        }
    }
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(end);
    }
    text.shrink_to_fit();
    text
}

#[cfg(test)]
#[path = "entry_test.rs"]
mod tests;
