//! Quiet hours over midnight, where clocks are changed, and whatever they are.

use proptest::prelude::*;
use time::macros::datetime;

use super::*;

fn night() -> QuietHours {
    QuietHours::new("22:00", "07:00", "Europe/London", false).unwrap()
}

#[test]
fn a_night_goes_over_midnight() {
    let end = Some(datetime!(2026-01-11 7:00 UTC));
    for (at, expected) in [
        (datetime!(2026-01-10 21:59:59 UTC), None),
        (datetime!(2026-01-10 22:00 UTC), end),
        (datetime!(2026-01-11 0:00 UTC), end),
        (datetime!(2026-01-11 6:59:59 UTC), end),
        (datetime!(2026-01-11 7:00 UTC), None),
    ] {
        assert_eq!(night().end_after(at), expected, "{at}");
    }
    let noon = QuietHours::new("12:00", "13:30", "UTC", false).unwrap();
    assert_eq!(noon.end_after(datetime!(2026-01-10 12:10 UTC)), Some(datetime!(2026-01-10 13:30 UTC)));
    assert_eq!(noon.end_after(datetime!(2026-01-10 13:30 UTC)), None);
}

#[test]
fn the_end_is_by_the_clock_on_the_wall_where_clocks_are_changed() {
    // In the night to 29 March clocks go forward, in that to 25 October back.
    let in_spring = night().end_after(datetime!(2026-03-28 22:30 UTC));
    assert_eq!(in_spring, Some(datetime!(2026-03-29 6:00 UTC)), "the night has an hour less");
    let in_autumn = night().end_after(datetime!(2026-10-24 21:30 UTC));
    assert_eq!(in_autumn, Some(datetime!(2026-10-25 7:00 UTC)), "the night has an hour more");
    // 01:30 is not there in spring, and is there twice in autumn.
    let until_gap = QuietHours::new("23:00", "01:30", "Europe/London", false).unwrap();
    assert_eq!(until_gap.end_after(datetime!(2026-03-29 0:30 UTC)), Some(datetime!(2026-03-29 1:30 UTC)));
    assert_eq!(until_gap.end_after(datetime!(2026-10-24 23:30 UTC)), Some(datetime!(2026-10-25 0:30 UTC)));
    assert_eq!(until_gap.end_after(datetime!(2026-10-25 1:10 UTC)), None, "they do not begin twice");
}

#[test]
fn what_is_wrong_is_said_with_its_key() {
    for (from, to, zone, key) in [
        ("22", "07:00", "UTC", "from"),
        ("+2:00", "07:00", "UTC", "from"),
        ("22:00", "24:00", "UTC", "to"),
        ("22:00", "7:00", "UTC", "to"),
        ("22:00", "22:00", "UTC", "to"),
        ("22:00", "07:00", "Europe/Atlantis", "zone"),
    ] {
        assert_eq!(QuietHours::new(from, to, zone, false).unwrap_err().0, key, "{from} {to} {zone}");
    }
    assert_eq!(night().words(), "22:00 to 07:00, Europe/London");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever they are: who is left alone is left alone until one end, which is soon, and not a moment longer.
    #[test]
    fn quiet_hours_end_and_all_of_them_at_once(
        from in 0u32..1440,
        to in 0u32..1440,
        zone in prop::sample::select(vec!["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        at in 1_700_000_000i64..1_900_000_000,
        share in 0.0f64..1.0,
    ) {
        prop_assume!(from != to);
        let text = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let quiet = QuietHours::new(&text(from), &text(to), zone, false).unwrap();
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        if let Some(end) = quiet.end_after(now) {
            prop_assert!(end > now);
            prop_assert!(end - now <= time::Duration::hours(50));
            prop_assert_eq!(quiet.end_after(end), None);
            let between = now + (end - now) * share;
            prop_assert_eq!(quiet.end_after(between), Some(end));
        } else {
            let local = timestamp(now).unwrap().to_zoned(quiet.zone.clone()).time();
            let inside = if quiet.from < quiet.to {
                quiet.from <= local && local < quiet.to
            } else {
                local >= quiet.from || local < quiet.to
            };
            // Beside the hours in which clocks are changed, it is outside by the clock on the wall.
            let near = |hours: i64| {
                let zone = quiet.zone.clone();
                zone.to_offset(timestamp(now + time::Duration::hours(hours)).unwrap())
            };
            prop_assert!(!inside || near(-26) != near(26));
        }
    }
}
