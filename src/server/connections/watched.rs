//! One connection under watch: its checks by itself and by hand, one at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;

use super::delivery::{self, Delivery};
use super::finding::Finding;
use super::look::{Occasion, look};
use super::memory::Memory;
use super::settings::{Access, ConnectionSettings};
use crate::domain::check::Check;
use crate::server::clock::Clock;
use crate::server::oauth::TokenStatus;

/// A connection with what is known of it.
#[derive(Debug)]
pub struct Watched {
    pub(super) settings: ConnectionSettings,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
    /// How many checks have begun that somebody asked for.
    begun: AtomicU64,
    /// Held during a check: the number and the result of the last that somebody asked for.
    turn: tokio::sync::Mutex<Option<(u64, Check)>>,
    checked: Notify,
}

impl Watched {
    pub(super) fn new(settings: ConnectionSettings, clock: Arc<dyn Clock>) -> Self {
        let watched = Self {
            settings,
            clock,
            memory: Mutex::default(),
            begun: AtomicU64::new(0),
            turn: tokio::sync::Mutex::default(),
            checked: Notify::new(),
        };
        if let Access::Missing(reason) = &watched.settings.access {
            watched.record(Finding::not_configured(reason), Duration::ZERO);
        }
        watched
    }

    /// What is known before anything is asked.
    pub fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// The last check.
    pub fn last_check(&self) -> Option<Check> {
        self.memory().last().cloned()
    }

    /// The token and what is being done about it, where there is a source of tokens.
    pub fn token_status(&self) -> Option<TokenStatus> {
        self.settings.tokens().map(crate::server::oauth::TokenSource::status)
    }

    /// Checks now, however long the wait was to be. Those who wait for their turn share the first check that
    /// begins after they asked.
    pub async fn check_now(&self) -> Check {
        let seen = self.begun.load(Ordering::Relaxed);
        let mut turn = self.turn.lock().await;
        if let Some((number, check)) = &*turn
            && *number > seen
        {
            return check.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let check = self.check(Occasion::Asked).await;
        *turn = Some((number, check.clone()));
        drop(turn);
        // Its result may change how long the next one waits.
        self.checked.notify_one();
        check
    }

    /// Whether it takes a test message.
    pub fn takes_messages(&self) -> bool {
        self.settings.message().is_some() && self.settings.tokens().is_some()
    }

    /// Sends a test message, once. What takes none is sent none.
    pub async fn send_message(&self, document: &Value) -> Delivery {
        delivery::send(&self.settings, document).await
    }

    /// Checks for ever: soon, and then at the interval.
    pub(super) async fn watch(self: Arc<Self>, interval: Duration) {
        if matches!(self.settings.access, Access::Missing(_)) {
            return;
        }
        // Not all at once, and soon enough for the first visitor.
        self.pause(Duration::from_millis(500).mul_f64(rand::random())).await;
        loop {
            {
                let _turn = self.turn.lock().await;
                self.check(Occasion::Scheduled).await;
            }
            loop {
                let wait = self.memory().wait(interval, rand::random());
                tokio::select! {
                    () = self.pause(wait) => break,
                    () = self.checked.notified() => {}
                }
            }
        }
    }

    async fn pause(&self, wait: Duration) {
        self.memory().next_check_at = Some(self.clock.moment().after(wait).wall);
        tokio::time::sleep(wait).await;
    }

    async fn check(&self, occasion: Occasion) -> Check {
        let started = self.clock.monotonic();
        let found = look(&self.settings, occasion, self.clock.as_ref()).await;
        self.record(found, self.clock.monotonic().saturating_sub(started))
    }

    fn record(&self, found: Finding, took: Duration) -> Check {
        let Finding { state, stage, detail, advice, http_status, request_id, is_from_memory } = found;
        let duration_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        let at = self.clock.now();
        let check = Check { at, state, detail, advice, http_status, request_id, duration_ms, is_from_memory };
        tracing::debug!(connection = self.settings.name, state = state.code(), duration_ms, "connection checked");
        self.memory().record(check.clone(), stage);
        check
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
