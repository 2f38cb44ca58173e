//! The objects of one list, packed one by one while an answer arrives.

use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;

use super::packed::{Packed, PackedReader, pack, write_number};

/// The objects of one list, in the partner's order. Equal when they hold the same in the same order.
///
/// The organisation of a client is not part of it: it is the one whose list this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedList {
    kind: ObjectKind,
    length: u32,
    /// Each object after the number of its bytes.
    bytes: Vec<u8>,
}

/// What can be put into a [`PackedList`].
pub trait Packable {
    /// The kind.
    const KIND: ObjectKind;
    /// The partner's id.
    fn id(&self) -> &str;
    /// The fields that it has.
    fn fields(&self) -> &FieldValues;
}

impl Packable for Organisation {
    const KIND: ObjectKind = ObjectKind::Organisation;

    fn id(&self) -> &str {
        &self.id
    }

    fn fields(&self) -> &FieldValues {
        &self.fields
    }
}

impl Packable for OAuthClient {
    const KIND: ObjectKind = ObjectKind::OAuthClient;

    fn id(&self) -> &str {
        &self.id
    }

    fn fields(&self) -> &FieldValues {
        &self.fields
    }
}

impl PackedList {
    /// A list of a kind without objects.
    pub const fn new(kind: ObjectKind) -> Self {
        Self { kind, length: 0, bytes: Vec::new() }
    }

    /// Appends an object. One of another kind is left out.
    pub fn push<T: Packable>(&mut self, object: &T) {
        if T::KIND == self.kind {
            self.push_fields(object.id(), object.fields());
        }
    }

    /// Appends the object of this kind that has these values.
    pub fn push_fields(&mut self, id: &str, fields: &FieldValues) {
        let kind = self.kind;
        self.append(|bytes| pack(kind, id, fields, bytes));
    }

    /// Appends a packed object as it is.
    pub(super) fn push_packed(&mut self, object: Packed<'_>) {
        self.append(|bytes| bytes.extend_from_slice(object.reader().0));
    }

    fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let size = self.bytes.len() - start;
        write_number(size as u64, &mut self.bytes);
        let width = self.bytes.len() - start - size;
        if let Some(written) = self.bytes.get_mut(start..) {
            written.rotate_right(width);
        }
        self.length = self.length.saturating_add(1);
    }

    /// The kind of its objects.
    pub const fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// How many objects it has.
    pub const fn len(&self) -> u32 {
        self.length
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The memory that it takes beside its own place, in bytes.
    pub fn heap_size(&self) -> usize {
        self.bytes.capacity()
    }

    /// Gives back memory that was made ready for more objects.
    pub fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// The objects in the partner's order.
    pub fn iter(&self) -> impl Iterator<Item = Packed<'_>> {
        let mut reader = PackedReader(&self.bytes);
        std::iter::from_fn(move || {
            let size = usize::try_from(reader.number()?).ok()?;
            Some(Packed::new(self.kind, reader.bytes(size)?))
        })
    }
}

impl FromIterator<Organisation> for PackedList {
    fn from_iter<I: IntoIterator<Item = Organisation>>(objects: I) -> Self {
        collected(objects)
    }
}

impl FromIterator<OAuthClient> for PackedList {
    fn from_iter<I: IntoIterator<Item = OAuthClient>>(objects: I) -> Self {
        collected(objects)
    }
}

fn collected<T: Packable>(objects: impl IntoIterator<Item = T>) -> PackedList {
    let mut list = PackedList::new(T::KIND);
    objects.into_iter().for_each(|object| list.push(&object));
    list
}
