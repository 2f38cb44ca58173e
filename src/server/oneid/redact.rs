//! Keeps secrets out of what is shown and out of what is sent back.

use serde_json::{Map, Value};

/// The replacement for a value that is not shown.
const HIDDEN: &str = "[hidden]";

/// Removes the secret of a client, so that it is in no view, diff or request: a partner may show it masked, and a masked
/// value must never be sent back. Members with exactly these names are removed at every depth. Returns the secret at the
/// top level, if it is a text or a number.
pub(super) fn take_secret(object: &mut Map<String, Value>) -> Option<Value> {
    let mut secret = None;
    object.retain(|name, value| {
        let is_secret = matches!(name.as_str(), "secret" | "client_secret");
        if is_secret {
            let found = Some(value.take()).filter(|value| value.is_string() || value.is_number());
            secret = secret.take().or(found);
        } else {
            drop_secrets(value);
        }
        !is_secret
    });
    secret
}

fn drop_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => drop(take_secret(members)),
        Value::Array(items) => items.iter_mut().for_each(drop_secrets),
        _ => {}
    }
}

/// Whether a member must not be shown: its name suggests a secret, and its value can be one. A flag or a number, such as
/// `secret_rotation_enabled`, is not a secret.
pub(super) fn is_secret(name: &str, value: &Value) -> bool {
    const WORDS: [&str; 4] = ["secret", "password", "privatekey", "apikey"];
    let can_be_secret = matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_));
    let name: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    can_be_secret && (WORDS.iter().any(|word| name.contains(word)) || name.trim_end_matches('s').ends_with("token"))
}

/// The value with secrets replaced.
pub(super) fn shown(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = if is_secret(name, value) { HIDDEN.into() } else { shown(value) };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(shown).collect(),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_speak_of_a_secret_hide_what_can_be_one() {
        for name in [
            "secret",
            "old_secrets",
            "clientSecret",
            "PASSWORD",
            "private_key",
            "privateKeyPem",
            "api-key",
            "token",
            "refresh_token",
            "accessToken",
            "tokens",
        ] {
            for value in [json!("x"), json!(["x"]), json!({"x": 1})] {
                assert!(is_secret(name, &value), "{name}: {value}");
            }
            for value in [json!(true), json!(7), json!(null)] {
                assert!(!is_secret(name, &value), "{name}: {value}");
            }
        }
        for name in ["name", "token_signing_algorithm", "tokenised", "key", "billing_reference"] {
            assert!(!is_secret(name, &json!("x")), "{name}");
        }
    }

    #[test]
    fn what_is_shown_hides_secrets_at_every_depth_and_says_so() {
        let value = json!({"idp": [{"client_secret": "s3", "rotation": {"secret_age": 4, "api_key": ["k"]}}], "a": 1});
        let expected =
            json!({"idp": [{"client_secret": HIDDEN, "rotation": {"secret_age": 4, "api_key": HIDDEN}}], "a": 1});
        assert_eq!(shown(&value), expected);
    }

    #[test]
    fn the_two_names_alone_are_taken_at_every_depth() {
        let mut object = json!({
            "client_secret": "mine", "old_secrets": ["x"], "secret_rotation_enabled": true,
            "idp": {"secret": "****", "more": [[{"client_secret": "****", "kept": 1}]]},
        });
        assert_eq!(take_secret(object.as_object_mut().unwrap()), Some(json!("mine")));
        let left = json!({
            "old_secrets": ["x"], "secret_rotation_enabled": true, "idp": {"more": [[{"kept": 1}]]},
        });
        assert_eq!(object, left);
    }
}
