//! One list in a cache: what was read, what failed last, and the read under way. No I/O and no clock.

use std::sync::Arc;
use std::time::Duration;

use super::lookup::{Lookup, Now};
use super::pending::{Outcome, PendingRead};
use super::stored::{Stored, Validity};
use crate::domain::failure::PartnerFailure;
use crate::server::clock::Moment;

/// How long a failure is given to everybody who asks, without asking the partner again.
const FAILURE_FOR: Duration = Duration::from_secs(3);

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
    /// What a visitor at `now` finds; `None` when a read has to begin. A list is fresh for `fresh_for`.
    pub(super) fn find(&self, now: Moment, fresh_for: Duration) -> Option<Lookup<S>> {
        let old = self.stored.clone();
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
    pub(super) fn begin(&mut self, read: PendingRead<S>) -> Lookup<S> {
        self.read = Some(read.clone());
        Lookup { now: Now::Pending(read), old: self.stored.clone() }
    }

    /// Takes over what came of a read that began at `began`; nothing of one that began before a change. Whether it did.
    pub(super) fn settle(&mut self, id: u64, began: Moment, ended: Moment, outcome: &Outcome<S>) -> bool {
        if self.read.take_if(|read| read.id == id).is_none() {
            return false;
        }
        match outcome {
            Ok(list) => {
                self.stored = Some(Stored { list: Arc::clone(list), read_at: began, validity: Validity::Current });
                self.failure = None;
            }
            Err(failure) => self.fail(failure.clone(), ended),
        }
        true
    }

    /// Starts from a list that was read elsewhere, or before; not if a newer one is known. One that takes the place of an older
    /// one counts as that did: whoever wanted a new one still does.
    pub(super) fn start_from(&mut self, list: S, read_at: Moment, validity: Validity) {
        match &mut self.stored {
            None => self.stored = Some(Stored { list: Arc::new(list), read_at, validity }),
            Some(stored) if stored.may_stand_in() && stored.read_at.wall < read_at.wall => {
                (stored.list, stored.read_at) = (Arc::new(list), read_at);
            }
            Some(_) => {}
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

    /// Somebody wants a list that is newer than the one that is kept. A read that is under way will do: if each wish began
    /// another, a slow partner would never be read to the end.
    pub(super) fn renew(&mut self) {
        self.failure = None;
        self.outdate_stored(Validity::Due);
    }

    fn outdate(&mut self, validity: Validity) {
        (self.read, self.failure) = (None, None);
        self.outdate_stored(validity);
    }

    fn outdate_stored(&mut self, validity: Validity) {
        if let Some(stored) = self.stored.as_mut().filter(|stored| stored.may_stand_in()) {
            stored.validity = validity;
        }
    }

    /// The list, if it may be taken for what the partner has now.
    pub(super) fn fresh(&self, now: Moment, fresh_for: Duration) -> Option<&Stored<S>> {
        let stored = self.stored.as_ref()?;
        (stored.validity == Validity::Current && !stored.is_older_than(fresh_for, now)).then_some(stored)
    }

    /// The list, however old.
    pub(super) fn known(&self) -> Option<&Stored<S>> {
        self.stored.as_ref()
    }

    /// The failure that keeps everybody from asking again.
    pub(super) fn recent_failure(&self, now: Moment) -> Option<&PartnerFailure> {
        self.failure.as_ref().filter(|last| !last.until.is_past(now)).map(|last| &last.failure)
    }

    /// What the last read failed with, however long ago.
    pub(super) fn last_failure(&self) -> Option<&PartnerFailure> {
        self.failure.as_ref().map(|last| &last.failure)
    }

    /// Whether it is worth keeping: of a list that nobody wants any more, only a read under way or a failure is.
    pub(super) fn is_worth_keeping(&self, now: Moment, is_wanted: bool, is_known_elsewhere: bool) -> bool {
        let tells_something = self.failure.is_some() || (self.stored.is_some() && !is_known_elsewhere);
        (is_wanted && tells_something) || self.read.is_some() || self.recent_failure(now).is_some()
    }
}
