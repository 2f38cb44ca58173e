//! U+0000, which a person or a partner can send, and PostgreSQL has no room for.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is to be kept, with U+FFFD in the place of U+0000 in each of its texts. A leaf of the audit log commits to what is kept, so
/// that a log of SQLite can be carried over to PostgreSQL with its proofs.
pub(super) fn storable<T: Clone + Serialize + DeserializeOwned>(recorded: &T) -> T {
    let storable = serde_json::to_value(recorded).ok().filter(has_null).and_then(|mut value| {
        replace(&mut value);
        serde_json::from_value(value).ok()
    });
    storable.unwrap_or_else(|| recorded.clone())
}

/// The same for one text.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Whether a text in a value of JSON has one.
pub(super) fn has_null(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

fn replace(value: &mut Value) {
    match value {
        Value::String(kept) => *kept = text(kept).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(replace),
        Value::Object(members) => members.values_mut().for_each(replace),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_character_is_replaced_wherever_it_is_and_nothing_else_is_touched() {
        let recorded = serde_json::json!({"a": ["x\0y", {"b": "\\u0000"}], "c": "\u{1}é"});
        let expected = serde_json::json!({"a": ["x\u{fffd}y", {"b": "\\u0000"}], "c": "\u{1}é"});
        assert_eq!(storable(&recorded), expected);
    }
}
