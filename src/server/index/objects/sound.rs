//! Whether rows that were not built here hold together, so that they can be read like others.

use super::id::{uuid_bytes, uuid_text};
use super::id_order::IdOrder;
use super::layout::Place;
use super::rows::Rows;
use super::shape::Held;
use super::texts::TextReader;

impl Rows {
    /// Whether these rows could have been built here. Puts them into the order of their ids.
    pub(super) fn is_sound(&mut self, has_above: impl Fn(u32) -> bool) -> bool {
        let count = self.shapes.len();
        let is_complete = self.keys.len() == count
            && self.texts.starts.len() == count
            && self.shared.len() == count.saturating_mul(self.layout.width);
        let is_known = |number: &u32| (*number as usize) < self.symbols.lists.len();
        if !is_complete || !self.shared.iter().all(is_known) {
            return false;
        }
        let is_whole = |document| self.is_whole(document, has_above(document)).is_some();
        if !(0..self.count()).all(is_whole) {
            return false;
        }
        self.ids = IdOrder::of(self.count(), |document| self.id(document));
        self.ids.doubles(|document| self.id(document)).is_empty()
    }

    /// Something when the texts of an object are those that its shape asks for, and no more.
    fn is_whole(&self, document: u32, has_above: bool) -> Option<()> {
        let shape = self.shape(document);
        let mut texts = TextReader(self.texts.get(document));
        if shape.writes_id() {
            let id = texts.text()?;
            let key = self.keys.get(document as usize)?;
            let is_right = if shape.has_uuid() { uuid_text(*key) == id } else { uuid_bytes(id).is_none() };
            is_right.then_some(())?;
        }
        let mut is_named = false;
        for (index, place) in self.layout.places.iter().enumerate() {
            match (shape.get(index), place) {
                (Held::Text, Place::Own) => {
                    let text = texts.text()?;
                    is_named |= !text.is_empty() && self.layout.is_name(index);
                }
                (Held::List, Place::Own) => {
                    for _ in 0..texts.number()? {
                        texts.text()?;
                    }
                }
                (Held::Text, Place::Shared(column)) => {
                    (self.symbols.lists.get(self.shared(document, *column)).len() == 1).then_some(())?;
                }
                (Held::Above, _) => (has_above && self.layout.is_parent(index)).then_some(())?,
                _ => {}
            }
        }
        let has_more = (self.layout.places.len()..32).any(|index| shape.get(index) != Held::Absent);
        let is_called = shape.writes_id() || (shape.has_uuid() && is_named);
        (texts.0.is_empty() && is_called && !has_more).then_some(())
    }
}
