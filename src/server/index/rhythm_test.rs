//! The rhythm of calls with honest and with failing partners, on a clock that is a number.

use proptest::prelude::*;

use super::*;
use crate::domain::failure::FailureKind;
use crate::server::index::lookup;

const SECOND: Duration = Duration::from_secs(1);

fn failure(retry_after: Option<u32>) -> PartnerFailure {
    PartnerFailure { retry_after, ..lookup::failure(FailureKind::RateLimited) }
}

/// Begins the next call as soon as it may: when that is, and the call.
fn next(rhythm: &mut Rhythm, now: Duration) -> (Duration, Began) {
    match rhythm.begin(now) {
        Ok(began) => (now, began),
        Err(wait) => (now + wait, rhythm.begin(now + wait).unwrap()),
    }
}

#[test]
fn calls_begin_as_often_as_they_may_and_none_are_saved_up() {
    let mut rhythm = Rhythm::new(4);
    let (_, _) = next(&mut rhythm, 100 * SECOND);
    let (second, _) = next(&mut rhythm, 100 * SECOND);
    assert_eq!(second, 100 * SECOND + SECOND / 4);
    let (_, _) = next(&mut rhythm, 200 * SECOND);
    assert_eq!(rhythm.begin(200 * SECOND), Err(SECOND / 4), "a minute without calls gives no right to a burst");
}

#[test]
fn pauses_double_from_one_second_to_five_minutes() {
    let mut rhythm = Rhythm::new(1_000);
    let mut now = Duration::ZERO;
    let mut pauses = Vec::new();
    for _ in 0..11 {
        let (began_at, began) = next(&mut rhythm, now);
        rhythm.failed(began, began_at, &failure(None), 1.0);
        now = began_at;
        pauses.push(rhythm.pause(now).unwrap().as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
}

#[test]
fn what_fails_together_counts_once() {
    let mut rhythm = Rhythm::new(1_000);
    let calls: Vec<Began> = (0..8).map(|call| next(&mut rhythm, call * SECOND).1).collect();
    for began in calls {
        rhythm.failed(began, 8 * SECOND, &failure(None), 1.0);
    }
    assert_eq!(rhythm.pause(8 * SECOND), Some(SECOND));
    assert!((rhythm.calls_per_second() - 500.0).abs() < 1e-6, "the rate is halved once");
}

#[test]
fn the_longest_wait_that_was_asked_for_is_honoured_up_to_a_quarter_of_an_hour() {
    for (asked, waited) in [([20, 30], 30), ([30, 20], 30), ([0, 0], 1), ([u32::MAX, 0], 900)] {
        let mut rhythm = Rhythm::new(1_000);
        let calls = [next(&mut rhythm, Duration::ZERO).1, next(&mut rhythm, Duration::ZERO).1];
        for (began, asked) in calls.into_iter().zip(asked) {
            rhythm.failed(began, SECOND, &failure(Some(asked)), 1.0);
        }
        assert_eq!(rhythm.pause(SECOND).unwrap().as_secs(), waited, "{asked:?}");
    }
}

#[test]
fn jitter_takes_at_most_half_of_a_pause() {
    let pauses = [0.0, 0.5, 1.0, -7.0, 7.0].map(|jitter| pause_after(3, jitter).as_secs());
    assert_eq!(pauses, [4, 6, 8, 4, 8]);
}

#[test]
fn the_rate_recovers_gradually_when_the_partner_answers() {
    let mut rhythm = Rhythm::new(100);
    let (_, early) = next(&mut rhythm, Duration::ZERO);
    let (_, began) = next(&mut rhythm, SECOND);
    rhythm.failed(began, SECOND, &failure(None), 1.0);
    rhythm.answered(early);
    assert!(rhythm.pause(SECOND).is_some(), "an answer to a call from before the failure proves nothing");
    let mut now = SECOND;
    let mut rates = Vec::new();
    for _ in 0..60 {
        let (began_at, began) = next(&mut rhythm, now);
        rhythm.answered(began);
        now = began_at;
        rates.push(rhythm.calls_per_second());
    }
    assert_eq!(rhythm.pause(now), None);
    assert!((rates[0] - 51.0).abs() < 1e-6 && rates.is_sorted());
    assert!((rates[59] - 100.0).abs() < 1e-6);
}

proptest! {
    #[test]
    fn however_calls_go_they_never_come_faster_than_they_may(
        rate in 1..1_000_u32, steps in prop::collection::vec((0..3_u8, 0..2_000_u64, prop::option::of(any::<u32>())), 1..80),
    ) {
        let mut rhythm = Rhythm::new(rate);
        let (mut now, mut last) = (Duration::ZERO, None::<Duration>);
        for (outcome, passes, retry_after) in steps {
            let (began_at, began) = next(&mut rhythm, now);
            prop_assert!(last.is_none_or(|last| began_at >= last + SECOND / rate));
            prop_assert!(began_at <= now + LONGEST_RETRY_AFTER + SECOND * 16, "no call waits for ever");
            (last, now) = (Some(began_at), began_at + Duration::from_millis(passes));
            match outcome {
                0 => rhythm.answered(began),
                1 => rhythm.failed(began, now, &failure(retry_after), 0.5),
                _ => {}
            }
        }
    }
}
