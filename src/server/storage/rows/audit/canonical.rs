//! Writes texts, whole numbers and objects of them in the one form of RFC 8785.
//!
//! By hand, because the verifier does it some six times for each of millions of records, and serde looks at each byte of
//! each text.

use std::fmt::Write as _;

use crate::server::storage::StorageError;

/// More bytes than most parts of a record have.
const LENGTH: usize = 256;

/// The value of a member of an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(i64),
    Null,
}

impl<'a, Text: AsRef<str>> From<&'a Option<Text>> for Value<'a> {
    fn from(text: &'a Option<Text>) -> Self {
        text.as_ref().map_or(Self::Null, |text| Self::Text(text.as_ref()))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

/// An object of these members, which stand in the order of their names. The names need no escape.
pub(super) fn object<const MEMBERS: usize>(members: [(&str, Value<'_>); MEMBERS]) -> Result<String, StorageError> {
    let mut json = String::with_capacity(LENGTH);
    let mut before = "{\"";
    for (name, value) in members {
        json.push_str(before);
        json.push_str(name);
        json.push_str("\":");
        match value {
            Value::Text(value) => push_text(&mut json, value)?,
            // Memory takes whatever is written.
            Value::Number(value) => drop(write!(json, "{value}")),
            Value::Null => json.push_str("null"),
        }
        before = ",\"";
    }
    json.push('}');
    Ok(json)
}

/// A text as JSON.
pub(super) fn text(text: &str) -> Result<String, StorageError> {
    let mut json = String::with_capacity(text.len() + 2);
    push_text(&mut json, text)?;
    Ok(json)
}

fn push_text(json: &mut String, text: &str) -> Result<(), StorageError> {
    // Without an early end the compiler looks at many bytes at once.
    let is_escaped = text.bytes().fold(false, |found, byte| found | is_escaped(byte));
    if is_escaped {
        json.push_str(&serde_json::to_string(text)?);
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
    Ok(())
}

/// Whether JSON has an escape in place of this byte of a text.
pub(super) const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}
