//! Settings whose values need more than a type: each function checks one kind of value and says what it must be.
//!
//! Numbers and dates may also be written as text, because a value from the environment is always text.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde::de::{Deserialize, Deserializer, Error};
use time::Date;
use time::macros::format_description;
use toml::Value;

use super::settings::Listen;

/// The longest interval between checks, and the largest age of an index, in seconds: a day.
const LONGEST_INTERVAL: u64 = 86_400;
/// The longest duration of a session, in seconds: a week.
const LONGEST_SESSION: i64 = 604_800;
/// The longest interval between backups, in hours: a year.
const LONGEST_BACKUP_INTERVAL: u64 = 8_760;
/// For how many days entries of the audit log may be kept: a month to a century.
const DAYS_KEPT: RangeInclusive<i64> = 30..=36_500;
/// The most calls of a partner at once.
const MOST_CALLS_AT_ONCE: u32 = 64;
/// The most calls of a partner in a second.
const MOST_CALLS_PER_SECOND: u32 = 1_000;

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

/// The number of calls of a partner that may run at once.
pub(super) fn calls_at_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU32, D::Error> {
    number_up_to(MOST_CALLS_AT_ONCE, deserializer)
        .map_err(|()| D::Error::custom("must be a number of calls from 1 to 64"))
}

/// The number of calls of a partner that may begin in a second.
pub(super) fn calls_per_second<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU32, D::Error> {
    number_up_to(MOST_CALLS_PER_SECOND, deserializer)
        .map_err(|()| D::Error::custom("must be a number of calls from 1 to 1000"))
}

/// The hours between two backups, up to a year.
pub(super) fn backup_hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    whole_number(deserializer)?
        .filter(|hours| (1..=LONGEST_BACKUP_INTERVAL).contains(hours))
        .map(Duration::from_hours)
        .ok_or_else(|| D::Error::custom("must be a number of hours from 1 to 8760"))
}

/// A number of backups, at least 1.
pub(super) fn backups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU32, D::Error> {
    number_up_to(u32::MAX, deserializer).map_err(|()| D::Error::custom("must be a number of backups, at least 1"))
}

/// For how long entries of the audit log are kept, in days. Fewer would remove what is still to be settled, and what its readers
/// have not seen yet.
pub(super) fn days_kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<time::Duration>, D::Error> {
    whole_number(deserializer)?
        .and_then(|days| i64::try_from(days).ok())
        .filter(|days| DAYS_KEPT.contains(days))
        .map(|days| Some(time::Duration::days(days)))
        .ok_or_else(|| D::Error::custom("must be a number of days from 30 to 36500; leave it out to keep everything"))
}

/// How old an index may be, in seconds, from a quarter of a minute to a day.
pub(super) fn index_age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    whole_number(deserializer)?
        .filter(|seconds| (15..=LONGEST_INTERVAL).contains(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| D::Error::custom("must be a number of seconds from 15 to 86400"))
}

/// A part of the whole, from 0 to 1.
pub(super) fn ratio<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Float(number) => Some(number),
        Value::Integer(number) => u32::try_from(number).ok().map(f64::from),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|number| (0.0..=1.0).contains(number))
    .ok_or_else(|| D::Error::custom("must be a number from 0 to 1"))
}

/// The number of a port.
pub(super) fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let number = whole_number(deserializer)?.and_then(|number| u16::try_from(number).ok()).filter(|port| *port > 0);
    number.map(Some).ok_or_else(|| D::Error::custom("must be a number from 1 to 65535"))
}

/// `true` or `false`.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Boolean(flag) => Some(flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| D::Error::custom("must be true or false"))
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

/// A whole number from 1 to `most`.
fn number_up_to<'de, D: Deserializer<'de>>(most: u32, deserializer: D) -> Result<NonZeroU32, ()> {
    let number = whole_number(deserializer).ok().flatten().and_then(|number| u32::try_from(number).ok());
    number.filter(|number| *number <= most).and_then(NonZeroU32::new).ok_or(())
}

/// A whole number that is not negative. `None` for any other value.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}
