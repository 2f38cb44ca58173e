//! One list in a cache: what was read, what failed last, and the read under way. No I/O and no clock.

use std::sync::Arc;
use std::time::Duration;

use super::lookup::{Lookup, Now};
use super::pending::{Outcome, PendingRead};
use super::rhythm::wait_asked_for;
use super::stored::{Stored, Validity};
use crate::domain::failure::PartnerFailure;
use crate::server::clock::Moment;

/// How long a failure is given at least to everybody who asks, without asking the partner again.
const FAILURE_FOR: Duration = Duration::from_secs(3);
/// How long a list that cannot be used is left alone while nobody asks for it; each such failure in a row doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The last failure.
#[derive(Debug)]
struct LastFailure {
    failure: PartnerFailure,
    /// When the read ended.
    at: Moment,
    /// How many reads in a row had failed before it.
    streak: u32,
}

impl LastFailure {
    /// How long it is given to everybody who asks: as long as the partner asks to be left alone, if that is longer.
    fn given_for(&self) -> Duration {
        FAILURE_FOR.max(wait_asked_for(&self.failure))
    }

    /// How long it keeps the list from being read while nobody asks for it, up to `longest`. After an outage the pace of
    /// the background reading makes the pauses.
    fn pause(&self, longest: Duration) -> Duration {
        if self.failure.kind.is_outage() {
            return self.given_for();
        }
        FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.streak)).min(longest).max(self.given_for())
    }

    /// The failure as somebody finds it at `now`: a part of the wait that the partner asked for may be over.
    fn found(&self, now: Moment) -> PartnerFailure {
        let over = u32::try_from(now.monotonic.saturating_sub(self.at.monotonic).as_secs()).unwrap_or(u32::MAX);
        let left = self.failure.retry_after.map(|asked| asked.saturating_sub(over));
        PartnerFailure { retry_after: left, ..self.failure.clone() }
    }
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
        } else if let Some(last) = self.recent_failure(now) {
            Now::Failed(last.found(now))
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
                let (list, validity) = (Arc::clone(list), Validity::Current);
                self.stored = Some(Stored { list, read_at: began, answered_at: ended, validity });
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
            None => {
                self.stored = Some(Stored { list: Arc::new(list), read_at, answered_at: read_at, validity });
            }
            Some(stored) if stored.may_stand_in() && stored.read_at.wall < read_at.wall => {
                (stored.list, stored.read_at, stored.answered_at) = (Arc::new(list), read_at, read_at);
            }
            Some(_) => {}
        }
    }

    /// Remembers a failure for some seconds, or as long as the partner asks.
    pub(super) fn fail(&mut self, failure: PartnerFailure, now: Moment) {
        let streak = self.failure.as_ref().map_or(0, |last| last.streak.saturating_add(1));
        self.failure = Some(LastFailure { failure, at: now, streak });
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

    /// The same, but however long its read took: for so long after its end.
    pub(super) fn answered(&self, now: Moment, good_for: Duration) -> Option<&Stored<S>> {
        let stored = self.stored.as_ref()?;
        let is_good = stored.validity == Validity::Current && !stored.answered_at.after(good_for).is_past(now);
        is_good.then_some(stored)
    }

    /// The list, however old.
    pub(super) fn known(&self) -> Option<&Stored<S>> {
        self.stored.as_ref()
    }

    /// Whether a failure keeps everybody from asking again.
    pub(super) fn has_just_failed(&self, now: Moment) -> bool {
        self.recent_failure(now).is_some()
    }

    /// Whether a failure keeps the list from being read while nobody asks for it, for `longest` at most.
    pub(super) fn is_left_alone(&self, now: Moment, longest: Duration) -> bool {
        self.failure.as_ref().is_some_and(|last| !last.at.after(last.pause(longest)).is_past(now))
    }

    fn recent_failure(&self, now: Moment) -> Option<&LastFailure> {
        self.failure.as_ref().filter(|last| !last.at.after(last.given_for()).is_past(now))
    }

    /// What the last read failed with, however long ago.
    pub(super) fn last_failure(&self) -> Option<&PartnerFailure> {
        self.failure.as_ref().map(|last| &last.failure)
    }

    /// Whether it is worth keeping: of a list that nobody wants any more, only a read under way or a failure is.
    pub(super) fn is_worth_keeping(&self, now: Moment, is_wanted: bool, is_known_elsewhere: bool) -> bool {
        let tells_something = self.failure.is_some() || (self.stored.is_some() && !is_known_elsewhere);
        (is_wanted && tells_something) || self.read.is_some() || self.has_just_failed(now)
    }
}
