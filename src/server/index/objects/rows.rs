//! The objects of one kind in rows of a fixed size, with their own and their shared texts beside them.

use super::id::{Id, UuidBytes};
use super::id_order::IdOrder;
use super::layout::{Layout, Place};
use super::shape::{Held, Shape};
use super::symbols::{EMPTY, Symbols};
use super::texts::{TextReader, Texts};

/// The objects of one kind, numbered from 0.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) layout: Layout,
    /// The id where it is a UUID.
    pub(super) keys: Vec<UuidBytes>,
    pub(super) shapes: Vec<Shape>,
    /// The id where the shape says so, then the values whose place is [`Place::Own`].
    pub(super) texts: Texts,
    /// The values whose place is [`Place::Shared`], as many numbers for each object as the layout is wide.
    pub(super) shared: Vec<u32>,
    pub(super) symbols: Symbols,
    pub(super) ids: IdOrder,
}

impl Rows {
    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.shapes.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn shape(&self, document: u32) -> Shape {
        self.shapes.get(document as usize).copied().unwrap_or_default()
    }

    /// The number of a shared value.
    pub(super) fn shared(&self, document: u32, column: usize) -> u32 {
        self.shared.get(document as usize * self.layout.width + column).copied().unwrap_or(EMPTY)
    }

    /// The partner's id; an empty one where there is no such document.
    pub(super) fn id(&self, document: u32) -> Id<'_> {
        match self.keys.get(document as usize) {
            Some(key) if self.shape(document).has_uuid() => Id::Uuid(*key),
            _ => Id::Text(TextReader(self.texts.get(document)).text().unwrap_or_default()),
        }
    }

    /// The document with an id.
    pub(super) fn find(&self, id: Id<'_>) -> Option<u32> {
        self.ids.find(id, |document| self.id(document))
    }

    /// The name; the id where there is none.
    pub(super) fn name(&self, document: u32) -> &str {
        let name = self.layout.field("name").and_then(|(index, _)| self.own(document, index));
        let name = name.and_then(|(held, mut texts)| if held == Held::Text { texts.text() } else { None });
        let called = || TextReader(self.texts.get(document)).text().unwrap_or_default();
        name.filter(|name| !name.is_empty()).unwrap_or_else(called)
    }

    /// What an object's own field holds, and its texts.
    pub(super) fn own(&self, document: u32, index: usize) -> Option<(Held, TextReader<'_>)> {
        let shape = self.shape(document);
        let mut texts = TextReader(self.texts.get(document));
        if shape.writes_id() {
            texts.text()?;
        }
        for (before, place) in self.layout.places.iter().enumerate().take(index) {
            match shape.get(before) {
                Held::Text if *place == Place::Own => drop(texts.text()?),
                Held::List if *place == Place::Own => {
                    for _ in 0..texts.number()? {
                        texts.text()?;
                    }
                }
                _ => {}
            }
        }
        Some((shape.get(index), texts))
    }

    /// Whether a flag is set; `None` where the partner sent none.
    pub(super) fn flag(&self, document: u32, field: &str) -> Option<bool> {
        match self.shape(document).get(self.layout.field(field)?.0) {
            Held::On => Some(true),
            Held::Off => Some(false),
            _ => None,
        }
    }

    /// The number of a shared value where the field holds what it should, and that of nothing elsewhere.
    pub(super) fn shared_value(&self, document: u32, field: &str, held: Held) -> u32 {
        match self.layout.field(field) {
            Some((index, Place::Shared(column))) if self.shape(document).get(index) == held => {
                self.shared(document, column)
            }
            _ => EMPTY,
        }
    }

    /// The memory that they take, in bytes.
    pub(super) fn heap_size(&self) -> usize {
        let rows = self.keys.capacity() * size_of::<UuidBytes>() + self.shapes.capacity() * size_of::<Shape>();
        let shared = self.shared.capacity() * size_of::<u32>();
        rows + shared + self.texts.heap_size() + self.symbols.heap_size() + self.ids.heap_size()
    }
}
