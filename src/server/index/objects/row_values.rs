//! Reads whole objects out of rows.

use std::borrow::Cow;

use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;

use super::id::Id;
use super::layout::Place;
use super::packed::{write_number, write_text};
use super::rows::Rows;
use super::shape::Held;
use super::symbols::Symbols;
use super::texts::TextReader;

/// The value of one field.
pub(super) enum Value<'a> {
    Flag(bool),
    Text(Cow<'a, str>),
    List(Items<'a>),
}

/// The texts of a list.
#[derive(Clone, Copy)]
pub(super) enum Items<'a> {
    /// So many that stand one after the other.
    Own(usize, TextReader<'a>),
    /// Shared ones.
    Shared(&'a Symbols, &'a [u32]),
}

impl<'a> Items<'a> {
    const fn len(self) -> usize {
        match self {
            Self::Own(count, _) => count,
            Self::Shared(_, list) => list.len(),
        }
    }

    /// The texts in the partner's order.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut next = 0;
        let mut items = self;
        std::iter::from_fn(move || {
            let place = next;
            next += 1;
            match &mut items {
                Self::Own(count, texts) if place < *count => texts.text(),
                Self::Own(..) => None,
                Self::Shared(symbols, list) => list.get(place).map(|symbol| symbols.text(*symbol)),
            }
        })
    }
}

impl Rows {
    /// The fields of an object that have a value, by their index. `above` is the id of the organisation above it.
    fn values<'a>(&'a self, document: u32, above: Option<Id<'a>>) -> impl Iterator<Item = (usize, Value<'a>)> {
        let shape = self.shape(document);
        let mut texts = self.own(document, 0).map_or(TextReader(""), |(_, texts)| texts);
        self.layout.places.iter().enumerate().filter_map(move |(index, place)| {
            let value = match (shape.get(index), place) {
                (Held::Absent, _) => return None,
                (Held::Off, _) => Value::Flag(false),
                (Held::On, _) => Value::Flag(true),
                (Held::Above, _) => Value::Text(above?.text()),
                (Held::Text, Place::Own) => Value::Text(Cow::Borrowed(texts.text()?)),
                (Held::Text, Place::Shared(column)) => {
                    let mut list = self.symbols.list(self.shared(document, *column));
                    Value::Text(Cow::Borrowed(list.next().unwrap_or_default()))
                }
                (Held::List, Place::Own) => {
                    let count = texts.number()?;
                    let items = Items::Own(count, texts);
                    for _ in 0..count {
                        texts.text()?;
                    }
                    Value::List(items)
                }
                (Held::List, Place::Shared(column)) => {
                    let list = self.symbols.lists.get(self.shared(document, *column));
                    Value::List(Items::Shared(&self.symbols, list))
                }
            };
            Some((index, value))
        })
    }

    /// The fields of an object.
    pub(super) fn fields(&self, document: u32, above: Option<Id<'_>>) -> FieldValues {
        let specifications = self.layout.kind.fields();
        let mut fields = FieldValues::with_room_for(self.layout.kind);
        for (index, value) in self.values(document, above) {
            let value = match value {
                Value::Flag(on) => FieldValue::Flag(on),
                Value::Text(text) => FieldValue::Text(text.into_owned()),
                Value::List(items) => FieldValue::List(items.iter().map(str::to_owned).collect()),
            };
            if let Some(field) = specifications.get(index) {
                fields.set(field.name, Some(value));
            }
        }
        fields.shrink_to_fit();
        fields
    }

    /// Appends an object as [`pack`](super::packed::pack) would.
    pub(super) fn pack(&self, document: u32, above: Option<Id<'_>>, into: &mut Vec<u8>) {
        let mut shape = self.shape(document).with_id(false, false);
        for index in 0..self.layout.places.len() {
            if shape.get(index) == Held::Above {
                shape.set(index, Held::Text);
            }
        }
        write_text(self.id(document), into);
        write_number(u64::from(shape.bits()), into);
        for (_, value) in self.values(document, above) {
            match value {
                Value::Flag(_) => {}
                Value::Text(text) => write_text(Id::of(&text), into),
                Value::List(items) => {
                    write_number(items.len() as u64, into);
                    items.iter().for_each(|item| write_text(Id::of(item), into));
                }
            }
        }
    }

    /// The texts of a field that holds a list of the object's own.
    pub(super) fn own_list(&self, document: u32, field: &str) -> impl Iterator<Item = &str> {
        let found = self.layout.field(field).and_then(|(index, _)| match self.own(document, index)? {
            (Held::List, mut texts) => Some(Items::Own(texts.number()?, texts)),
            _ => None,
        });
        found.into_iter().flat_map(Items::iter)
    }
}
