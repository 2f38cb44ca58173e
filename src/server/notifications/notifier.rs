//! The notifications of a dashboard: what pages and the composition root know of them.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use reqwest::Client;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::answer::{NotTaken, Settled, Taken};
use super::counts::{Counts, Ending};
use super::queue::Queue;
use super::sender::Sender;
use super::settings::TargetSettings;
use super::sources::{DetectionMemory, Sources};
use super::under_way::UnderWay;
use crate::domain::audit::Outcome;
use crate::domain::notification::{Notification, NotificationEvent, TargetState};
use crate::paths;
use crate::server::clock::Clock;
use crate::server::storage::{NotificationStore, Writer};

/// How often it is looked what is to be told, and what is to be sent.
const ROUND: Duration = Duration::from_secs(5);

/// What came of a test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// Whether the target took it.
    pub outcome: Outcome,
    /// What the target said, as a sentence. Holds no secret.
    pub detail: String,
    /// The HTTP status of its answer.
    pub http_status: Option<u16>,
}

/// The targets of a configuration, and what waits for them.
#[derive(Debug)]
pub struct Notifications {
    targets: ArcSwap<Vec<TargetSettings>>,
    pub(super) queue: Queue,
    pub(super) sender: Sender,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) detection: DetectionMemory,
    pub(super) counts: Counts,
    ended: CancellationToken,
}

impl Notifications {
    /// Nothing is sent before [`Self::run`], but for test messages. `client` is to be one that repeats nothing by itself.
    pub fn new(
        targets: Vec<TargetSettings>,
        public_url: Url,
        client: Client,
        clock: Arc<dyn Clock>,
        (store, writer): (Arc<dyn NotificationStore>, Writer),
    ) -> Self {
        let sender = Sender { client, public_url };
        let (targets, ended) = (ArcSwap::from_pointee(targets), CancellationToken::new());
        let (queue, detection) = (Queue::new(store, writer), DetectionMemory::default());
        Self { targets, queue, sender, clock, detection, counts: Counts::default(), ended }
    }

    /// The targets, in the order of the configuration.
    pub(super) fn targets(&self) -> Arc<Vec<TargetSettings>> {
        self.targets.load_full()
    }

    /// Has these targets from now on. What waits for one that is not among them waits until it is again, for a week.
    pub fn set_targets(&self, targets: Vec<TargetSettings>) {
        self.targets.store(Arc::new(targets));
    }

    /// Says whether another replica sends from now on.
    pub async fn set_sent_by_another(&self, another: bool) {
        self.queue.set_sent_by_another(another).await;
    }

    /// Looks and sends until [`Self::end`]. Of several replicas, the one that leads alone calls it.
    pub async fn run(self: Arc<Self>, sources: Sources) {
        self.ended.run_until_cancelled(Arc::clone(&self).run_on(sources)).await;
    }

    /// Sends nothing more.
    pub fn end(&self) {
        self.ended.cancel();
    }

    async fn run_on(self: Arc<Self>, sources: Sources) {
        let mut ticks = tokio::time::interval(ROUND);
        // A process that was frozen does not make up for what it missed.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut under_way = UnderWay::default();
        loop {
            ticks.tick().await;
            // There can be some later.
            if !self.targets.load().is_empty() {
                self.detect(&sources).await;
                self.begin_to_deliver(&mut under_way).await;
            }
        }
    }

    /// Each target as it is now, in the order of the configuration.
    pub async fn states(&self) -> Vec<TargetState> {
        if let Err(error) = self.queue.take_up().await {
            tracing::error!(error = &error as &dyn std::error::Error, "the notifications that wait cannot be read");
        }
        self.known_states()
    }

    /// The same as far as this replica knows it without the database. The one that sends knows all.
    pub fn known_states(&self) -> Vec<TargetState> {
        self.targets().iter().map(|target| self.state(target)).collect()
    }

    fn state(&self, target: &TargetSettings) -> TargetState {
        let (waiting, history) = (self.queue.waiting(&target.name), self.queue.history(&target.name));
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        TargetState {
            name: target.name.clone(),
            kind: target.kind(),
            address: target.address(),
            events: target.events.clone(),
            limits: target.limits(),
            quiet_hours: target.quiet_hours.as_ref().map(super::QuietHours::words),
            held: count(waiting.iter().filter(|delivery| delivery.is_held).count()),
            waiting: count(waiting.len()),
            last_delivered_at: history.last_delivered_at,
            last_failed_at: history.last_failed_at,
            last_error: history.last_error,
        }
    }

    /// How many messages for a target have ended in which way since the start.
    pub fn ended(&self, target: &str) -> [(&'static str, u64); 3] {
        Ending::ALL.map(|ending| (ending.code(), self.counts.of(target, ending)))
    }

    /// Whether there is a target of this name.
    pub fn has(&self, name: &str) -> bool {
        self.targets.load().iter().any(|target| target.name == name)
    }

    /// Sends a test message at once, whatever the time of the day, and once.
    pub async fn send_test(&self, name: &str, person: &str) -> TestResult {
        let targets = self.targets();
        let Some(target) = targets.iter().find(|target| target.name == name) else {
            let detail = "There is no such target.".to_owned();
            return TestResult { outcome: Outcome::NotSent, detail, http_status: None };
        };
        if let Err(error) = self.queue.take_up().await {
            tracing::error!(error = &error as &dyn std::error::Error, "the notifications that wait cannot be read");
        }
        let now = self.clock.now();
        let test = Notification {
            path: paths::NOTIFICATIONS.to_owned(),
            ..Notification::new(
                format!("test:{}", now.unix_timestamp_nanos()),
                NotificationEvent::Test,
                now,
                "Test message".to_owned(),
                format!("{person} sent this test message from Partner Dashboard. Nothing has happened."),
            )
        };
        let sent = self.sender.send(target, &test, (&Settled::new(), 0), now).await;
        self.queue.note(name, now, sent.as_ref().err().map(|failure| failure.reason.clone())).await;
        match sent {
            Ok(Taken { http_status, said, .. }) => TestResult { outcome: Outcome::Applied, detail: said, http_status },
            Err(NotTaken { reason, outcome, http_status, .. }) => TestResult { outcome, detail: reason, http_status },
        }
    }
}
