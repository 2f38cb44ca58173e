//! The one-time ID of a form whose last sending got no answer: it holds the number of the entry, so that the form is not sent
//! again undecided even when its draft was discarded or is too old to be kept.

use uuid::{Builder, Uuid};

/// The bytes of an ID that hold the number.
const BYTES: usize = 6;

/// A new ID for a form that was sent as this entry: a UUID of version 8, whose bytes are for applications to choose
/// (RFC 9562 §5.8).
pub(super) fn id_after(entry: i64) -> String {
    let mut bytes = Uuid::new_v4().into_bytes();
    let [_, _, number @ ..] = entry.to_be_bytes();
    bytes[..BYTES].copy_from_slice(&number);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// The number of the entry that a form was sent as; `None` of a form that was not sent.
pub(super) fn entry_before(form_id: &str) -> Option<i64> {
    let id = Uuid::parse_str(form_id).ok().filter(|id| id.get_version_num() == 8)?;
    let mut number = [0; 8];
    number[8 - BYTES..].copy_from_slice(&id.as_bytes()[..BYTES]);
    Some(i64::from_be_bytes(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_its_entry_and_is_never_the_same() {
        for entry in [0, 1, 255, 10_000_000, (1 << 48) - 1] {
            let (one, other) = (id_after(entry), id_after(entry));
            assert_eq!((entry_before(&one), entry_before(&other)), (Some(entry), Some(entry)));
            assert_ne!(one, other);
        }
        for other in ["", "x", &Uuid::new_v4().to_string(), &Uuid::now_v7().to_string()] {
            assert_eq!(entry_before(other), None, "{other}");
        }
    }
}
