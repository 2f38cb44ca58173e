//! Builds rows from packed objects and from rows that were built before.

use super::id::{Id, UuidBytes};
use super::id_order::IdOrder;
use super::interner::Interner;
use super::layout::{Layout, Place};
use super::packed::Packed;
use super::rows::Rows;
use super::shape::{Held, Shape};
use super::symbols::{EMPTY, Symbols};
use super::texts::{self, Texts};
use crate::domain::object::ObjectKind;

/// Rows that grow.
#[derive(Debug)]
pub(super) struct RowsBuilder {
    layout: Layout,
    keys: Vec<UuidBytes>,
    shapes: Vec<Shape>,
    texts: Texts,
    shared: Vec<u32>,
    symbols: Interner,
    /// The texts and numbers of the object at hand, kept for their memory.
    own: String,
    numbers: Vec<u32>,
}

/// Rows that others are built from, with the numbers that their shared values have there.
#[derive(Debug)]
pub(super) struct Carried<'a> {
    pub(super) rows: &'a Rows,
    numbers: Vec<Option<u32>>,
}

impl<'a> Carried<'a> {
    pub(super) fn new(rows: &'a Rows) -> Self {
        Self { rows, numbers: vec![None; rows.symbols.lists.len()] }
    }
}

impl RowsBuilder {
    /// No rows, with room for so many.
    pub(super) fn new(kind: ObjectKind, room: usize) -> Self {
        let layout = Layout::of(kind);
        Self {
            keys: Vec::with_capacity(room),
            shapes: Vec::with_capacity(room),
            texts: Texts::default(),
            shared: Vec::with_capacity(room.saturating_mul(layout.width)),
            symbols: Interner::new(),
            own: String::new(),
            numbers: Vec::new(),
            layout,
        }
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.shapes.len()).unwrap_or(u32::MAX)
    }

    /// Appends an object that stands below `above`, and says whether it could be read.
    pub(super) fn push(&mut self, object: Packed<'_>, above: Option<Id<'_>>) -> bool {
        let (mut own, mut numbers) = (std::mem::take(&mut self.own), std::mem::take(&mut self.numbers));
        own.clear();
        numbers.clear();
        numbers.resize(self.layout.width, EMPTY);
        let read = self.read(object, above, &mut own, &mut numbers);
        if let Some((shape, key)) = read {
            self.keys.push(key);
            self.shapes.push(shape);
            self.texts.push(&own);
            self.shared.extend_from_slice(&numbers);
        }
        (self.own, self.numbers) = (own, numbers);
        read.is_some()
    }

    fn read(
        &mut self,
        object: Packed<'_>,
        above: Option<Id<'_>>,
        own: &mut String,
        numbers: &mut [u32],
    ) -> Option<(Shape, UuidBytes)> {
        let mut reader = object.reader();
        let id = reader.text()?;
        let mut shape = reader.shape()?;
        let mut is_named = false;
        for (index, place) in self.layout.places.iter().enumerate() {
            let held = shape.get(index);
            match (held, place) {
                (Held::Text, Place::Own) => {
                    let text = reader.text()?;
                    if above == Some(text) && self.layout.is_parent(index) {
                        shape.set(index, Held::Above);
                        continue;
                    }
                    is_named |= text != Id::Text("") && self.layout.is_name(index);
                    texts::write_text(&text.text(), own);
                }
                (Held::List, Place::Own) => {
                    let count = reader.number()?;
                    texts::write_number(usize::try_from(count).ok()?, own);
                    for _ in 0..count {
                        texts::write_text(&reader.text()?.text(), own);
                    }
                }
                (Held::Text | Held::List, Place::Shared(column)) => {
                    *numbers.get_mut(*column)? = self.symbols.number(held, reader.value(held)?)?;
                }
                _ => {}
            }
        }
        let key = if let Id::Uuid(key) = id { Some(key) } else { None };
        if key.is_none() || !is_named {
            let mut whole = String::with_capacity(own.len() + 40);
            texts::write_text(&id.text(), &mut whole);
            own.insert_str(0, &whole);
        }
        Some((shape.with_id(key.is_some(), key.is_none() || !is_named), key.unwrap_or_default()))
    }

    /// Appends an object from other rows, which is not below another of its kind.
    pub(super) fn push_row(&mut self, carried: &mut Carried<'_>, document: u32) {
        let Carried { rows, numbers } = carried;
        let shape = rows.shape(document);
        self.keys.push(rows.keys.get(document as usize).copied().unwrap_or_default());
        self.shapes.push(shape);
        self.texts.push(rows.texts.get(document));
        let start = self.shared.len();
        self.shared.resize(start + self.layout.width, EMPTY);
        for (index, place) in self.layout.places.iter().enumerate() {
            let held = shape.get(index);
            if let (Held::Text | Held::List, Place::Shared(column)) = (held, place)
                && let Some(shared) = self.shared.get_mut(start + column)
            {
                *shared = number(&mut self.symbols, numbers, held, &rows.symbols, rows.shared(document, *column));
            }
        }
    }

    /// The rows.
    pub(super) fn finish(mut self) -> Rows {
        self.texts.finish();
        self.keys.shrink_to_fit();
        self.shapes.shrink_to_fit();
        self.shared.shrink_to_fit();
        let mut rows = Rows {
            layout: self.layout,
            keys: self.keys,
            shapes: self.shapes,
            texts: self.texts,
            shared: self.shared,
            symbols: self.symbols.finish(),
            ids: IdOrder::default(),
        };
        rows.ids = IdOrder::of(rows.count(), |document| rows.id(document));
        rows
    }
}

/// The number here of a shared value that has another number there.
fn number(here: &mut Interner, known: &mut [Option<u32>], held: Held, there: &Symbols, value: u32) -> u32 {
    let Some(known) = known.get_mut(value as usize) else {
        return EMPTY;
    };
    if known.is_none() {
        *known = here.number_of(held, there, value);
    }
    known.unwrap_or(EMPTY)
}
