//! One object as a few bytes: its id and the fields of its kind's table, without unknown fields.

use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;

use super::id::Id;
use super::shape::{Held, Shape};

/// Appends an object. The same object always gives the same bytes.
pub(super) fn pack(kind: ObjectKind, id: &str, fields: &FieldValues, into: &mut Vec<u8>) {
    write_text(Id::of(id), into);
    write_number(u64::from(Shape::of(kind, fields).bits()), into);
    for field in kind.fields() {
        match fields.get(field.name) {
            Some(FieldValue::Text(text)) => write_text(Id::of(text), into),
            Some(FieldValue::List(items)) => {
                write_number(items.len() as u64, into);
                for item in items {
                    write_text(Id::of(item), into);
                }
            }
            Some(FieldValue::Flag(_)) | None => {}
        }
    }
}

/// Appends a number: seven bits a byte, the lowest first.
pub(super) fn write_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

/// Appends a text: 0 and the bytes of a UUID, or its length and one, and its bytes.
pub(super) fn write_text(text: Id<'_>, into: &mut Vec<u8>) {
    match text {
        Id::Uuid(bytes) => {
            into.push(0);
            into.extend_from_slice(&bytes);
        }
        Id::Text(text) => {
            write_number(text.len() as u64 + 1, into);
            into.extend_from_slice(text.as_bytes());
        }
    }
}

/// Reads what was appended. Every method gives `None` where the bytes are something else.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedReader<'a>(pub(super) &'a [u8]);

impl<'a> PackedReader<'a> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if *byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    pub(super) fn text(&mut self) -> Option<Id<'a>> {
        let length = usize::try_from(self.number()?).ok()?;
        let Some(length) = length.checked_sub(1) else {
            let (uuid, rest) = self.0.split_first_chunk()?;
            self.0 = rest;
            return Some(Id::Uuid(*uuid));
        };
        Some(Id::Text(str::from_utf8(self.bytes(length)?).ok()?))
    }

    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn shape(&mut self) -> Option<Shape> {
        Shape::from_bits(u32::try_from(self.number()?).ok()?)
    }

    /// The bytes of a value that is a text or a list.
    pub(super) fn value(&mut self, held: Held) -> Option<&'a [u8]> {
        let before = self.0;
        if held == Held::List {
            for _ in 0..self.number()? {
                self.text()?;
            }
        } else {
            self.text()?;
        }
        before.get(..before.len() - self.0.len())
    }
}

/// One packed object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed<'a> {
    kind: ObjectKind,
    bytes: &'a [u8],
}

impl<'a> Packed<'a> {
    pub(super) const fn new(kind: ObjectKind, bytes: &'a [u8]) -> Self {
        Self { kind, bytes }
    }

    pub(super) const fn reader(self) -> PackedReader<'a> {
        PackedReader(self.bytes)
    }

    pub(super) fn raw_id(self) -> Id<'a> {
        self.reader().text().unwrap_or(Id::Text(""))
    }

    /// The partner's id.
    pub fn id(self) -> String {
        self.raw_id().text().into_owned()
    }

    /// The fields that it has.
    pub fn fields(self) -> FieldValues {
        let mut fields = FieldValues::with_room_for(self.kind);
        // What is here was packed in this process, so there is always all of it.
        let _ = read_fields(self.kind, self.reader(), &mut fields);
        fields.shrink_to_fit();
        fields
    }

    /// The object as an organisation.
    pub fn organisation(self) -> Organisation {
        Organisation { id: self.id(), fields: self.fields(), unknown: Vec::new() }
    }

    /// The object as a client of an organisation.
    pub fn client(self, organisation_id: &str) -> OAuthClient {
        let organisation_id = Some(organisation_id.to_owned());
        OAuthClient { id: self.id(), organisation_id, fields: self.fields(), unknown: Vec::new() }
    }

    /// Whether both mean the same to the partner: the order of a list carries no meaning.
    pub fn means_the_same_as(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        let (left, right) = (self.fields(), other.fields());
        let is_same = |name| match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => left.means_the_same_as(right),
            (left, right) => left == right,
        };
        self.kind == other.kind && self.raw_id() == other.raw_id() && self.kind.fields().iter().all(|f| is_same(f.name))
    }
}

fn read_fields(kind: ObjectKind, mut reader: PackedReader<'_>, into: &mut FieldValues) -> Option<()> {
    reader.text()?;
    let shape = reader.shape()?;
    for (index, field) in kind.fields().iter().enumerate() {
        let value = match shape.get(index) {
            Held::Absent | Held::Above => continue,
            Held::Off => FieldValue::Flag(false),
            Held::On => FieldValue::Flag(true),
            Held::Text => FieldValue::Text(reader.text()?.text().into_owned()),
            Held::List => {
                let count = reader.number()?;
                FieldValue::List((0..count).map_while(|_| Some(reader.text()?.text().into_owned())).collect())
            }
        };
        into.set(field.name, Some(value));
    }
    Some(())
}
