//! Messages to the targets of notifications: one for each event and target, kept until it is done and a while after that.

use std::time::Duration;

use time::OffsetDateTime;

use super::{Fresh, NOW};
use crate::domain::connection::Environment;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::server::storage::notifications::{Delivery, DeliveryState, TargetHistory};

fn delivery(target: &str, id: &str, due_at: OffsetDateTime) -> Delivery {
    let title = "sandbox is failing, “ë”\u{0}".to_owned();
    let notification = Notification {
        details: vec!["one".to_owned(), "<two>".to_owned()],
        since: Some(NOW - time::Duration::HOUR),
        advice: Some("Wait.".to_owned()),
        connection: Some("sandbox".to_owned()),
        environment: Some(Environment::Sandbox),
        is_urgent: true,
        ..Notification::new(id.to_owned(), NotificationEvent::ConnectionState, NOW, title, "text".to_owned())
    };
    Delivery {
        target: target.to_owned(),
        notification,
        state: DeliveryState::Waiting,
        attempts: 0,
        due_at,
        first_tried_at: None,
        is_held: false,
    }
}

pub(in crate::server::storage) async fn a_message_is_added_once_for_each_target(fresh: Fresh) {
    let store = &fresh.stores.notifications;
    let (later, first) = (delivery("ops", "b", NOW + time::Duration::MINUTE), delivery("ops", "a", NOW));
    let other = Delivery { is_held: true, ..delivery("chat", "a", NOW) };
    for one in [&later, &first, &other] {
        assert!(store.add(one).await.unwrap());
        assert!(!store.add(one).await.unwrap());
    }
    assert_eq!(store.waiting().await.unwrap(), [other, first, later]);
}

pub(in crate::server::storage) async fn a_message_that_is_done_does_not_wait_and_is_not_added_again(fresh: Fresh) {
    let store = &fresh.stores.notifications;
    let states = [DeliveryState::Delivered, DeliveryState::GivenUp, DeliveryState::InSummary];
    for (number, state) in states.into_iter().enumerate() {
        let new = delivery("ops", &number.to_string(), NOW);
        // One of which nothing was kept before it was done is kept all the same.
        if number > 0 {
            store.add(&new).await.unwrap();
        }
        let tried =
            Delivery { attempts: 3, first_tried_at: Some(NOW), due_at: NOW + time::Duration::HOUR, ..new.clone() };
        store.put(&tried).await.unwrap();
        assert_eq!(store.waiting().await.unwrap(), std::slice::from_ref(&tried));
        store.put(&Delivery { state, ..tried }).await.unwrap();
        assert_eq!(store.waiting().await.unwrap(), []);
        assert!(!store.add(&new).await.unwrap());
    }
    fresh.pass(Duration::from_hours(24 * 31));
    let waits = delivery("ops", "waits", NOW);
    store.add(&waits).await.unwrap();
    fresh.pass(Duration::from_hours(24 * 31));
    store.remove_old().await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), [waits], "what waits is never too old");
    assert!(store.add(&delivery("ops", "0", NOW)).await.unwrap(), "what is done is forgotten after a month");
}

pub(in crate::server::storage) async fn what_was_told_and_how_a_target_is_are_kept(fresh: Fresh) {
    let store = &fresh.stores.notifications;
    assert!(store.told().await.unwrap().is_empty() && store.histories().await.unwrap().is_empty());
    let failed =
        TargetHistory {
            last_delivered_at: None, last_failed_at: Some(NOW), last_error: Some("500: “no”".to_owned())
        };
    let delivered = TargetHistory { last_delivered_at: Some(NOW), ..failed.clone() };
    store.put_history("ops", &failed).await.unwrap();
    store.put_history("ops", &delivered).await.unwrap();
    store.put_history("chat", &TargetHistory::default()).await.unwrap();
    let histories = store.histories().await.unwrap();
    assert_eq!((histories.len(), &histories["ops"]), (2, &delivered));
    for (watched, told) in [("connection:sandbox", "failing"), ("backup", "x"), ("connection:sandbox", "works")] {
        store.tell(watched, told).await.unwrap();
    }
    let told = store.told().await.unwrap();
    assert_eq!((told.len(), told["connection:sandbox"].as_str()), (2, "works"));
}
