//! What is held back during quiet hours, and what is not.

use std::time::Duration;

use partner_dashboard::server::notifications::{QuietHours, TargetSettings};
use partner_dashboard::server::sandbox::System;
use time::macros::datetime;

use super::receiver::{Receiver, Reply};
use super::{NOON, app, check_now, checked_twice, deliver, detect, fail, night, state, target, webhook};
use crate::support::TestApp;

async fn with_a_night(receiver: &Receiver) -> (TestApp, std::sync::Arc<partner_dashboard::server::clock::ManualClock>) {
    app(vec![TargetSettings { quiet_hours: Some(night()), ..target("ops", webhook(&receiver.url)) }]).await
}

#[tokio::test]
async fn what_happens_at_night_is_one_summary_in_the_morning_also_after_a_restart() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_night(&receiver).await;
    clock.advance(Duration::from_hours(11));
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    app.sandbox.clear_faults();
    clock.advance(Duration::from_hours(1));
    checked_twice(&app).await;
    deliver(&app).await;
    let told = state(&app).await;
    assert_eq!((receiver.take().len(), told.waiting, told.held), (0, 2, 2));
    let app = app.restarted().await;
    clock.advance(Duration::from_hours(7));
    deliver(&app).await;
    let summary = receiver.take();
    assert_eq!(summary.len(), 1);
    assert_eq!(summary[0].title(), "2 messages were held back during quiet hours");
    let json = summary[0].json();
    assert_eq!(json["type"], "summary");
    assert_eq!(
        json["data"]["details"],
        serde_json::json!([
            "24 November 2026, 23:00 UTC: sandbox (OneID sandbox) is failing",
            "25 November 2026, 00:00 UTC: sandbox (OneID sandbox) is healthy again"
        ])
    );
    deliver(&app).await;
    assert_eq!((receiver.take().len(), state(&app).await.waiting), (0, 0));
}

#[tokio::test]
async fn a_night_in_which_as_much_happens_as_can_wait_ends_with_a_summary() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_night(&receiver).await;
    clock.advance(Duration::from_hours(11));
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    app.sql(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 999)
         INSERT INTO notification_deliveries SELECT target, id || number,
             json_set(notification, '$.id', id || number), state, attempts, due_at, first_tried_at, is_held, changed_at
         FROM notification_deliveries, numbers",
    )
    .await;
    let app = app.restarted().await;
    assert_eq!(state(&app).await.held, 1_000);
    clock.advance(Duration::from_hours(8));
    deliver(&app).await;
    assert_eq!(receiver.titles(), ["1000 messages were held back during quiet hours"]);
    assert_eq!(state(&app).await.waiting, 0);
}

#[tokio::test]
async fn one_message_alone_is_sent_as_it_is_and_a_retry_waits_for_the_morning_too() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_night(&receiver).await;
    clock.advance(Duration::from_secs(10 * 3_600 - 10));
    fail(&app, System::OneIdSandbox);
    receiver.replies_with(&[Reply::Status(500)]);
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!(receiver.take().len(), 1, "ten seconds before the night");
    clock.advance(Duration::from_mins(1));
    deliver(&app).await;
    assert_eq!((receiver.take().len(), state(&app).await.held), (0, 1));
    clock.advance(Duration::from_hours(9));
    deliver(&app).await;
    assert_eq!(receiver.titles(), ["sandbox (OneID sandbox) is failing"]);
}

#[tokio::test]
async fn the_morning_is_that_of_the_clock_on_the_wall() {
    let receiver = Receiver::start().await;
    let (app, clock) = with_a_night(&receiver).await;
    // The night in which clocks go forward: seven in the morning is six in UTC.
    clock.step_wall(datetime!(2027-03-27 23:00 UTC) - NOON);
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    for (hours, expected) in [(6, 0), (1, 1)] {
        clock.advance(Duration::from_hours(hours));
        deliver(&app).await;
        assert_eq!(receiver.take().len(), expected, "{:?}", state(&app).await);
    }
}

#[tokio::test]
async fn what_is_urgent_wakes_people_unless_they_said_no() {
    let receiver = Receiver::start().await;
    let hold_all = QuietHours::new("22:00", "07:00", "Europe/London", true).unwrap();
    for (quiet, expected) in [(night(), 1), (hold_all, 0)] {
        let settings = TargetSettings { quiet_hours: Some(quiet), ..target("ops", webhook(&receiver.url)) };
        let (app, clock) = app(vec![settings]).await;
        clock.advance(Duration::from_hours(11));
        fail(&app, System::OneIdProduction);
        for _ in 0..2 {
            check_now(&app, "production").await;
        }
        detect(&app).await;
        deliver(&app).await;
        let came = receiver.take();
        assert_eq!(came.len(), expected);
        assert!(came.iter().all(|one| one.json()["data"]["urgent"] == true));
    }
}
