//! Which of the messages that wait for a target are tried, in the order in which things happened: a recovery must not arrive
//! before the failure that it ends.

use time::OffsetDateTime;

use crate::server::storage::Delivery;

/// After so many attempts, about half an hour, a message keeps the later ones no longer: it may be the only one that the
/// target does not take.
const MOST_THAT_KEEP_OTHERS: u32 = 6;
/// What is due later than this was put off by a clock that was wrong.
const FURTHEST: time::Duration = time::Duration::days(3);
/// What was due so long ago and still waits is for a target that is not in the configuration, or was not: nobody needs it now.
const FORGOTTEN: time::Duration = time::Duration::days(7);

/// Whether it is time to try a message.
pub(super) fn is_due(delivery: &Delivery, now: OffsetDateTime) -> bool {
    delivery.due_at <= now || delivery.due_at - now > FURTHEST
}

/// Whether a message was due so long ago that it is news for nobody.
pub(super) fn is_forgotten(delivery: &Delivery, now: OffsetDateTime) -> bool {
    now - delivery.due_at > FORGOTTEN
}

/// Whether what happened later waits for a message that was not taken. Not where some of its recipients have it: the others are no
/// reason to keep anything from those.
pub(super) fn keeps_others(delivery: &Delivery, somebody_has_it: bool) -> bool {
    delivery.attempts <= MOST_THAT_KEEP_OTHERS && !somebody_has_it
}

/// The messages to try, of those that wait, the oldest first. Empty where none is due. One that is not due is among them where a
/// later one is: it comes first if the target takes it now.
pub(super) fn to_try(
    waiting: Vec<Delivery>,
    now: OffsetDateTime,
    somebody_has: impl Fn(&Delivery) -> bool,
) -> Vec<Delivery> {
    let is_held_back = |delivery: &Delivery| delivery.is_held && !is_due(delivery, now);
    let keeps = |delivery: &Delivery| !is_due(delivery, now) && keeps_others(delivery, somebody_has(delivery));
    let free = waiting.into_iter().filter(|delivery| !is_held_back(delivery)).take_while(|delivery| !keeps(delivery));
    let free: Vec<Delivery> = free.collect();
    if free.iter().any(|delivery| is_due(delivery, now)) { free } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::*;
    use crate::domain::notification::{Notification, NotificationEvent};
    use crate::server::storage::DeliveryState;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

    /// One that is due in so many minutes, after so many attempts.
    fn delivery(id: &str, minutes: i64, attempts: u32) -> Delivery {
        let event = NotificationEvent::ConnectionState;
        Delivery {
            target: "ops".to_owned(),
            notification: Notification::new(id.to_owned(), event, NOW, String::new(), String::new()),
            state: DeliveryState::Waiting,
            attempts,
            due_at: NOW + time::Duration::minutes(minutes),
            first_tried_at: None,
            is_held: false,
        }
    }

    fn tried(waiting: &[Delivery]) -> Vec<String> {
        let tried = to_try(waiting.to_vec(), NOW, |delivery| delivery.notification.id == "partly taken");
        tried.into_iter().map(|delivery| delivery.notification.id).collect()
    }

    #[test]
    fn a_message_that_rests_keeps_the_later_ones_for_half_an_hour() {
        let later = delivery("later", 0, 0);
        assert_eq!(tried(&[delivery("due", -1, 3), later.clone()]), ["due", "later"]);
        assert_eq!(tried(&[delivery("rests", 1, 6), later.clone()]), [""; 0]);
        assert_eq!(tried(&[delivery("rests", 1, 7), later.clone()]), ["rests", "later"], "what is older comes first");
        assert_eq!(tried(&[delivery("partly taken", 1, 1), later.clone()]), ["partly taken", "later"]);
        assert_eq!(tried(&[delivery("rests", 1, 7), delivery("rests too", 1, 1), later]), [""; 0]);
        assert_eq!(tried(&[delivery("rests", 1, 7)]), [""; 0]);
    }

    #[test]
    fn what_is_held_back_at_night_keeps_nothing_and_a_wrong_clock_neither() {
        let held = Delivery { is_held: true, ..delivery("held", 60, 1) };
        assert_eq!(tried(&[held.clone(), delivery("urgent", 0, 0)]), ["urgent"]);
        assert_eq!(tried(&[Delivery { due_at: NOW, ..held }]), ["held"]);
        assert_eq!(tried(&[delivery("put off for years", 1_000_000, 1)]), ["put off for years"]);
    }

    #[test]
    fn what_nobody_wanted_for_a_week_is_forgotten() {
        let week = Duration::from_hours(24 * 7);
        assert!(!is_forgotten(&delivery("one", 0, 0), NOW + week));
        assert!(is_forgotten(&delivery("one", 0, 0), NOW + week + Duration::from_secs(1)));
    }
}
