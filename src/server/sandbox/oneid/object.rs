//! The JSON objects of the Partner API.

use serde_json::{Map, Value};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The member `name`, if it is a string.
pub(super) fn text_of<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// An object whose first member is its id, then the members of `body`.
pub(super) fn with_id(id: &str, body: Object) -> Object {
    let mut object = Object::new();
    object.insert("id".to_owned(), id.into());
    object.extend(body);
    object
}

/// The object as it goes out.
pub(super) fn serialise(object: &Object) -> Vec<u8> {
    // A map with string keys and JSON values always serialises.
    serde_json::to_vec(object).unwrap_or_default()
}

/// Reads back what [`serialise`] wrote.
pub(super) fn parse(text: &[u8]) -> Object {
    serde_json::from_slice(text).unwrap_or_default()
}
