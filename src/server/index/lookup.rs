//! What a visitor finds who wants a list, and how long they wait for a better one.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{timeout, timeout_at};

use super::pending::{Outcome, PendingRead};
use super::stored::Stored;
use crate::domain::failure::{Effect, FailureKind, PartnerFailure};
use crate::domain::staleness::Staleness;

/// How long a read may take before an older list is shown in its place.
pub(super) const SLOW: Duration = Duration::from_secs(1);
/// How long a page waits that has nothing older to show: it has to be answered within 10 s.
const PAGE_WAIT: Duration = Duration::from_secs(9);

/// A list as it is served: what the partner has now, or what it had when it last answered.
#[derive(Debug)]
pub struct Served<S> {
    list: Arc<S>,
    /// How old it is and why, when it is not what the partner has now.
    pub stale: Option<Staleness>,
}

impl<S> Served<S> {
    /// What the partner has now.
    pub fn fresh(list: Arc<S>) -> Self {
        Self { list, stale: None }
    }

    /// What was kept over a restart, until it has been read again. Its own time says how old it is.
    pub(super) fn kept(stored: &Stored<S>) -> Self {
        Self { list: Arc::clone(&stored.list), stale: None }
    }

    /// What is served.
    pub fn list(&self) -> Arc<S> {
        Arc::clone(&self.list)
    }

    /// The same age for something else.
    pub fn with<T>(&self, list: Arc<T>) -> Served<T> {
        Served { list, stale: self.stale.clone() }
    }

    pub(super) fn old(stored: &Stored<S>, failure: Option<PartnerFailure>) -> Self {
        let stale = Staleness { read_at: stored.read_at.wall, failure };
        Self { list: Arc::clone(&stored.list), stale: Some(stale) }
    }
}

impl<S> Clone for Served<S> {
    fn clone(&self) -> Self {
        Self { list: Arc::clone(&self.list), stale: self.stale.clone() }
    }
}

impl<S> Deref for Served<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.list
    }
}

/// What can be said at once.
#[derive(Debug)]
pub(super) enum Now<S> {
    /// The list, read not long ago.
    Fresh(Arc<S>),
    /// A read has just failed.
    Failed(PartnerFailure),
    /// A read is under way.
    Pending(PendingRead<S>),
}

/// What a visitor finds who wants a list.
#[derive(Debug)]
pub(super) struct Lookup<S> {
    pub(super) now: Now<S>,
    /// An older list, if one is kept.
    pub(super) old: Option<Stored<S>>,
}

impl<S> Lookup<S> {
    /// A list that is good enough.
    pub(super) fn known(list: Arc<S>) -> Self {
        Self { now: Now::Fresh(list), old: None }
    }

    /// The list as the partner has it now: never an older one.
    pub(super) async fn fresh(self) -> Outcome<S> {
        match self.now {
            Now::Fresh(list) => Ok(list),
            Now::Failed(failure) => Err(failure),
            Now::Pending(read) => outcome(read).await,
        }
    }

    /// The same for a page, which waits for a part of the time only. The read goes on.
    pub(super) async fn fresh_for_a_page(self) -> Outcome<S> {
        while_a_page_waits(self.fresh()).await
    }

    /// The list for a page, or an older one when the partner fails or takes long. The read goes on.
    pub(super) async fn served(self) -> Result<Served<S>, PartnerFailure> {
        let Self { now, old } = self;
        let outcome = match now {
            Now::Fresh(list) => Ok(list),
            Now::Failed(failure) => Err(failure),
            Now::Pending(read) => match old.as_ref().filter(|old| old.may_stand_in()) {
                None => while_a_page_waits(outcome(read)).await,
                Some(old) => match timeout_at(read.began + SLOW, outcome(read)).await {
                    Ok(outcome) => outcome,
                    Err(_) => return Ok(Served::old(old, None)),
                },
            },
        };
        match (outcome, old) {
            (Ok(list), _) => Ok(Served::fresh(list)),
            (Err(failure), Some(old)) => Ok(Served::old(&old, Some(failure))),
            (Err(failure), None) => Err(failure),
        }
    }
}

async fn outcome<S>(read: PendingRead<S>) -> Outcome<S> {
    // A read always tells what came of it, at the latest when it is dropped.
    read.outcome.await.unwrap_or_else(|_| Err(failure(FailureKind::Interrupted)))
}

/// What came of something that is read, if it came in time for a page.
pub(super) async fn while_a_page_waits<T>(
    read: impl Future<Output = Result<T, PartnerFailure>>,
) -> Result<T, PartnerFailure> {
    timeout(PAGE_WAIT, read).await.unwrap_or_else(|_| Err(failure(FailureKind::TimedOut)))
}

/// A failure of a read for which there is no answer. A read changes nothing, whatever became of it.
pub(super) fn failure(kind: FailureKind) -> PartnerFailure {
    PartnerFailure {
        kind,
        status: None,
        message: None,
        fields: Vec::new(),
        request_id: None,
        effect: Effect::None,
        retry_after: None,
    }
}
