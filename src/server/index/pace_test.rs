//! The pace on Tokio's paused clock, which moves on when everybody waits.

use std::num::NonZeroU32;

use time::OffsetDateTime;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::*;
use crate::domain::failure::FailureKind;
use crate::server::index::lookup::failure;

/// The clock that `sleep` obeys.
#[derive(Debug)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

fn pace(calls_at_once: u32, calls_per_second: u32) -> Pace {
    let number = |number| NonZeroU32::new(number).expect("not zero");
    let settings = IndexSettings {
        calls_at_once: number(calls_at_once),
        calls_per_second: number(calls_per_second),
        ..IndexSettings::default()
    };
    Pace::new(&settings, Arc::new(TokioClock(Instant::now())), Arc::new(|| 1.0))
}

/// A timer is late by up to a millisecond.
fn assert_near(took: Duration, expected: Duration) {
    assert!(took.abs_diff(expected) < Duration::from_millis(150), "{took:?} instead of {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn so_many_calls_begin_in_a_second() {
    let (pace, start) = (pace(64, 10), Instant::now());
    let mut calls = JoinSet::new();
    for _ in 0..51 {
        let pace = pace.clone();
        calls.spawn(async move { pace.turn().await.end(Ok(())) });
    }
    calls.join_all().await;
    assert_near(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn so_many_calls_run_at_once() {
    let (pace, start) = (pace(2, 1_000), Instant::now());
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let pace = pace.clone();
        calls.spawn(async move {
            let turn = pace.turn().await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            turn.end(Ok(()))
        });
    }
    calls.join_all().await;
    assert_near(start.elapsed(), Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_already_wait_longer_when_a_call_fails() {
    let (pace, start) = (pace(8, 1), Instant::now());
    let first = pace.turn().await;
    let waiting = tokio::spawn({
        let pace = pace.clone();
        async move { pace.turn().await.end(Ok(())) }
    });
    tokio::task::yield_now().await;
    let asked = PartnerFailure { retry_after: Some(30), ..failure(FailureKind::RateLimited) };
    assert!(first.end::<()>(Err(asked)).is_err());
    assert_eq!(pace.pause(), Some(Duration::from_secs(30)));
    waiting.await.expect("no panic").expect("an answer");
    assert_near(start.elapsed(), Duration::from_secs(30));
    assert_eq!(pace.pause(), None);
    assert!((pace.calls_per_second() - 0.51).abs() < 1e-6, "half the rate, and the first step back");
}

#[tokio::test(start_paused = true)]
async fn every_outage_slows_the_reading_and_no_other_failure_does() {
    for (kind, slows) in [
        (FailureKind::RateLimited, true),
        (FailureKind::Unavailable, true),
        (FailureKind::TimedOut, true),
        (FailureKind::Unreachable, true),
        (FailureKind::NotFound, false),
        (FailureKind::TooLarge, false),
    ] {
        let pace = pace(8, 25);
        assert_eq!(pace.turn().await.end::<()>(Err(failure(kind))), Err(failure(kind)));
        assert_eq!(pace.pause().is_some(), slows, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_gives_its_place_back() {
    let pace = pace(1, 1_000);
    drop(pace.turn().await);
    let waiting = tokio::time::timeout(Duration::from_millis(1), pace.turn());
    let turn = waiting.await.unwrap_or_else(|_| panic!("the place is taken"));
    assert!(tokio::time::timeout(Duration::from_secs(9), pace.turn()).await.is_err(), "there is only one place");
    assert_eq!(turn.end(Ok(7)), Ok(7));
    assert_eq!(pace.pause(), None);
}
