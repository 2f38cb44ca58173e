//! Clocks that jump and machines that sleep.

use super::*;

const HOUR: time::Duration = time::Duration::HOUR;
const DAY: time::Duration = time::Duration::DAY;

/// The number in `token-7`.
fn number(token: &AccessToken) -> usize {
    text(token).trim_start_matches("token-").parse().expect("a number")
}

#[tokio::test]
async fn a_clock_that_jumps_costs_one_refresh_at_most_and_fails_nobody() {
    for lifetime in [300, 3_600, 86_400] {
        for jump in [HOUR, -HOUR, DAY, -DAY] {
            let rig = Rig::new(lifetime).await;
            rig.step(1).await.expect("a token");
            rig.clock.step_wall(jump);
            for _ in 0..100 {
                rig.step(1).await.expect("a token");
            }
            let count = rig.issuer.count();
            assert!(count <= 2, "{count} requests, L = {lifetime}, jump {jump}");
        }
    }
}

#[tokio::test]
async fn no_token_is_used_beyond_its_life_after_a_jump() {
    for lifetime in [60_u64, 300, 3_600] {
        for jump in [HOUR, -HOUR, DAY, -DAY, time::Duration::ZERO] {
            let rig = Rig::new(lifetime).await;
            let (clock, issued) = (Arc::clone(&rig.clock), Arc::default());
            let log: Arc<std::sync::Mutex<Vec<Duration>>> = Arc::clone(&issued);
            rig.issuer.answer_with(move |n, _| {
                log.lock().expect("no panic elsewhere").push(clock.monotonic());
                grant(n, lifetime)
            });
            for second in 0..lifetime * 3 {
                if second == lifetime / 2 {
                    rig.clock.step_wall(jump);
                }
                let token = rig.step(1).await.expect("a token");
                let born = issued.lock().expect("no panic elsewhere")[number(&token) - 1];
                assert!(rig.clock.monotonic() < born + Duration::from_secs(lifetime));
            }
        }
    }
}

#[tokio::test]
async fn a_machine_that_slept_does_not_use_a_token_that_ended_meanwhile() {
    let rig = Rig::new(300).await;
    let before = rig.step(1).await.expect("a token");
    // Asleep, the monotonic clock stands still and the wall clock does not.
    rig.clock.step_wall(time::Duration::minutes(10));
    let after = rig.token().await;
    assert_ne!(before, after);
    assert_eq!(rig.source.token().await, Ok(after));
    assert_eq!(rig.issuer.count(), 2);
}

#[tokio::test]
async fn a_clock_set_back_before_a_sleep_does_not_hide_it() {
    let rig = Rig::new(300).await;
    let before = rig.step(1).await.expect("a token");
    rig.clock.step_wall(-HOUR);
    assert_eq!(rig.step(1).await, Ok(before), "renewed behind the caller's back");
    let renewed = rig.token().await;
    rig.clock.step_wall(time::Duration::minutes(10));
    assert_ne!(rig.token().await, renewed);
    assert_eq!(rig.issuer.count(), 3);
}

#[tokio::test]
async fn a_stopped_wall_clock_does_not_keep_a_token_alive() {
    let rig = Rig::new(300).await;
    rig.token().await;
    rig.clock.step_monotonic(Duration::from_secs(270));
    assert_eq!(number(&rig.token().await), 2);
}

#[tokio::test]
async fn a_sleeping_machine_waits_out_no_backoff_twice() {
    let rig = Rig::new(300).await;
    rig.issuer.answer_with(|_, _| Reply::json(401, r#"{"error":"unauthorized_client"}"#));
    rig.failure().await;
    rig.issuer.answer_with(|n, _| grant(n, 300));
    assert!(rig.source.token().await.is_err(), "the wait is not over");
    assert_eq!(rig.issuer.count(), 1, "and nothing is asked meanwhile");
    rig.clock.step_wall(time::Duration::minutes(1));
    assert_eq!(text(&rig.token().await), "token-2");
    assert_eq!(rig.issuer.count(), 2);
}
