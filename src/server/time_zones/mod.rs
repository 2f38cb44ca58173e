//! The time zones of the IANA database, as pages need them.

mod former;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use time::UtcOffset;

use self::former::FORMER;
use crate::domain::time_display::{Transition, UTC, Zone};

/// The first year whose offsets are known: nothing that pages show is older.
const FIRST_YEAR: &str = "2015-01-01T00:00:00Z";
/// For how long from now offsets are known, in hours: ten years.
const HOURS_AHEAD: i64 = 10 * 366 * 24;

/// The zones that were asked for: at most as many as there are.
static KNOWN: LazyLock<Mutex<BTreeMap<String, Arc<Zone>>>> = LazyLock::new(Mutex::default);

/// The zone of a name of the IANA database; `None` for anything else.
pub fn zone(name: &str) -> Option<Arc<Zone>> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(zone) = known.get(name) {
        return Some(Arc::clone(zone));
    }
    let read = TimeZone::get(name).ok()?;
    // The database knows its names in any case of letters, and each is kept once.
    let name = read.iana_name()?.to_owned();
    let zone = known.entry(name.clone()).or_insert_with(|| Arc::new(Zone { transitions: transitions(&read), name }));
    Some(Arc::clone(zone))
}

/// The names to choose from: UTC, then those of places, in alphabetical order. Former names are left out.
pub fn names() -> Vec<String> {
    const AREAS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let available = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let is_offered = |name: &String| {
        AREAS.iter().any(|area| name.starts_with(area)) && FORMER.binary_search(&name.as_str()).is_err()
    };
    let mut names: Vec<String> = available.filter(is_offered).collect();
    names.sort_unstable();
    names.insert(0, UTC.to_owned());
    names
}

fn transitions(zone: &TimeZone) -> Vec<Transition> {
    let first: Timestamp = FIRST_YEAR.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let last = Timestamp::now().checked_add(HOURS_AHEAD.hours()).unwrap_or(Timestamp::MAX);
    let info = zone.to_offset_info(first);
    let begin = Transition {
        from: first.as_second(),
        offset: offset(info.offset()),
        abbreviation: info.abbreviation().to_owned(),
    };
    let following = zone.following(first).take_while(|transition| transition.timestamp() < last);
    let following = following.map(|transition| Transition {
        from: transition.timestamp().as_second(),
        offset: offset(transition.offset()),
        abbreviation: transition.abbreviation().to_owned(),
    });
    std::iter::once(begin).chain(following).collect()
}

fn offset(offset: jiff::tz::Offset) -> UtcOffset {
    UtcOffset::from_whole_seconds(offset.seconds()).unwrap_or(UtcOffset::UTC)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use time::macros::datetime;

    use super::*;
    use crate::domain::time_display::{HourCycle, TimeDisplay};

    #[test]
    fn summer_time_of_years_before_and_after_is_known() {
        let display = TimeDisplay { zone: zone("Europe/London").unwrap(), hour_cycle: HourCycle::H23 };
        assert_eq!(display.time_with_zone(datetime!(2016-07-01 12:00 UTC)), "13:00:00 BST");
        assert_eq!(display.time_with_zone(datetime!(2026-11-22 12:00 UTC)), "12:00:00 GMT");
        assert_eq!(display.time_with_zone(datetime!(2030-07-01 12:00 UTC)), "13:00:00 BST");
    }

    #[test]
    fn every_name_that_is_offered_is_a_zone_and_nothing_else_is_one() {
        let offered = names();
        assert!(offered.len() > 300 && offered[0] == "UTC", "{offered:?}");
        assert!(offered.iter().all(|name| zone(name).is_some_and(|zone| zone.name == *name)));
        for name in ["", "Europe", "Europe/London; Path=/", "../../etc/passwd", "Mars/Olympus"] {
            assert!(zone(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_former_name_is_a_zone_and_is_not_offered() {
        let offered = names();
        assert!(FORMER.is_sorted(), "it is searched");
        for name in FORMER {
            assert!(zone(name).is_some() && !offered.iter().any(|other| other == name), "{name}");
        }
        for name in ["Asia/Kolkata", "Europe/Kyiv", "America/Argentina/Buenos_Aires"] {
            assert!(offered.iter().any(|other| other == name), "{name}");
        }
    }

    #[test]
    fn a_name_in_other_letters_is_the_same_zone() {
        assert!(Arc::ptr_eq(&zone("Asia/Tokyo").unwrap(), &zone("asia/tokyo").unwrap()));
    }
}
