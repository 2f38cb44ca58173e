//! Numbers of the configuration, which the environment can only give as text.

use toml::Value;

/// A number, or the text of one from the environment.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Integer(number) => u64::try_from(*number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
