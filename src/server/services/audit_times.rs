//! What an address says of times, in moments: presets, and dates in a time zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use time::{Duration, OffsetDateTime};

use super::ServiceError;
use crate::domain::audit::{AuditFilter, PERIODS};

/// The filter with the moments that its times mean.
///
/// # Errors
/// When a time, a period or a time zone is none: a filter that is left out would show more than was asked for.
pub fn resolved(filter: &AuditFilter, now: OffsetDateTime) -> Result<AuditFilter, ServiceError> {
    let times = &filter.time;
    if let Some(code) = &times.period {
        if times.from.is_some() || times.until.is_some() {
            return Err(ServiceError::NoTime);
        }
        let hours = PERIODS.iter().find(|period| period.code == code).map(|period| period.hours);
        let from = now - Duration::hours(hours.ok_or(ServiceError::NoTime)?);
        return Ok(AuditFilter { between: (Some(from), None), ..filter.clone() });
    }
    let zone = match &times.zone {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|_| ServiceError::NoTime)?,
    };
    let from = times.from.as_deref().map(|text| moment(text, &zone, 0.days())).transpose()?;
    // A date is part of the range to its end.
    let before = times.until.as_deref().map(|text| moment(text, &zone, 1.day())).transpose()?;
    Ok(AuditFilter { between: (from, before), ..filter.clone() })
}

/// The moment of a local date, moved by `beyond`, or of a local date and time.
fn moment(text: &str, zone: &TimeZone, beyond: Span) -> Result<OffsetDateTime, ServiceError> {
    let local = match text.parse::<Date>() {
        Ok(date) if text.len() == "2026-11-30".len() => {
            date.checked_add(beyond).map_err(|_| ServiceError::NoTime)?.to_datetime(jiff::civil::Time::midnight())
        }
        _ => DateTime::strptime("%Y-%m-%dT%H:%M", text)
            .or_else(|_| DateTime::strptime("%Y-%m-%dT%H:%M:%S", text))
            .map_err(|_| ServiceError::NoTime)?,
    };
    let at = local.to_zoned(zone.clone()).map_err(|_| ServiceError::NoTime)?.timestamp();
    OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(|_| ServiceError::NoTime)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn between(pairs: &[(&str, &str)]) -> Option<(Option<OffsetDateTime>, Option<OffsetDateTime>)> {
        let filter = AuditFilter::from_pairs(pairs.iter().copied());
        resolved(&filter, datetime!(2026-11-27 12:00 UTC)).ok().map(|filter| filter.between)
    }

    #[test]
    fn dates_are_whole_days_of_their_time_zone() {
        let summer = [("from", "2026-07-01"), ("until", "2026-07-01"), ("zone", "Europe/London")];
        let day = (Some(datetime!(2026-06-30 23:00 UTC)), Some(datetime!(2026-07-01 23:00 UTC)));
        assert_eq!(between(&summer), Some(day));
        let utc = [("from", "2026-07-01T09:30"), ("until", "2026-07-01")];
        let range = (Some(datetime!(2026-07-01 09:30 UTC)), Some(datetime!(2026-07-02 00:00 UTC)));
        assert_eq!(between(&utc), Some(range));
    }

    #[test]
    fn a_day_on_which_the_clocks_change_has_its_own_length() {
        let day = [("from", "2026-10-25"), ("until", "2026-10-25"), ("zone", "Europe/London")];
        let (from, before) = between(&day).unwrap();
        assert_eq!(before.unwrap() - from.unwrap(), Duration::hours(25));
    }

    #[test]
    fn a_period_ends_now() {
        assert_eq!(between(&[("period", "24h")]), Some((Some(datetime!(2026-11-26 12:00 UTC)), None)));
        assert_eq!(between(&[]), Some((None, None)));
    }

    #[test]
    fn what_is_no_time_is_an_error_and_not_left_out() {
        for pair in [
            ("from", "x"),
            ("until", "2026-13-01"),
            ("period", "1y"),
            ("from", "2026-07-01T25:00"),
            ("from", "2026-07-01 09:30"),
            ("from", "2026-07-01T09:30+02:00"),
        ] {
            assert_eq!(between(&[pair]), None, "{pair:?}");
        }
        assert_eq!(between(&[("zone", "Middle/Earth"), ("from", "2026-07-01")]), None);
        assert_eq!(between(&[("zone", "Middle/Earth")]), Some((None, None)), "of no dates");
        assert_eq!(between(&[("period", "24h"), ("from", "2026-07-01")]), None, "which of both?");
    }
}
