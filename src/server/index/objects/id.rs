//! The id of an object: nearly all are UUIDs, and 16 bytes are enough for these.

use std::borrow::Cow;
use std::cmp::Ordering;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The bytes of a UUID.
pub(super) type UuidBytes = [u8; 16];

/// The bytes of a UUID that is written as partners write it: lower case, with hyphens. Other spellings are texts,
/// because they must come back as they were sent.
pub(super) fn uuid_bytes(text: &str) -> Option<UuidBytes> {
    if text.len() != Hyphenated::LENGTH {
        return None;
    }
    let uuid = Uuid::try_parse_ascii(text.as_bytes()).ok()?;
    let mut written = [0; Hyphenated::LENGTH];
    (uuid.hyphenated().encode_lower(&mut written) == text).then(|| uuid.into_bytes())
}

/// The text of a UUID.
pub(super) fn uuid_text(bytes: UuidBytes) -> String {
    Uuid::from_bytes(bytes).hyphenated().to_string()
}

/// An id, or another text that may be one: for each text there is one form alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id<'a> {
    /// A UUID.
    Uuid(UuidBytes),
    /// Anything else.
    Text(&'a str),
}

impl<'a> Id<'a> {
    /// The form of a text.
    pub(super) fn of(text: &'a str) -> Self {
        uuid_bytes(text).map_or(Self::Text(text), Self::Uuid)
    }

    /// The text.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Uuid(bytes) => Cow::Owned(uuid_text(bytes)),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The order of the texts.
    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            // Digits come before letters in both forms, and hyphens stand at the same places.
            (Self::Uuid(left), Self::Uuid(right)) => left.cmp(&right),
            _ => self.text().cmp(&other.text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_id() -> impl Strategy<Value = String> {
        let uuid = any::<UuidBytes>().prop_map(uuid_text);
        prop_oneof![uuid.clone(), uuid.prop_map(|id| id.to_uppercase()), ".{0,8}", "[0-9a-f-]{36}"]
    }

    proptest! {
        #[test]
        fn an_id_comes_back_as_it_was_sent(id in any_id()) {
            prop_assert_eq!(Id::of(&id).text(), id.as_str());
        }

        #[test]
        fn ids_are_ordered_as_their_texts(left in any_id(), right in any_id()) {
            prop_assert_eq!(Id::of(&left).compare(Id::of(&right)), left.cmp(&right));
        }
    }

    #[test]
    fn only_the_canonical_spelling_is_kept_as_a_uuid() {
        assert!(uuid_bytes("67e55044-10b1-426f-9247-bb680e5fe0c8").is_some());
        for other in ["67E55044-10b1-426f-9247-bb680e5fe0c8", "67e5504410b1426f9247bb680e5fe0c8", "", "é"] {
            assert_eq!(uuid_bytes(other), None, "{other}");
        }
    }
}
