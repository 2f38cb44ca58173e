//! What was not taken is tried again, what never will be is given up, and a restart loses nothing.

use std::time::Duration;

use partner_dashboard::server::sandbox::System;

use super::receiver::{Receiver, Reply};
use super::{app, checked_twice, deliver, detect, fail, state, target, target_nowhere, webhook};
use crate::support::TestApp;

/// An application with a message that waits for a receiver.
async fn with_a_message(
    receiver: &Receiver,
) -> (TestApp, std::sync::Arc<partner_dashboard::server::clock::ManualClock>) {
    let (app, clock) = app(vec![target("ops", webhook(&receiver.url))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    (app, clock)
}

#[tokio::test]
async fn a_message_is_tried_again_with_the_same_id_until_it_is_taken() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    receiver.replies_with(&[Reply::Status(500), Reply::Silence, Reply::Status(408), Reply::Later(429, "600")]);
    let mut errors = Vec::new();
    for wait in [30, 60, 120] {
        deliver(&app).await;
        // Not before its time.
        deliver(&app).await;
        let state = state(&app).await;
        assert!(state.is_failing() && state.waiting == 1, "{state:?}");
        errors.push(state.last_error.unwrap());
        clock.advance(Duration::from_secs(wait));
    }
    deliver(&app).await;
    clock.advance(Duration::from_secs(599));
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 4, "the receiver asked for ten minutes");
    assert!(errors[0].starts_with("It answered 500: no: (address)"), "an address may be a secret: {errors:?}");
    assert_eq!((errors[1].as_str(), &errors[2][..15]), ("It did not answer in time.", "It answered 408"));
    clock.advance(Duration::from_secs(1));
    deliver(&app).await;
    let last = receiver.take();
    assert_eq!(last.len(), 1);
    let state = state(&app).await;
    assert!(!state.is_failing() && state.waiting == 0, "{state:?}");
    deliver(&app).await;
    assert!(receiver.take().is_empty());
}

#[tokio::test]
async fn the_id_stays_and_the_time_is_that_of_the_attempt() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    receiver.replies_with(&[Reply::Status(502)]);
    deliver(&app).await;
    clock.advance(Duration::from_mins(1));
    deliver(&app).await;
    let [first, second] = &receiver.take()[..] else { panic!("two attempts") };
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_ne!(first.header("webhook-timestamp"), second.header("webhook-timestamp"));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn what_is_refused_is_given_up_and_does_not_keep_others() {
    let receiver = Receiver::start().await;
    for status in [301, 400, 410, 422] {
        let (app, clock) = with_a_message(&receiver).await;
        receiver.replies_with(&[Reply::Status(status)]);
        deliver(&app).await;
        let told = state(&app).await;
        assert!(told.is_failing() && told.waiting == 0, "{status}: {told:?}");
        clock.advance(Duration::from_hours(2));
        deliver(&app).await;
        assert_eq!(receiver.take().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_message_that_waits_keeps_the_next_one_so_that_they_arrive_in_order() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    // As of a proxy whose receiver is not there for a moment.
    receiver.replies_with(&[Reply::Status(404); 3]);
    deliver(&app).await;
    app.sandbox.clear_faults();
    checked_twice(&app).await;
    for wait in [30, 60] {
        deliver(&app).await;
        assert_eq!(receiver.titles(), ["sandbox (OneID sandbox) is failing"]);
        clock.advance(Duration::from_secs(wait));
    }
    deliver(&app).await;
    assert_eq!((receiver.titles().len(), state(&app).await.waiting), (1, 2));
    clock.advance(Duration::from_mins(2));
    deliver(&app).await;
    let titles = receiver.titles();
    assert_eq!(titles, ["sandbox (OneID sandbox) is failing", "sandbox (OneID sandbox) is healthy again"]);
    assert_eq!(state(&app).await.waiting, 0);
}

#[tokio::test]
async fn a_message_that_a_target_never_takes_keeps_the_others_for_a_while_and_after_it_they_come_in_order() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    receiver.replies_with(&[Reply::Status(500); 7]);
    for wait in [30, 60, 120, 240, 480, 960] {
        deliver(&app).await;
        clock.advance(Duration::from_secs(wait));
    }
    app.sandbox.clear_faults();
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 8, "the next message is tried beside it, after it");
    assert_eq!(state(&app).await.waiting, 1);
    // It rests, and is tried first when there is something new.
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    let (first, second) = ("sandbox (OneID sandbox) is failing", "sandbox (OneID sandbox) is failing");
    assert_eq!((receiver.titles(), state(&app).await.waiting), (vec![first.to_owned(), second.to_owned()], 0));
}

#[tokio::test]
async fn a_target_that_asks_for_a_rest_gets_it_whatever_happens_meanwhile() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    receiver.replies_with(&[Reply::Later(429, "600")]);
    deliver(&app).await;
    app.sandbox.clear_faults();
    checked_twice(&app).await;
    clock.advance(Duration::from_secs(599));
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 1);
    clock.advance(Duration::from_secs(1));
    deliver(&app).await;
    assert_eq!((receiver.take().len(), state(&app).await.waiting), (2, 0));
}

#[tokio::test]
async fn what_waits_for_a_target_that_is_configured_again_after_months_is_given_up() {
    let receiver = Receiver::start().await;
    let (app, clock) = app(vec![target_nowhere(), target("ops", webhook(&receiver.url))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    app.notifications.0.set_targets(vec![target_nowhere()]);
    deliver(&app).await;
    clock.advance(Duration::from_hours(24 * 60));
    app.notifications.0.set_targets(vec![target("ops", webhook(&receiver.url))]);
    deliver(&app).await;
    assert_eq!((receiver.take().len(), state(&app).await.waiting), (0, 0));
    assert!(app.notifications.0.ended("ops").contains(&("given_up", 1)));
}

#[tokio::test]
async fn a_restart_between_two_attempts_loses_nothing_and_repeats_nothing() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_message(&receiver).await;
    receiver.replies_with(&[Reply::Status(503)]);
    deliver(&app).await;
    let app = app.restarted().await;
    let told = state(&app).await;
    assert!(told.is_failing() && told.waiting == 1, "{told:?}");
    // The connection still fails, which was told.
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 1, "not before its time");
    clock.advance(Duration::from_secs(30));
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 1);
    let app = app.restarted().await;
    checked_twice(&app).await;
    deliver(&app).await;
    assert!(receiver.take().is_empty());
    assert!(state(&app).await.last_delivered_at.is_some());
}

#[tokio::test]
async fn a_clock_that_was_wrong_does_not_keep_a_message_for_years() {
    let receiver = Receiver::start().await;
    let (app, clock) = app(vec![target("ops", webhook(&receiver.url))]).await;
    clock.step_wall(time::Duration::days(1_000));
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    receiver.replies_with(&[Reply::Status(500)]);
    deliver(&app).await;
    clock.step_wall(-time::Duration::days(1_000));
    deliver(&app).await;
    assert_eq!((receiver.take().len(), state(&app).await.waiting), (2, 0));
}

#[tokio::test]
async fn a_target_that_is_away_is_given_up_after_a_day_and_keeps_no_other() {
    let receiver = Receiver::start().await;
    let (app, clock) = app(vec![target_nowhere(), target("ops", webhook(&receiver.url))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    for _ in 0..24 {
        deliver(&app).await;
        let told = state(&app).await;
        assert_eq!((told.waiting, told.last_error.as_deref()), (1, Some("It could not be reached.")));
        clock.advance(Duration::from_hours(1));
    }
    assert_eq!(receiver.take().len(), 1);
    deliver(&app).await;
    assert_eq!(state(&app).await.waiting, 0);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_keeps_no_message_and_makes_none_twice() {
    let receiver = Receiver::start().await;
    let (app, clock) = app(vec![target("ops", webhook(&receiver.url))]).await;
    for (event, table) in
        [("INSERT", "deliveries"), ("UPDATE", "deliveries"), ("INSERT", "told"), ("INSERT", "targets")]
    {
        let trigger = format!(
            "CREATE TRIGGER full_{table}_{event} BEFORE {event} ON notification_{table}
             BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        );
        sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(app.pool()).await.unwrap();
    }
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    detect(&app).await;
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 1);
    for trigger in ["deliveries_INSERT", "deliveries_UPDATE", "told_INSERT", "targets_INSERT"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER full_{trigger}"))).execute(app.pool()).await.unwrap();
    }
    // What could not be kept is kept now, so that the next start knows it.
    deliver(&app).await;
    let app = app.restarted().await;
    checked_twice(&app).await;
    deliver(&app).await;
    clock.advance(Duration::from_hours(1));
    deliver(&app).await;
    assert!(receiver.take().is_empty());
    assert!(state(&app).await.last_delivered_at.is_some());
}
