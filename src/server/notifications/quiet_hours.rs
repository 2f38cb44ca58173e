//! When a target is left alone: from one time of the day to another, in a time zone.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use time::OffsetDateTime;

/// A part of each day. It may go over midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: Time,
    to: Time,
    zone: TimeZone,
    /// Whether urgent messages wait too.
    pub holds_urgent: bool,
}

/// What is wrong with quiet hours: the key and the reason.
pub type QuietHoursError = (&'static str, &'static str);

/// How many quiet parts may follow each other without a pause, where a clock is set forward in between.
const MOST_IN_A_ROW: usize = 3;

impl QuietHours {
    /// Quiet from one time such as `22:00` to another, in a zone of the IANA database.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn new(from: &str, to: &str, zone: &str, holds_urgent: bool) -> Result<Self, QuietHoursError> {
        const NO_TIME: &str = "must be a time of the day such as \"22:00\"";
        let from = time_of_day(from).ok_or(("from", NO_TIME))?;
        let to = time_of_day(to).ok_or(("to", NO_TIME))?;
        if from == to {
            return Err(("to", "is the same as from: no time of the day would be left, or all of it"));
        }
        let zone = TimeZone::get(zone)
            .ok()
            .filter(|zone| zone.iana_name().is_some())
            .ok_or(("zone", "must be a time zone such as \"Europe/London\""))?;
        Ok(Self { from, to, zone, holds_urgent })
    }

    /// When the quiet hours end that it is in at `now`; `None` outside of them.
    pub fn end_after(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let mut end = self.end_of_part(timestamp(now)?)?;
        // Where the clock is set forward over the end, the next part may have begun before that.
        for _ in 0..MOST_IN_A_ROW {
            let Some(later) = self.end_of_part(end) else {
                break;
            };
            end = later;
        }
        OffsetDateTime::from_unix_timestamp_nanos(end.as_nanosecond()).ok()
    }

    fn end_of_part(&self, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(self.zone.clone()).date();
        // What began yesterday may last until today.
        [today.yesterday().ok()?, today].into_iter().find_map(|day| {
            let (from, to) = self.part(day)?;
            (from <= now && now < to).then_some(to)
        })
    }

    /// The part that begins on a day. A time that the day does not have is taken for the one that the clock shows instead.
    fn part(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        let last = if self.from < self.to { day } else { day.checked_add(1.day()).ok()? };
        let at = |day: Date, time| self.zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok();
        Some((at(day, self.from)?, at(last, self.to)?))
    }

    /// For people: "22:00 to 07:00, Europe/London".
    pub fn words(&self) -> String {
        let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        let zone = self.zone.iana_name().unwrap_or_default();
        let urgent = if self.holds_urgent { ", urgent messages too" } else { "" };
        format!("{} to {}, {zone}{urgent}", clock(self.from), clock(self.to))
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5)?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let both = is_number(hour) && is_number(minute);
    Time::new(hour.parse().ok().filter(|_| both)?, minute.parse().ok()?, 0, 0).ok()
}

fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    Timestamp::from_nanosecond(at.unix_timestamp_nanos()).ok()
}

#[cfg(test)]
#[path = "quiet_hours_test.rs"]
mod tests;
