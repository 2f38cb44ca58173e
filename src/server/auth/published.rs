//! What an identity provider publishes: fetched when it is needed, once for all who wait for it, and kept while the
//! provider does not answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::server::clock::Clock;

/// From the end of an attempt that failed to the next one: meanwhile nobody waits for the provider. A provider that is
/// silent makes an attempt as long as the HTTP client waits, so the pause must not begin with it.
const FAILURE_COOLDOWN: Duration = Duration::from_secs(2);

/// Something that is published, and the attempts to fetch it.
pub(super) struct Published<T> {
    clock: Arc<dyn Clock>,
    kept: Mutex<Option<(Arc<T>, Duration)>>,
    /// Held during an attempt; remembers when the last one failed.
    attempt: Arc<tokio::sync::Mutex<Option<Duration>>>,
}

type Turn = OwnedMutexGuard<Option<Duration>>;

impl<T: Send + Sync + 'static> Published<T> {
    /// Nothing has been fetched yet.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, kept: Mutex::default(), attempt: Arc::default() })
    }

    /// What was fetched last, and how long ago.
    pub(super) fn kept(&self) -> Option<(Arc<T>, Duration)> {
        let kept = self.lock();
        let (value, at) = kept.as_ref()?;
        Some((Arc::clone(value), self.clock.monotonic().saturating_sub(*at)))
    }

    /// Whether an attempt is under way.
    pub(super) fn is_under_way(&self) -> bool {
        self.attempt.try_lock().is_err()
    }

    /// Fetches behind the caller's back, unless an attempt is under way or has just failed.
    pub(super) fn refresh(self: &Arc<Self>, fetch: impl Future<Output = Option<T>> + Send + 'static) {
        if let Ok(turn) = Arc::clone(&self.attempt).try_lock_owned()
            && self.may_try(&turn)
        {
            tokio::spawn(Arc::clone(self).try_once(turn, fetch));
        }
    }

    /// Something newer than what the caller has seen: what `fetch` gives, or what another caller's attempt gave that was
    /// under way. Whoever waited for an attempt that failed gets its result and makes no attempt of their own.
    pub(super) async fn newer_than(
        self: &Arc<Self>,
        seen: Option<&Arc<T>>,
        fetch: impl Future<Output = Option<T>> + Send + 'static,
    ) -> Option<Arc<T>> {
        let turn = Arc::clone(&self.attempt).lock_owned().await;
        if let Some((newer, _)) = self.kept().filter(|(kept, _)| seen.is_none_or(|seen| !Arc::ptr_eq(seen, kept))) {
            return Some(newer);
        }
        if !self.may_try(&turn) {
            return None;
        }
        // A task of its own: a browser that goes away does not end the attempt for those who wait.
        tokio::spawn(Arc::clone(self).try_once(turn, fetch)).await.ok().flatten()
    }

    async fn try_once(self: Arc<Self>, mut turn: Turn, fetch: impl Future<Output = Option<T>>) -> Option<Arc<T>> {
        let fetched = fetch.await.map(Arc::new);
        let now = self.clock.monotonic();
        if let Some(value) = &fetched {
            *self.lock() = Some((Arc::clone(value), now));
        }
        *turn = fetched.is_none().then_some(now);
        fetched
    }

    fn may_try(&self, turn: &Turn) -> bool {
        turn.is_none_or(|failed| self.clock.monotonic() >= failed + FAILURE_COOLDOWN)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Arc<T>, Duration)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: fmt::Debug> fmt::Debug for Published<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Published").field("kept", &self.kept).finish_non_exhaustive()
    }
}
