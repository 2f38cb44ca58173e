//! A read under way, for any number of visitors to wait for.

use std::sync::Arc;

use futures::channel::oneshot;
use futures::future::Shared;
use tokio::time::Instant;

use crate::domain::failure::PartnerFailure;

/// What everybody gets who waits for one read.
pub(super) type Outcome<S> = Result<Arc<S>, PartnerFailure>;

/// A read that is under way, for any number of visitors to wait for.
#[derive(Debug)]
pub(super) struct PendingRead<S> {
    /// Tells this read from one that began later.
    pub(super) id: u64,
    /// When it began: the clock that deadlines are measured on.
    pub(super) began: Instant,
    /// What comes of it.
    pub(super) outcome: Shared<oneshot::Receiver<Outcome<S>>>,
}

impl<S> Clone for PendingRead<S> {
    fn clone(&self) -> Self {
        Self { id: self.id, began: self.began, outcome: self.outcome.clone() }
    }
}
