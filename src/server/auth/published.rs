//! A document that an identity provider publishes: fetched when it is needed, once for all concurrent callers, and kept
//! while the provider does not answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::server::clock::Clock;

/// The time from the end of a failed fetch to the next one, during which no caller waits for the provider. A fetch from
/// a silent provider takes as long as the timeout of the HTTP client, so the cooldown counts from its end.
const FAILURE_COOLDOWN: Duration = Duration::from_secs(2);

/// A published document and the state of its fetches.
pub(super) struct Published<T> {
    clock: Arc<dyn Clock>,
    kept: Mutex<Option<(Arc<T>, Duration)>>,
    /// Held during a fetch. Holds when the last one failed.
    attempt: Arc<tokio::sync::Mutex<Option<Duration>>>,
}

/// The document could not be fetched, or the last attempt has failed too recently.
#[derive(Debug)]
pub(super) struct NotFetched;

type Turn = OwnedMutexGuard<Option<Duration>>;

impl<T: Send + Sync + 'static> Published<T> {
    /// Without a document; the first caller fetches it.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, kept: Mutex::default(), attempt: Arc::default() })
    }

    /// The document that was fetched last, and its age.
    pub(super) fn kept(&self) -> Option<(Arc<T>, Duration)> {
        let kept = self.lock();
        let (value, at) = kept.as_ref()?;
        Some((Arc::clone(value), self.clock.monotonic().saturating_sub(*at)))
    }

    /// Whether a fetch is in flight.
    pub(super) fn is_in_flight(&self) -> bool {
        self.attempt.try_lock().is_err()
    }

    /// Fetches in the background, unless a fetch is in flight or has just failed.
    pub(super) fn refresh(self: &Arc<Self>, fetch: impl Future<Output = Option<T>> + Send + 'static) {
        if let Ok(turn) = Arc::clone(&self.attempt).try_lock_owned()
            && self.may_try(&turn)
        {
            tokio::spawn(Arc::clone(self).try_once(turn, fetch));
        }
    }

    /// A newer document than the one that the caller has seen: the result of `fetch`, or of another caller's fetch that
    /// was in flight. A caller that waited for a failed fetch gets that failure and starts no fetch of its own.
    pub(super) async fn newer_than(
        self: &Arc<Self>,
        seen: Option<&Arc<T>>,
        fetch: impl Future<Output = Option<T>> + Send + 'static,
    ) -> Option<Arc<T>> {
        self.newer_if(seen, || true, fetch).await.ok().flatten()
    }

    /// The same, where a fetch of the caller's own starts only if `may_fetch` says so. It is asked when no other fetch is in
    /// flight. `None` when it does not, and the last fetch brought nothing newer.
    pub(super) async fn newer_if(
        self: &Arc<Self>,
        seen: Option<&Arc<T>>,
        may_fetch: impl FnOnce() -> bool,
        fetch: impl Future<Output = Option<T>> + Send + 'static,
    ) -> Result<Option<Arc<T>>, NotFetched> {
        let turn = Arc::clone(&self.attempt).lock_owned().await;
        if let Some((newer, _)) = self.kept().filter(|(kept, _)| seen.is_none_or(|seen| !Arc::ptr_eq(seen, kept))) {
            return Ok(Some(newer));
        }
        if !self.may_try(&turn) {
            return Err(NotFetched);
        }
        if !may_fetch() {
            return if turn.is_some() { Err(NotFetched) } else { Ok(None) };
        }
        // A task of its own: a caller that is cancelled does not cancel the fetch for the others.
        let fetched = tokio::spawn(Arc::clone(self).try_once(turn, fetch)).await.ok().flatten();
        fetched.map(Some).ok_or(NotFetched)
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
