//! The text that names a page: the row beside it, and on which side.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::place::Place;

/// Names a page by the row beside it. It is no secret and is not signed: a forged one names another place, no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Whether the page ends before the row, instead of beginning after it.
    pub(super) is_backward: bool,
    /// The row.
    pub(super) place: Place,
    /// How many rows there were before the page when the cursor was made.
    pub(super) before: u64,
}

impl Cursor {
    /// Reads a cursor; `None` for an empty one and for nonsense, which both mean the first page.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (cursor, rest) = postcard::take_from_bytes(&bytes).ok()?;
        rest.is_empty().then_some(cursor)
    }

    /// The text for addresses.
    pub(super) fn text(&self) -> String {
        // Nothing in it can fail to be written; if it did, an empty text is the first page.
        postcard::to_stdvec(self).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::place::ColumnKey;
    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_back_and_nonsense_is_none(
            name_key in ".*", id in ".*", class: u8, before: u64, is_backward: bool, nonsense in ".*",
            bytes in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let place = Place { class, column: ColumnKey::Text(id.clone()), name_key, id };
            let cursor = Cursor { is_backward, place, before };
            prop_assert_eq!(Cursor::read(&cursor.text()), Some(cursor));
            for forged in [nonsense, URL_SAFE_NO_PAD.encode(bytes)] {
                let again = Cursor::read(&forged).map(|cursor| cursor.text());
                prop_assert!(again.is_none() || Cursor::read(&forged) == again.and_then(|text| Cursor::read(&text)));
            }
        }
    }
}
