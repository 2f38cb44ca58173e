//! The JSON of the Partner API, parsed tolerantly: the vendor's pages disagree, so all documented forms are accepted.

use secrecy::SecretString;
use serde_json::Value;

use super::{Answer, RemoteObject, redact};
use crate::domain::field::{FieldSpecification, FieldType, FieldValue, UnknownField};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;

/// The keys under which a list may be wrapped, in order of precedence.
pub(super) const LIST_KEYS: &[&str] = &["data", "organisations", "clients", "items"];
/// The keys under which an object may be wrapped, in order of precedence.
pub(super) const OBJECT_KEYS: &[&str] = &["data", "organisation", "client"];
/// How much of an unknown field a page shows, in characters.
const LONGEST_UNKNOWN: usize = 500;

/// Parses one object, bare or wrapped. `None` when it has no id.
pub(super) fn object(kind: ObjectKind, body: Value, answer: Answer) -> Option<RemoteObject> {
    let Value::Object(mut raw) = body else {
        return None;
    };
    if !raw.contains_key("id") {
        raw = OBJECT_KEYS.iter().find_map(|key| match raw.remove(*key) {
            Some(Value::Object(inner)) => Some(inner),
            _ => None,
        })?;
    }
    let id = text(raw.get("id")?.clone())?;
    let secret = redact::take_secret(&mut raw).and_then(text).map(SecretString::from);
    let organisation_id = raw.get("organisation_id").cloned().and_then(text);
    let fields = kind
        .fields()
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), field_value(field, raw.get(field.name)?.clone())?)))
        .collect::<FieldValues>();
    let unknown = raw
        .iter()
        .filter(|(name, _)| *name != "id" && *name != "organisation_id" && kind.field(name).is_none())
        .filter(|(name, value)| !redact::is_secret(name, value))
        .map(|(name, value)| UnknownField {
            name: name.clone(),
            json: redact::shown(value).to_string().chars().take(LONGEST_UNKNOWN).collect(),
        })
        .collect();
    Some(RemoteObject { id, organisation_id, fields, unknown, secret, answer, raw: Value::Object(raw) })
}

/// The value of a field. `None` for `null` and for types that do not fit.
pub(super) fn field_value(field: &FieldSpecification, value: Value) -> Option<FieldValue> {
    match field.field_type {
        FieldType::Text => text(value).map(FieldValue::Text),
        FieldType::Flag => flag(&value).map(FieldValue::Flag),
        FieldType::List | FieldType::Urls => match value {
            Value::Array(items) => Some(FieldValue::List(items.into_iter().filter_map(text).collect())),
            Value::String(item) => Some(FieldValue::List(vec![item])),
            _ => None,
        },
    }
}

/// A text, or a number as it is written.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The guide writes booleans as `"bool"` in quotes, so `"true"` is taken as `true`.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A field value as JSON for the Partner API.
pub(super) fn to_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Flag(on) => Value::Bool(*on),
        FieldValue::Text(text) => Value::String(text.clone()),
        FieldValue::List(items) => items.iter().cloned().map(Value::String).collect(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Option<RemoteObject> {
        object(ObjectKind::Organisation, body, Answer::default())
    }

    #[test]
    fn booleans_are_read_in_quotes_too_and_missing_is_not_false() {
        let object = read(json!({"id": "a", "enabled": "True", "has_production_access": null})).unwrap();
        assert_eq!(object.fields.flag("enabled"), Some(true));
        assert_eq!(object.fields.get("has_production_access"), None);
        assert_eq!(object.fields.get("allowed_scopes"), None);
    }

    #[test]
    fn unknown_fields_are_shown_and_kept() {
        let object = read(json!({"id": "a", "name": "A", "billing_reference": {"no": 7}})).unwrap();
        assert_eq!(
            object.unknown,
            [UnknownField { name: "billing_reference".to_owned(), json: r#"{"no":7}"#.to_owned() }]
        );
        assert_eq!(object.raw["billing_reference"], json!({"no": 7}));
    }

    #[test]
    fn a_secret_leaves_the_object_and_every_field_that_speaks_of_one() {
        let object = read(json!({"data": {"id": "a", "secret": "s3", "old_secrets": ["x"], "name": "A"}})).unwrap();
        assert_eq!(object.secret.as_ref().unwrap().expose_secret(), "s3");
        assert!(object.unknown.is_empty());
        assert!(!format!("{object:?}").contains("s3"));
        assert_eq!(object.raw, json!({"id": "a", "old_secrets": ["x"], "name": "A"}));
    }

    #[test]
    fn a_flag_that_speaks_of_a_secret_is_shown_and_a_secret_inside_a_field_is_not() {
        let settings = json!({"password": "pa55", "nested": [{"private_key": "k3y"}], "attempts": 3});
        let object =
            read(json!({"id": "a", "secret_rotation_enabled": true, "idp": settings, "apiKey": "k4y"})).unwrap();
        let shown: Vec<_> = object.unknown.iter().map(|field| (field.name.as_str(), field.json.as_str())).collect();
        let idp = r#"{"password":"[hidden]","nested":[{"private_key":"[hidden]"}],"attempts":3}"#;
        assert_eq!(shown, [("secret_rotation_enabled", "true"), ("idp", idp)]);
        assert!(!["pa55", "k3y", "k4y"].iter().any(|secret| format!("{object:?}").contains(secret)));
    }

    #[test]
    fn odd_shapes_are_no_value_and_no_panic() {
        let object =
            read(json!({"id": "a", "name": ["x"], "allowed_scopes": "openid", "enabled": 1, "parent_id": {}})).unwrap();
        assert_eq!(object.fields.list("allowed_scopes").unwrap(), ["openid"]);
        assert_eq!(object.fields.get("name"), None);
        assert_eq!(object.fields.get("enabled"), None);
    }
}
