//! One monitored connection: its scheduled and requested checks run one at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::check::{Trigger, check};
use super::check_result::CheckResult;
use super::history::History;
use super::settings::{ConnectionClient, ConnectionSettings};
use super::test_message::{self, MessageResult};
use super::unkept::{FoundCheck, Unkept};
use crate::domain::check::Check;
use crate::domain::check_days::Watched;
use crate::server::clock::Clock;
use crate::server::measurements::PartnerCalls;
use crate::server::oauth::TokenStatus;
use crate::server::storage::{CheckStore, Writer};

/// A connection and the history of its checks.
#[derive(Debug)]
pub struct MonitoredConnection {
    pub(super) settings: ConnectionSettings,
    clock: Arc<dyn Clock>,
    /// Where its checks are kept.
    unkept: Option<Unkept>,
    history: Mutex<History>,
    /// How many requested checks have begun.
    begun: AtomicU64,
    /// Held during a check. Keeps the number and the result of the last requested one.
    running: tokio::sync::Mutex<Option<(u64, Check)>>,
    checked: Notify,
    /// Whether another one has taken its place, or none has.
    ended: CancellationToken,
}

impl MonitoredConnection {
    /// A connection that was not checked yet, whose checks are kept in `store`.
    pub fn new(
        settings: ConnectionSettings,
        clock: Arc<dyn Clock>,
        store: Option<(Arc<dyn CheckStore>, Writer)>,
    ) -> Self {
        let connection = Self {
            unkept: store.map(|store| Unkept::new(settings.name.clone(), store)),
            settings,
            clock,
            history: Mutex::default(),
            begun: AtomicU64::new(0),
            running: tokio::sync::Mutex::default(),
            checked: Notify::new(),
            ended: CancellationToken::new(),
        };
        if let ConnectionClient::NotConfigured(reason) = &connection.settings.client {
            // Not kept: every start finds it again, and no check was made.
            connection.record(CheckResult::not_configured(reason), Duration::ZERO);
        }
        connection
    }

    /// Takes up the history of earlier starts and of other replicas, unless the connection is not configured now.
    pub async fn take_up(&self) {
        let (Some(unkept), ConnectionClient::Ready { .. }) = (&self.unkept, &self.settings.client) else {
            return;
        };
        // Before and after: one that is written meanwhile is in neither otherwise.
        let before = unkept.waiting();
        match unkept.store.kept(&self.settings.name).await {
            Ok(kept) => {
                let waiting = before.into_iter().chain(unkept.waiting());
                self.history().take_up(kept, waiting.map(|found| (found.check, found.stage)).collect());
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(connection = self.settings.name, error, "the history of checks could not be read");
            }
        }
    }

    /// The configuration of the connection.
    pub fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// The newest check.
    pub fn last_check(&self) -> Option<Check> {
        self.history().last().cloned()
    }

    /// The state of the token. `None` when the connection is not configured.
    pub fn token_status(&self) -> Option<TokenStatus> {
        self.settings.tokens().map(crate::server::oauth::TokenSource::status)
    }

    /// Its calls. `None` when the connection is not configured.
    pub fn calls(&self) -> Option<&Arc<PartnerCalls>> {
        self.settings.tokens().map(crate::server::oauth::TokenSource::calls)
    }

    /// Checks now, without waiting for the interval. Callers that wait at the same time share the first check that
    /// begins after they called.
    pub async fn check_now(&self) -> Check {
        let seen = self.begun.load(Ordering::Relaxed);
        let mut running = self.running.lock().await;
        if let Some((number, check)) = &*running
            && *number > seen
        {
            return check.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let check = self.check(Trigger::Requested).await;
        *running = Some((number, check.clone()));
        drop(running);
        // The result may change the wait before the next scheduled check.
        self.checked.notify_one();
        check
    }

    /// Whether the connection accepts a test message and is configured.
    pub fn takes_messages(&self) -> bool {
        self.settings.message().is_some() && self.settings.tokens().is_some()
    }

    /// Sends a test message once. Nothing is sent to a connection that accepts none.
    pub async fn send_message(&self, document: &Value) -> MessageResult {
        test_message::send(&self.settings, document).await
    }

    /// Ends its scheduled checks: it is no longer configured, or no longer so. What a check finds that has begun is not told.
    pub fn end(&self) {
        self.ended.cancel();
    }

    /// Checks within half a second and then at the interval, until the program ends or [`Self::end`] is called.
    pub(super) async fn watch(self: Arc<Self>, interval: Duration) {
        self.ended.run_until_cancelled(self.watch_on(interval)).await;
    }

    async fn watch_on(&self, interval: Duration) {
        if matches!(self.settings.client, ConnectionClient::NotConfigured(_)) {
            return;
        }
        // Spread over half a second: not all connections at once, but soon enough for the first visitor.
        self.pause(Duration::from_millis(500).mul_f64(rand::random())).await;
        loop {
            {
                let _running = self.running.lock().await;
                self.check(Trigger::Scheduled).await;
            }
            loop {
                let wait = self.history().wait(interval, rand::random());
                tokio::select! {
                    () = self.pause(wait) => break,
                    () = self.checked.notified() => {}
                }
            }
        }
    }

    /// Says when somebody checks next.
    pub(super) fn is_due_in(&self, wait: Duration) {
        self.history().next_check_at = Some(self.clock.moment().after(wait).wall);
    }

    async fn pause(&self, wait: Duration) {
        self.is_due_in(wait);
        tokio::time::sleep(wait).await;
    }

    async fn check(&self, trigger: Trigger) -> Check {
        let started = self.clock.monotonic();
        let found = check(&self.settings, trigger, self.clock.as_ref()).await;
        let stage = found.stage;
        let (check, watched) = self.record(found, self.clock.monotonic().saturating_sub(started));
        if let Some(unkept) = &self.unkept {
            unkept.keep(FoundCheck { check: check.clone(), stage, watched }).await;
        }
        check
    }

    fn record(&self, found: CheckResult, took: Duration) -> (Check, Option<Watched>) {
        let CheckResult { state, stage, detail, advice, http_status, request_id, is_from_memory } = found;
        let duration_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        // As precisely as it is kept, so that it says the same after the next start.
        let at = self.clock.now().truncate_to_millisecond();
        let check = Check { at, state, detail, advice, http_status, request_id, duration_ms, is_from_memory };
        tracing::debug!(connection = self.settings.name, state = state.code(), duration_ms, "connection checked");
        let watched = self.history().record(check.clone(), stage);
        (check, watched)
    }

    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
