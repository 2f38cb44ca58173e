//! Checks of connections, and their days, as they lie in their rows.

use sqlx::FromRow;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime};

use crate::domain::check::{Check, ConnectionState};
use crate::domain::check_days::DayOfChecks;
use crate::domain::check_history::Stage;

#[derive(FromRow)]
pub(in crate::server::storage) struct CheckRow {
    at: i64,
    state: String,
    stage: String,
    detail: String,
    advice: Option<String>,
    http_status: Option<i64>,
    request_id: Option<String>,
    duration_ms: i64,
    is_from_memory: bool,
}

#[derive(FromRow)]
pub(in crate::server::storage) struct DayRow {
    day: String,
    checks: i64,
    working: i64,
    p95_ms: Option<i64>,
    watched_ms: i64,
    working_ms: i64,
}

/// A check as it lies in its row; `None` when its state is of a version of the product that this one does not know.
pub(in crate::server::storage) fn check(row: CheckRow) -> Option<(Check, Stage)> {
    let state = ConnectionState::from_code(&row.state)?;
    let check = Check {
        at: at_milliseconds(row.at),
        state,
        detail: row.detail,
        advice: row.advice,
        http_status: row.http_status.map(u16::try_from).transpose().ok()?,
        request_id: row.request_id,
        duration_ms: row.duration_ms.try_into().ok()?,
        is_from_memory: row.is_from_memory,
    };
    Some((check, Stage::from_code(&row.stage)?))
}

pub(in crate::server::storage) fn day(row: DayRow) -> Option<DayOfChecks> {
    let day = Date::parse(&row.day, &Iso8601::DATE).ok()?;
    let count = |count: i64| u32::try_from(count).ok();
    Some(DayOfChecks {
        day,
        checks: count(row.checks)?,
        working: count(row.working)?,
        p95_ms: row.p95_ms.map(u32::try_from).transpose().ok()?,
        watched_ms: count(row.watched_ms)?,
        working_ms: count(row.working_ms)?,
    })
}

pub(in crate::server::storage) fn at_milliseconds(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

pub(in crate::server::storage) fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
