//! Settings whose values need more than a type: each function checks one kind of value and says what it must be.
//!
//! Numbers and dates may also be written as text, because a value from the environment is always text.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde::de::{Deserialize, Deserializer, Error};
use time::Date;
use time::macros::format_description;
use toml::Value;

use super::settings::Listen;

/// The longest interval between checks, in seconds: a day.
const LONGEST_INTERVAL: u64 = 86_400;
/// The longest duration of a session, in seconds: a week.
const LONGEST_SESSION: i64 = 604_800;

/// `ADDRESS:PORT` or `unix:PATH`.
pub(super) fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Listen, D::Error> {
    let text = String::deserialize(deserializer)?;
    if let Some(path) = text.strip_prefix("unix:") {
        return Ok(Listen::UnixSocket(PathBuf::from(path)));
    }
    text.parse().map(Listen::Network).map_err(|_| D::Error::custom("must be ADDRESS:PORT or unix:PATH"))
}

/// The interval between checks in seconds. `None` for 0, which means never.
pub(super) fn check_interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    match whole_number(deserializer)? {
        Some(0) => Ok(None),
        Some(seconds @ 1..=LONGEST_INTERVAL) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(D::Error::custom("must be a number of seconds up to 86400, or 0 for never")),
    }
}

/// The duration of a session in seconds, from a minute to a week.
pub(super) fn session_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<time::Duration, D::Error> {
    whole_number(deserializer)?
        .and_then(|seconds| i64::try_from(seconds).ok())
        .filter(|seconds| (60..=LONGEST_SESSION).contains(seconds))
        .map(time::Duration::seconds)
        .ok_or_else(|| D::Error::custom("must be a number of seconds from 60 to 604800"))
}

/// A number of requests, at least 1.
pub(super) fn requests_per_minute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU32, D::Error> {
    whole_number(deserializer)?
        .and_then(|number| u32::try_from(number).ok())
        .and_then(NonZeroU32::new)
        .ok_or_else(|| D::Error::custom("must be a number of requests, at least 1"))
}

/// A date such as `2027-01-31`.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Datetime(date) => date.to_string(),
        _ => String::new(),
    };
    let date = Date::parse(&text, format_description!("[year]-[month]-[day]"));
    date.map(Some).map_err(|_| D::Error::custom("must be a date such as 2027-01-31"))
}

/// Signature algorithms with public keys. With a shared secret, whoever verifies an assertion could also make one.
pub(super) fn algorithms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Algorithm>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    if names.is_empty() {
        return Err(D::Error::custom("is empty, so no assertion could be accepted"));
    }
    let algorithm = |name: String| {
        let is_asymmetric = !name.starts_with("HS");
        name.parse().ok().filter(|_| is_asymmetric).ok_or_else(|| {
            D::Error::custom(format_args!(
                "{name:?} is not supported; use one or more of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA"
            ))
        })
    };
    names.into_iter().map(algorithm).collect()
}

/// A whole number that is not negative. `None` for any other value.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}
