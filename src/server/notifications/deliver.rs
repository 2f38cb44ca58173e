//! One round of sending: what is due goes out, what was held back goes out together, what was not taken waits.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::answer::{NotTaken, Taken, refused};
use super::counts::Ending;
use super::notifier::Notifications;
use super::order::{is_due, is_forgotten, keeps_others, to_try};
use super::quiet_hours::QuietHours;
use super::settings::TargetSettings;
use super::summary::summary;
use super::under_way::UnderWay;
use crate::domain::notification::Notification;
use crate::server::storage::{Delivery, DeliveryState};

/// The wait after the first failure; twice as long after each that follows.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// How long it is tried to send a message.
const GIVEN_UP_AFTER: time::Duration = time::Duration::DAY;
/// How many messages go to a target in a round: a target that is slow does not keep the round for long.
const MOST_IN_A_ROUND: usize = 20;

/// What came of an attempt.
#[derive(Debug)]
enum Attempted {
    Taken,
    GivenUp,
    /// It is tried again later, and counts this attempt.
    NotNow(Box<Delivery>),
}

impl Notifications {
    /// Lets a message wait for every target that wants it. The same message is taken once.
    pub(super) async fn enqueue(&self, notification: &Notification) {
        let now = self.clock.now();
        for target in self.targets().iter().filter(|target| target.wants(notification)) {
            let held_until = held_until(target, notification, now);
            let delivery = Delivery {
                target: target.name.clone(),
                notification: notification.clone(),
                state: DeliveryState::Waiting,
                attempts: 0,
                due_at: held_until.unwrap_or(now),
                first_tried_at: None,
                is_held: held_until.is_some(),
            };
            if self.queue.is_full(&target.name) {
                let event = notification.event.code();
                tracing::error!(target_name = target.name, event, "too many notifications wait: one is dropped");
                self.counts.note(&target.name, Ending::Dropped);
            } else {
                self.queue.add(delivery).await;
            }
        }
    }

    /// Sends what is due, and waits for the answers.
    pub async fn deliver(self: &Arc<Self>) {
        let mut under_way = UnderWay::default();
        self.begin_to_deliver(&mut under_way).await;
        under_way.end().await;
        self.catch_up().await;
    }

    /// Sends what is due, each target by itself: one that hangs keeps none of the others, and nothing from being noticed.
    pub(super) async fn begin_to_deliver(self: &Arc<Self>, under_way: &mut UnderWay) {
        if self.is_taken_up().await {
            self.give_up_forgotten().await;
            for target in self.targets().iter().cloned() {
                let this = Arc::clone(self);
                under_way.begin(target.name.clone(), async move { this.deliver_to(&target).await });
            }
            self.catch_up().await;
        }
    }

    async fn is_taken_up(&self) -> bool {
        let taken_up = self.queue.take_up().await;
        if let Err(error) = &taken_up {
            tracing::error!(error = error as &dyn std::error::Error, "the notifications that wait cannot be read");
        }
        taken_up.is_ok()
    }

    async fn catch_up(&self) {
        if let Err(error) = self.queue.catch_up().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "it is not kept which notifications were sent");
        }
    }

    /// Gives up what nobody needs any more. A target that is configured again after months is not told of those.
    async fn give_up_forgotten(&self) {
        let now = self.clock.now();
        for delivery in self.queue.all_waiting().into_iter().filter(|delivery| is_forgotten(delivery, now)) {
            let (name, event) = (delivery.target.as_str(), delivery.notification.event.code());
            tracing::error!(target_name = name, event, "a notification that waited for a week was given up");
            self.counts.note(name, Ending::GivenUp);
            self.queue.put(Delivery { state: DeliveryState::GivenUp, ..delivery }).await;
        }
    }

    async fn deliver_to(&self, target: &TargetSettings) {
        let now = self.clock.now();
        self.sum_up(target, now).await;
        if self.queue.rests(&target.name, now) {
            return;
        }
        let somebody_has = |delivery: &Delivery| self.queue.settled(delivery).values().any(Option::is_none);
        let candidates = to_try(self.queue.waiting(&target.name), now, somebody_has);
        // Whether the target took what was tried last.
        let (mut takes, mut count) = (true, 0);
        for delivery in candidates {
            let now = self.clock.now();
            if !takes && !is_due(&delivery, now) {
                continue;
            }
            if count == MOST_IN_A_ROUND {
                break;
            }
            count += 1;
            if let Some(end) = held_until(target, &delivery.notification, now) {
                self.queue.put(Delivery { due_at: end, is_held: true, ..delivery }).await;
                continue;
            }
            let attempted = self.attempt(target, delivery, now).await;
            takes = matches!(attempted, Attempted::Taken);
            if let Attempted::NotNow(tried) = attempted
                && keeps_others(&tried, somebody_has(&tried))
            {
                break;
            }
        }
    }

    /// Puts one message in the place of those that were held back, once the quiet hours are over.
    async fn sum_up(&self, target: &TargetSettings, now: OffsetDateTime) {
        let mut held = self.queue.waiting(&target.name);
        held.retain(|delivery| delivery.is_held && delivery.due_at <= now);
        held.sort_by_key(|delivery| delivery.notification.at);
        let (Some(until), 2..) = (held.iter().map(|delivery| delivery.due_at).max(), held.len()) else {
            return;
        };
        if target.quiet_hours.as_ref().and_then(|quiet| quiet.end_after(now)).is_some() {
            return;
        }
        let delivery = Delivery {
            target: target.name.clone(),
            notification: summary(&held, until, now),
            state: DeliveryState::Waiting,
            attempts: 0,
            due_at: now,
            first_tried_at: None,
            is_held: false,
        };
        self.queue.add(delivery).await;
        for delivery in held {
            self.queue.put(Delivery { state: DeliveryState::InSummary, ..delivery }).await;
        }
    }

    /// Sends a message once.
    async fn attempt(&self, target: &TargetSettings, delivery: Delivery, now: OffsetDateTime) -> Attempted {
        let mut settled = self.queue.settled(&delivery);
        let sent = self.sender.send(target, &delivery.notification, (&settled, delivery.attempts), now).await;
        let tried = Delivery { attempts: delivery.attempts.saturating_add(1), ..delivery };
        let (name, event) = (target.name.as_str(), tried.notification.event.code());
        let (Ok(Taken { settled: more, .. }) | Err(NotTaken { settled: more, .. })) = &sent;
        settled.extend(more.clone());
        let Err(failure) = sent else {
            self.queue.put(Delivery { state: DeliveryState::Delivered, ..tried }).await;
            self.queue.note(name, now, None).await;
            self.counts.note(name, Ending::Delivered);
            if let Some(refused) = refused(&settled) {
                tracing::warn!(target_name = name, event, reason = refused, "a notification was not taken for all");
                self.queue.note(name, now, Some(refused)).await;
            }
            return Attempted::Taken;
        };
        self.queue.settle(&tried, settled);
        self.was_not_taken(target, tried, failure, now).await
    }

    /// Lets a message wait that was not taken, or gives it up.
    async fn was_not_taken(
        &self,
        target: &TargetSettings,
        tried: Delivery,
        failure: NotTaken,
        now: OffsetDateTime,
    ) -> Attempted {
        let (target_name, event) = (target.name.as_str(), tried.notification.event.code());
        // Of one that had to wait for others, the time counts too.
        let first = tried.first_tried_at.unwrap_or(tried.due_at.min(now));
        let tried = Delivery { first_tried_at: Some(first), ..tried };
        let (attempts, reason) = (tried.attempts, failure.reason.as_str());
        let attempted = if failure.is_final || now - first >= GIVEN_UP_AFTER {
            tracing::error!(target_name, event, attempts, reason, "a notification was given up");
            self.queue.put(Delivery { state: DeliveryState::GivenUp, ..tried }).await;
            self.counts.note(target_name, Ending::GivenUp);
            Attempted::GivenUp
        } else {
            let wait = wait(attempts, rand::random(), &failure);
            tracing::warn!(target_name, event, reason, "a notification is sent again in {wait:?}");
            if let Some(asked) = failure.retry_after {
                self.queue.let_rest(target_name, now + asked);
            }
            let waits = Delivery { due_at: now + wait, is_held: false, ..tried };
            self.queue.put(waits.clone()).await;
            Attempted::NotNow(Box::new(waits))
        };
        self.queue.note(target_name, now, Some(failure.reason)).await;
        attempted
    }
}

/// Until when a target is not to be sent this.
pub(super) fn held_until(
    target: &TargetSettings,
    notification: &Notification,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let holds = |quiet: &&QuietHours| !notification.is_urgent || quiet.holds_urgent;
    target.quiet_hours.as_ref().filter(holds)?.end_after(now)
}

/// How long to wait after so many attempts. `jitter` is in `[0, 1]`: of many dashboards not all come back at once.
fn wait(attempts: u32, jitter: f64, failure: &NotTaken) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    doubled.mul_f64(0.75 + 0.25 * jitter).max(failure.retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::Outcome;

    #[test]
    fn waits_grow_to_an_hour_and_a_target_can_ask_for_more() {
        let failure = NotTaken::for_now(Outcome::Refused, String::new());
        let seconds = |attempts| wait(attempts, 1.0, &failure).as_secs();
        assert_eq!([1, 2, 3, 7, 8, 40].map(seconds), [30, 60, 120, 1_920, 3_600, 3_600]);
        assert!(wait(3, 0.0, &failure) >= Duration::from_secs(90));
        let asked = NotTaken { retry_after: Some(Duration::from_mins(20)), ..failure };
        assert_eq!(wait(1, 0.5, &asked), Duration::from_mins(20));
    }
}
