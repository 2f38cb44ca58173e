//! Which fields an object has and of what type each is, in four bytes.

use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// What an object has in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Nothing: the partner did not send it.
    Absent,
    /// `false`.
    Off,
    /// `true`.
    On,
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// The text that is the id of the organisation above, which need not be kept twice.
    Above,
}

/// Three bits for each field, and what else is to be known of an object before its text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape(u32);

const BITS: usize = 3;
/// How many fields of a kind there is room for.
const MOST_FIELDS: usize = 10;
const MASK: u32 = (1 << BITS) - 1;
const HAS_UUID: u32 = 1 << 30;
const WRITES_ID: u32 = 1 << 31;

impl Shape {
    /// The shape of an object of a kind.
    pub(super) fn of(kind: ObjectKind, fields: &FieldValues) -> Self {
        let mut shape = Self::default();
        for (index, field) in kind.fields().iter().enumerate() {
            shape.set(index, held(fields.get(field.name)));
        }
        shape
    }

    /// The shape as a number.
    pub(super) const fn bits(self) -> u32 {
        self.0
    }

    /// The shape with these bits, if it is one.
    pub(super) fn from_bits(bits: u32) -> Option<Self> {
        let shape = Self(bits);
        let is_known = |index| bits >> (BITS * index) & MASK <= Held::Above as u32;
        (0..MOST_FIELDS).all(is_known).then_some(shape)
    }

    /// What the field at an index of the kind's table holds.
    pub(super) const fn get(self, index: usize) -> Held {
        if index >= MOST_FIELDS {
            return Held::Absent;
        }
        match self.0 >> (BITS * index) & MASK {
            1 => Held::Off,
            2 => Held::On,
            3 => Held::Text,
            4 => Held::List,
            5 => Held::Above,
            _ => Held::Absent,
        }
    }

    /// Says what a field holds.
    pub(super) const fn set(&mut self, index: usize, held: Held) {
        if index < MOST_FIELDS {
            self.0 = self.0 & !(MASK << (BITS * index)) | (held as u32) << (BITS * index);
        }
    }

    /// Whether the id is a UUID.
    pub(super) const fn has_uuid(self) -> bool {
        self.0 & HAS_UUID != 0
    }

    /// Whether the id stands before the text of the object: it is no UUID, or it is what the object is called by.
    pub(super) const fn writes_id(self) -> bool {
        self.0 & WRITES_ID != 0
    }

    /// The shape with what is to be known of the id.
    pub(super) const fn with_id(self, has_uuid: bool, writes_id: bool) -> Self {
        let uuid = if has_uuid { HAS_UUID } else { 0 };
        let written = if writes_id { WRITES_ID } else { 0 };
        Self(self.0 & !(HAS_UUID | WRITES_ID) | uuid | written)
    }
}

const fn held(value: Option<&FieldValue>) -> Held {
    match value {
        None => Held::Absent,
        Some(FieldValue::Flag(false)) => Held::Off,
        Some(FieldValue::Flag(true)) => Held::On,
        Some(FieldValue::Text(_)) => Held::Text,
        Some(FieldValue::List(_)) => Held::List,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_the_fields_of_every_kind() {
        for kind in ObjectKind::ALL {
            assert!(kind.fields().len() <= MOST_FIELDS, "{kind:?}");
        }
    }

    #[test]
    fn each_field_is_kept_apart_from_the_others() {
        let all = [Held::Absent, Held::Off, Held::On, Held::Text, Held::List, Held::Above];
        let mut shape = Shape::default().with_id(true, false);
        for index in 0..MOST_FIELDS {
            shape.set(index, all[index % all.len()]);
        }
        shape.set(3, Held::Absent);
        shape.set(3, Held::Text);
        shape.set(MOST_FIELDS, Held::On);
        for index in 0..MOST_FIELDS {
            assert_eq!(shape.get(index), all[index % all.len()]);
        }
        assert!(shape.has_uuid() && !shape.writes_id());
        assert_eq!(Shape::from_bits(shape.bits()), Some(shape));
    }

    #[test]
    fn bits_that_mean_nothing_are_no_shape() {
        assert_eq!(Shape::from_bits(0b110), None);
        assert_eq!(Shape::from_bits(u32::MAX), None);
    }
}
