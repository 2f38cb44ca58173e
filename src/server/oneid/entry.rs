//! One entry of a list, read field by field into what a list needs of it: no raw JSON, no unknown fields, no secret.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::wire::{self, OBJECT_KEYS};
use crate::domain::field::{FieldSpecification, FieldValue, FieldValues, ObjectKind};

/// How much of a text a list keeps, in characters. One object alone is read whole.
const LONGEST_TEXT: usize = 4_000;

/// An object as a list needs it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) organisation_id: Option<String>,
    pub(super) fields: FieldValues,
}

/// What a visitor makes of values that it does not want: it reads over them.
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

/// Reads one entry; what is no object, or has no id, is `None`.
#[derive(Clone, Copy)]
pub(super) struct EntryReader {
    kind: ObjectKind,
    /// Whether this is what was found under one of [`OBJECT_KEYS`].
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

    // A number comes here too, as an object with one member of a private name, which is not known and read over.
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

/// What has been read of an entry.
struct Parts {
    /// What stood under the name of the id.
    id: Option<Value>,
    organisation_id: Option<String>,
    fields: FieldValues,
    /// What was found under a key of [`OBJECT_KEYS`], and which.
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
        // A cut id would be that of another object.
        let id = wire::text(id).filter(|id| id.chars().nth(LONGEST_TEXT).is_none())?;
        self.fields.shrink_to_fit();
        Some(Entry { id, organisation_id: self.organisation_id, fields: self.fields })
    }
}

/// The name of a member, as far as it matters.
enum Name {
    Id,
    OrganisationId,
    Field(&'static FieldSpecification),
    /// Its place among [`OBJECT_KEYS`].
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

fn cut_value(value: FieldValue) -> FieldValue {
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
