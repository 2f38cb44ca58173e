//! How times are written: short and relative for reading, in the time zone of who reads; exact and in UTC for the record.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::time_display::TimeDisplay;

/// A time that has passed: "just now", "5 minutes ago", "yesterday, 16:20", "12 Nov, 10:01", "12 Nov 2025". A time up
/// to a minute after `now` is taken for a difference between clocks.
pub fn relative(display: &TimeDisplay, now: OffsetDateTime, then: OffsetDateTime) -> String {
    let (now, then) = (display.local(now), display.local(then));
    let clock = |at| display.clock(at);
    let seconds = (now - then).whole_seconds();
    match seconds {
        ..=-60 => display.exact(then),
        -59..=9 => "just now".to_owned(),
        10..=59 => format!("{seconds} seconds ago"),
        60..=119 => "1 minute ago".to_owned(),
        120..=3_599 => format!("{} minutes ago", seconds / 60),
        _ if then.date() == now.date() && seconds < 7_200 => "1 hour ago".to_owned(),
        _ if then.date() == now.date() => format!("{} hours ago", seconds / 3_600),
        _ if Some(then.date()) == now.date().previous_day() => format!("yesterday, {}", clock(then)),
        _ if then.year() == now.year() => format!("{} {}, {}", then.day(), short_month(then.date()), clock(then)),
        _ => day(then.date()),
    }
}

/// A time to come: "in 40 seconds", "in 5 minutes", "tomorrow, 16:20", "12 Dec, 10:01", "12 Dec 2027". One that has
/// passed reads as [`relative`] does.
pub fn until(display: &TimeDisplay, now: OffsetDateTime, then: OffsetDateTime) -> String {
    let (now, then) = (display.local(now), display.local(then));
    let clock = |at| display.clock(at);
    let seconds = (then - now).whole_seconds();
    match seconds {
        ..=0 => relative(display, now, then),
        1 => "in 1 second".to_owned(),
        2..=59 => format!("in {seconds} seconds"),
        60..=119 => "in 1 minute".to_owned(),
        120..=3_599 => format!("in {} minutes", seconds / 60),
        _ if then.date() == now.date() && seconds < 7_200 => "in 1 hour".to_owned(),
        _ if then.date() == now.date() => format!("in {} hours", seconds / 3_600),
        _ if Some(then.date()) == now.date().next_day() => format!("tomorrow, {}", clock(then)),
        _ if then.year() == now.year() => format!("{} {}, {}", then.day(), short_month(then.date()), clock(then)),
        _ => day(then.date()),
    }
}

/// A day: "22 Nov 2026".
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), short_month(date), date.year())
}

/// A part of a text that may hold timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart<'a> {
    /// Text between timestamps.
    Plain(&'a str),
    /// A timestamp, in UTC.
    Time(OffsetDateTime),
}

/// Takes a text apart at its RFC 3339 timestamps.
pub fn parts(text: &str) -> Vec<TextPart<'_>> {
    let mut parts = Vec::new();
    let mut plain = 0;
    let mut end = 0;
    for (start, _) in text.match_indices(|letter: char| letter.is_ascii_digit()) {
        if start < end {
            continue;
        }
        let is_of_timestamp = |letter: char| letter.is_ascii_digit() || "-:.+TZtz".contains(letter);
        let candidate = text[start..].split(|letter| !is_of_timestamp(letter)).next().unwrap_or_default();
        end = start + candidate.len();
        let candidate = candidate.trim_end_matches(['.', ':', '-', '+']);
        if let Ok(at) = OffsetDateTime::parse(candidate, &Rfc3339) {
            parts.push(TextPart::Plain(&text[plain..start]));
            parts.push(TextPart::Time(at.to_offset(time::UtcOffset::UTC)));
            plain = start + candidate.len();
        }
    }
    parts.push(TextPart::Plain(&text[plain..]));
    parts.retain(|part| *part != TextPart::Plain(""));
    parts
}

/// A time in full, for the record: "22 November 2026, 14:03:27 UTC".
pub fn exact(at: OffsetDateTime) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]:[second] UTC");
    at.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

/// An RFC 3339 timestamp in milliseconds, for `datetime` attributes and the audit log.
pub fn rfc3339(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    at.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}

fn short_month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[usize::from(u8::from(date.month())) - 1]
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
            assert_eq!(relative(&TimeDisplay::default(), now, then), words);
        }
    }

    #[test]
    fn times_to_come_say_how_long_it_is_until_then() {
        let now = datetime!(2026-11-22 14:03:27 UTC);
        let said = [
            (datetime!(2026-11-22 14:03:28 UTC), "in 1 second"),
            (datetime!(2026-11-22 14:04:07 UTC), "in 40 seconds"),
            (datetime!(2026-11-22 14:04:27 UTC), "in 1 minute"),
            (datetime!(2026-11-22 14:08:30 UTC), "in 5 minutes"),
            (datetime!(2026-11-22 15:10:00 UTC), "in 1 hour"),
            (datetime!(2026-11-22 20:04:00 UTC), "in 6 hours"),
            (datetime!(2026-11-23 10:01:00 UTC), "tomorrow, 10:01"),
            (datetime!(2026-12-12 10:01:00 UTC), "12 Dec, 10:01"),
            (datetime!(2027-11-12 10:01:00 UTC), "12 Nov 2027"),
            (datetime!(2026-11-22 14:03:27 UTC), "just now"),
            (datetime!(2026-11-22 13:58:00 UTC), "5 minutes ago"),
        ];
        for (then, words) in said {
            assert_eq!(until(&TimeDisplay::default(), now, then), words);
        }
    }

    #[test]
    fn timestamps_are_found_in_a_text_and_nothing_else_is() {
        let at = datetime!(2026-11-23 01:50:06.693677423 UTC);
        assert_eq!(
            parts("Status: expired, at 2026-11-23T01:50:06.693677423Z."),
            [TextPart::Plain("Status: expired, at "), TextPart::Time(at), TextPart::Plain(".")]
        );
        assert_eq!(parts("2026-11-23T02:50:06.693677423+01:00"), [TextPart::Time(at)]);
        for text in ["on 2026-11-23, 14 of 20", "GET /v1/health returned 204.", "2026-13-99T99:99:99Z", "Zoë 1"] {
            assert_eq!(parts(text), [TextPart::Plain(text)]);
        }
        assert_eq!(parts(""), []);
    }

    #[test]
    fn the_exact_time_is_utc_whatever_the_offset() {
        assert_eq!(exact(datetime!(2026-11-22 15:03:27 +1)), "22 November 2026, 14:03:27 UTC");
        assert_eq!(rfc3339(datetime!(2026-11-22 14:03:27.5 UTC)), "2026-11-22T14:03:27.500Z");
    }
}
