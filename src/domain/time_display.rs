//! How a person wants times written: in which time zone, and with 12 or 24 hours.

use std::sync::{Arc, LazyLock};

use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// The name under which a browser keeps the time zone.
pub const TIME_ZONE: &str = "time-zone";
/// The name under which a browser keeps how hours are counted: the code of an [`HourCycle`].
pub const HOUR_CYCLE: &str = "hour-cycle";

/// The name of coordinated universal time.
pub const UTC: &str = "UTC";

/// How hours are counted. The codes are those of Unicode (UTS 35, key `hc`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HourCycle {
    /// 0 to 23.
    #[default]
    H23,
    /// 12, then 1 to 11, twice.
    H12,
}

impl HourCycle {
    /// The code in forms and in the browser.
    pub const fn code(self) -> &'static str {
        match self {
            Self::H23 => "h23",
            Self::H12 => "h12",
        }
    }

    /// The inverse of [`HourCycle::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::H23, Self::H12].into_iter().find(|cycle| cycle.code() == code)
    }
}

/// From when on a zone has an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// In seconds since 1970.
    pub from: i64,
    /// The offset from UTC.
    pub offset: UtcOffset,
    /// Its abbreviation, such as "BST".
    pub abbreviation: String,
}

/// A time zone: its name in the IANA database, and its offsets in their order. What was before the first had that too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The name, such as "Europe/London".
    pub name: String,
    /// The offsets; at least one.
    pub transitions: Vec<Transition>,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Arc<Self> {
        static ZONE: LazyLock<Arc<Zone>> = LazyLock::new(|| {
            let utc = Transition { from: i64::MIN, offset: UtcOffset::UTC, abbreviation: UTC.to_owned() };
            Arc::new(Zone { name: UTC.to_owned(), transitions: vec![utc] })
        });
        Arc::clone(&ZONE)
    }

    fn at(&self, at: OffsetDateTime) -> Option<&Transition> {
        let after = self.transitions.partition_point(|transition| transition.from <= at.unix_timestamp());
        self.transitions.get(after.saturating_sub(1))
    }
}

/// How a person wants times written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeDisplay {
    /// Their time zone.
    pub zone: Arc<Zone>,
    /// How they count hours.
    pub hour_cycle: HourCycle,
}

impl Default for TimeDisplay {
    fn default() -> Self {
        Self { zone: Zone::utc(), hour_cycle: HourCycle::default() }
    }
}

impl TimeDisplay {
    /// A moment in their time zone.
    pub fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        let offset = self.zone.at(at).map_or(UtcOffset::UTC, |transition| transition.offset);
        at.checked_to_offset(offset).unwrap_or(at)
    }

    /// Hour and minute of a local time: "16:20" or "4:20pm".
    pub fn clock(&self, local: OffsetDateTime) -> String {
        match self.hour_cycle {
            HourCycle::H23 => format!("{:02}:{:02}", local.hour(), local.minute()),
            HourCycle::H12 => {
                let (hour, half) = half_day(local);
                format!("{hour}:{:02}{half}", local.minute())
            }
        }
    }

    /// The time of day with its zone: "14:03:27 UTC", "3:03:27pm CET".
    pub fn time_with_zone(&self, at: OffsetDateTime) -> String {
        format!("{} {}", self.seconds(at, ""), self.abbreviation(at))
    }

    /// The time of day to the millisecond: "14:03:27.114", "2:03:27.114pm".
    pub fn time_of_day(&self, at: OffsetDateTime) -> String {
        self.seconds(at, &format!(".{:03}", at.millisecond()))
    }

    /// A time in full: "22 November 2026, 14:03:27 UTC".
    pub fn exact(&self, at: OffsetDateTime) -> String {
        let date = self.local(at).format(&format_description!("[day padding:none] [month repr:long] [year]"));
        format!("{}, {}", date.unwrap_or_default(), self.time_with_zone(at))
    }

    fn seconds(&self, at: OffsetDateTime, fraction: &str) -> String {
        let local = self.local(at);
        let (minute, second) = (local.minute(), local.second());
        match self.hour_cycle {
            HourCycle::H23 => format!("{:02}:{minute:02}:{second:02}{fraction}", local.hour()),
            HourCycle::H12 => {
                let (hour, half) = half_day(local);
                format!("{hour}:{minute:02}:{second:02}{fraction}{half}")
            }
        }
    }

    fn abbreviation(&self, at: OffsetDateTime) -> String {
        let abbreviation = self.zone.at(at).map_or(UTC, |transition| &transition.abbreviation);
        // Zones without letters of their own have their offset there.
        let is_offset = abbreviation.starts_with(['+', '-']);
        if is_offset { [UTC, abbreviation].concat() } else { abbreviation.to_owned() }
    }
}

fn half_day(local: OffsetDateTime) -> (u8, &'static str) {
    let hour = match local.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    (hour, if local.hour() < 12 { "am" } else { "pm" })
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::*;

    fn display(hour_cycle: HourCycle) -> TimeDisplay {
        let transition = |from: OffsetDateTime, offset, abbreviation: &str| Transition {
            from: from.unix_timestamp(),
            offset,
            abbreviation: abbreviation.to_owned(),
        };
        let transitions = vec![
            transition(datetime!(2025-10-26 01:00 UTC), offset!(+0), "GMT"),
            transition(datetime!(2026-03-29 01:00 UTC), offset!(+1), "BST"),
            transition(datetime!(2026-10-25 01:00 UTC), offset!(+0), "GMT"),
        ];
        TimeDisplay { zone: Arc::new(Zone { name: "Europe/London".to_owned(), transitions }), hour_cycle }
    }

    #[test]
    fn the_hour_that_comes_twice_is_told_apart_by_its_abbreviation() {
        let london = display(HourCycle::H23);
        assert_eq!(london.exact(datetime!(2026-10-25 00:30:00 UTC)), "25 October 2026, 01:30:00 BST");
        assert_eq!(london.exact(datetime!(2026-10-25 01:30:00 UTC)), "25 October 2026, 01:30:00 GMT");
        assert_eq!(london.exact(datetime!(2001-06-01 12:00:00 UTC)), "1 June 2001, 12:00:00 GMT", "before the first");
        assert_eq!(london.local(datetime!(2026-06-30 23:30:00 UTC)).date(), datetime!(2026-07-01 0:00 UTC).date());
    }

    #[test]
    fn twelve_hours_begin_with_twelve() {
        let london = display(HourCycle::H12);
        for (at, told) in [
            (datetime!(2026-01-01 00:05:09.114 UTC), "12:05:09.114am"),
            (datetime!(2026-01-01 11:59:59 UTC), "11:59:59.000am"),
            (datetime!(2026-01-01 12:00:00 UTC), "12:00:00.000pm"),
            (datetime!(2026-07-01 12:00:00 UTC), "1:00:00.000pm"),
        ] {
            assert_eq!(london.time_of_day(at), told);
        }
        assert_eq!(london.clock(london.local(datetime!(2026-07-01 15:20 UTC))), "4:20pm");
    }

    #[test]
    fn a_zone_without_letters_says_its_offset() {
        let transition = Transition { from: 0, offset: offset!(+3), abbreviation: "+03".to_owned() };
        let zone = Zone { name: "Europe/Istanbul".to_owned(), transitions: vec![transition] };
        let display = TimeDisplay { zone: Arc::new(zone), hour_cycle: HourCycle::H23 };
        assert_eq!(display.time_with_zone(datetime!(2026-11-22 14:03:27 UTC)), "17:03:27 UTC+03");
        assert_eq!(TimeDisplay::default().time_with_zone(datetime!(2026-11-22 14:03:27 UTC)), "14:03:27 UTC");
    }
}
