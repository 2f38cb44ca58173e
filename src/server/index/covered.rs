//! How much of the clients of all organisations was read, as it was worked out last. That walks through all organisations,
//! so it is good until something changes or becomes old.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::coverage::Coverage;
use super::objects::Objects;
use super::search::Patch;
use super::view::View;
use crate::server::clock::Moment;

/// How much was read, as it was worked out last, and how long that is good.
#[derive(Debug, Default)]
pub(super) struct Covered(Mutex<Option<Known>>);

#[derive(Debug)]
struct Known {
    coverage: Coverage,
    until: Moment,
    /// Of what that is said; `None` for a large partner, of which it is good for a moment whatever happens.
    of: Option<State>,
}

/// What a small partner's coverage follows from, besides the time. It holds no memory of a view.
#[derive(Debug)]
struct State {
    objects: Weak<Objects>,
    patch: Weak<Patch>,
    /// How many changes the cache of lists had seen.
    changes: u64,
}

impl State {
    fn of(view: &View, changes: u64) -> Self {
        Self { objects: Arc::downgrade(&view.objects), patch: Arc::downgrade(&view.patch), changes }
    }

    fn is(&self, view: &View, changes: u64) -> bool {
        self.changes == changes
            && self.objects.as_ptr() == Arc::as_ptr(&view.objects)
            && self.patch.as_ptr() == Arc::as_ptr(&view.patch)
    }
}

impl Covered {
    /// How much of all clients was read; `None` when that has to be worked out. `changes` is how many changes the cache of
    /// lists has seen, for a small partner.
    pub(super) fn known(&self, view: &View, changes: Option<u64>, now: Moment) -> Option<Coverage> {
        let known = self.lock();
        let known = known.as_ref().filter(|known| !known.until.is_past(now))?;
        let is_good = match (&known.of, changes) {
            (Some(state), Some(changes)) => state.is(view, changes),
            (of, changes) => of.is_none() && changes.is_none(),
        };
        is_good.then(|| known.coverage.clone())
    }

    /// Keeps how much was read until a moment, or until something changes.
    pub(super) fn keep(&self, coverage: Coverage, until: Moment, view: &View, changes: Option<u64>) {
        let of = changes.map(|changes| State::of(view, changes));
        *self.lock() = Some(Known { coverage, until, of });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
