//! One list in a cache: what was read, what failed last, and the read under way. No I/O and no clock.

use std::sync::Arc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::Shared;
use tokio::time::Instant;

use super::lookup::{Lookup, Now};
use crate::domain::failure::PartnerFailure;
use crate::server::clock::Moment;

/// How long a failure is given to everybody who asks, without asking the partner again.
const FAILURE_FOR: Duration = Duration::from_secs(3);

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

/// Whether a list may be taken for what the partner has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validity {
    /// As long as it is fresh.
    Current,
    /// No longer: somebody asked for a new one.
    Due,
    /// No longer: something was changed from here since it was read.
    Superseded,
}

/// A list as it was read.
#[derive(Debug)]
pub(super) struct Stored<S> {
    pub(super) list: Arc<S>,
    /// When the read began: the list holds nothing newer for certain.
    pub(super) read_at: Moment,
    validity: Validity,
}

impl<S> Clone for Stored<S> {
    fn clone(&self) -> Self {
        Self { list: Arc::clone(&self.list), read_at: self.read_at, validity: self.validity }
    }
}

impl<S> Stored<S> {
    fn is_older_than(&self, age: Duration, now: Moment) -> bool {
        self.read_at.after(age).is_past(now)
    }

    /// Whether it may be shown while a new one is still awaited. One that lacks a change from here may not: whoever
    /// made the change must find it.
    pub(super) fn may_stand_in(&self) -> bool {
        self.validity != Validity::Superseded
    }
}

/// The last failure, and until when it is not worth trying again.
#[derive(Debug)]
struct LastFailure {
    failure: PartnerFailure,
    until: Moment,
}

/// One list in a cache.
#[derive(Debug)]
pub(super) struct Entry<S> {
    stored: Option<Stored<S>>,
    failure: Option<LastFailure>,
    read: Option<PendingRead<S>>,
}

impl<S> Default for Entry<S> {
    fn default() -> Self {
        Self { stored: None, failure: None, read: None }
    }
}

impl<S> Entry<S> {
    /// What a visitor at `now` finds; `None` when a read has to begin. A list is fresh for `fresh_for`, and kept for
    /// `kept_for` after it was read.
    pub(super) fn find(&self, now: Moment, fresh_for: Duration, kept_for: Duration) -> Option<Lookup<S>> {
        let old = self.known(now, kept_for).cloned();
        let found = if let Some(fresh) = self.fresh(now, fresh_for) {
            Now::Fresh(Arc::clone(&fresh.list))
        } else if let Some(failure) = self.recent_failure(now) {
            Now::Failed(failure.clone())
        } else {
            Now::Pending(self.read.clone()?)
        };
        Some(Lookup { now: found, old })
    }

    /// Notes the read that a visitor began, and gives what they wait for.
    pub(super) fn begin(&mut self, read: PendingRead<S>, now: Moment, kept_for: Duration) -> Lookup<S> {
        self.read = Some(read.clone());
        Lookup { now: Now::Pending(read), old: self.known(now, kept_for).cloned() }
    }

    /// Takes over what came of a read that began at `began`; nothing of one that began before a change.
    pub(super) fn settle(&mut self, id: u64, began: Moment, ended: Moment, outcome: &Outcome<S>) {
        if self.read.take_if(|read| read.id == id).is_none() {
            return;
        }
        match outcome {
            Ok(list) => {
                self.stored = Some(Stored { list: Arc::clone(list), read_at: began, validity: Validity::Current });
                self.failure = None;
            }
            Err(failure) => self.fail(failure.clone(), ended),
        }
    }

    /// Remembers a failure for some seconds.
    pub(super) fn fail(&mut self, failure: PartnerFailure, now: Moment) {
        self.failure = Some(LastFailure { failure, until: now.after(FAILURE_FOR) });
    }

    /// Something was changed from here: neither the list nor a read that is under way counts any more.
    pub(super) fn forget(&mut self) {
        self.outdate(Validity::Superseded);
    }

    /// Somebody wants a new list.
    pub(super) fn expire(&mut self) {
        self.outdate(Validity::Due);
    }

    fn outdate(&mut self, validity: Validity) {
        (self.read, self.failure) = (None, None);
        if let Some(stored) = self.stored.as_mut().filter(|stored| stored.may_stand_in()) {
            stored.validity = validity;
        }
    }

    /// The list, if it may be taken for what the partner has now.
    pub(super) fn fresh(&self, now: Moment, fresh_for: Duration) -> Option<&Stored<S>> {
        let stored = self.stored.as_ref()?;
        (stored.validity == Validity::Current && !stored.is_older_than(fresh_for, now)).then_some(stored)
    }

    /// The list, however old, as long as it is kept.
    pub(super) fn known(&self, now: Moment, kept_for: Duration) -> Option<&Stored<S>> {
        self.stored.as_ref().filter(|stored| !stored.is_older_than(kept_for, now))
    }

    /// The failure that keeps everybody from asking again.
    pub(super) fn recent_failure(&self, now: Moment) -> Option<&PartnerFailure> {
        self.failure.as_ref().filter(|last| !last.until.is_past(now)).map(|last| &last.failure)
    }

    /// What the last read failed with, however long ago.
    pub(super) fn last_failure(&self) -> Option<&PartnerFailure> {
        self.failure.as_ref().map(|last| &last.failure)
    }

    /// Drops a list that is no longer kept. Whether anything is left.
    pub(super) fn sweep(&mut self, now: Moment, kept_for: Duration) -> bool {
        self.stored.take_if(|stored| stored.is_older_than(kept_for, now));
        self.stored.is_some() || self.read.is_some() || self.recent_failure(now).is_some()
    }
}
