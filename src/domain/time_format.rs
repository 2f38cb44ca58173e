//! Times in words: short and relative for reading, exact and in UTC for the record.

use time::OffsetDateTime;
use time::macros::format_description;

/// A moment as people say it: "just now", "5 minutes ago", "yesterday, 16:20", "12 Nov", "12 Nov 2025".
pub fn relative(now: OffsetDateTime, then: OffsetDateTime) -> String {
    let (now, then) = (now.to_offset(time::UtcOffset::UTC), then.to_offset(time::UtcOffset::UTC));
    let seconds = (now - then).whole_seconds();
    let clock = format!("{:02}:{:02}", then.hour(), then.minute());
    let day = format!("{} {}", then.day(), short_month(then));
    match seconds {
        ..=-60 => exact(then),
        -59..=9 => "just now".to_owned(),
        10..=59 => format!("{seconds} seconds ago"),
        60..=119 => "1 minute ago".to_owned(),
        120..=3_599 => format!("{} minutes ago", seconds / 60),
        _ if then.date() == now.date() && seconds < 7_200 => "1 hour ago".to_owned(),
        _ if then.date() == now.date() => format!("{} hours ago", seconds / 3_600),
        _ if Some(then.date()) == now.date().previous_day() => format!("yesterday, {clock}"),
        _ if then.year() == now.year() => format!("{day}, {clock}"),
        _ => format!("{day} {}", then.year()),
    }
}

/// A moment in full: "22 November 2026, 14:03:27 UTC".
pub fn exact(moment: OffsetDateTime) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]:[second] UTC");
    moment.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

/// The time of day to the millisecond: "14:03:27.114".
pub fn time_of_day(moment: OffsetDateTime) -> String {
    let format = format_description!("[hour]:[minute]:[second].[subsecond digits:3]");
    moment.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

/// A moment for machines (RFC 3339), as `datetime` attributes want it.
pub fn machine(moment: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    moment.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

fn short_month(moment: OffsetDateTime) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[usize::from(u8::from(moment.month())) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn moments_are_said_as_people_say_them() {
        let now = datetime!(2026-11-22 14:03:27 UTC);
        let said = [
            (datetime!(2026-11-22 14:03:25 UTC), "just now"),
            (datetime!(2026-11-22 14:03:40 UTC), "just now"),
            (datetime!(2026-11-22 14:03:00 UTC), "27 seconds ago"),
            (datetime!(2026-11-22 13:58:00 UTC), "5 minutes ago"),
            (datetime!(2026-11-22 12:30:00 UTC), "1 hour ago"),
            (datetime!(2026-11-22 08:00:00 UTC), "6 hours ago"),
            (datetime!(2026-11-21 16:20:00 UTC), "yesterday, 16:20"),
            (datetime!(2026-11-12 10:01:00 UTC), "12 Nov, 10:01"),
            (datetime!(2025-11-12 10:01:00 UTC), "12 Nov 2025"),
            (datetime!(2026-11-23 10:01:00 UTC), "23 November 2026, 10:01:00 UTC"),
        ];
        for (then, words) in said {
            assert_eq!(relative(now, then), words);
        }
    }

    #[test]
    fn the_exact_time_is_utc_whatever_the_offset() {
        assert_eq!(exact(datetime!(2026-11-22 15:03:27 +1)), "22 November 2026, 14:03:27 UTC");
        assert_eq!(machine(datetime!(2026-11-22 14:03:27.5 UTC)), "2026-11-22T14:03:27.500Z");
        assert_eq!(time_of_day(datetime!(2026-11-22 14:03:27.114 UTC)), "14:03:27.114");
    }
}
