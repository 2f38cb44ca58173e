//! The clients of all organisations: what has to be read for them, and how much of them was.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::connection_index::{Index, READ_ON_VISIT};
use super::coverage::Coverage;
use super::lookup::SLOW;
use super::staged::seconds;
use super::view::View;

/// How long a page waits for the clients of all organisations on the first visit. What was read by then is shown; the
/// rest goes on being read.
const FIRST_VISIT_WAIT: Duration = Duration::from_secs(6);
/// How long it is good what was worked out of how much of a large partner was read.
const LARGE_GOOD_FOR: Duration = Duration::from_secs(2);
/// How far the clocks of replicas may be apart, in seconds.
const APART: u32 = 60;

impl Index {
    /// The clients of many organisations, as many as can be read in time, with how many those are. The others go on
    /// being read: of a large partner in the background alone.
    pub async fn clients(&self, organisations: &View, tops: Option<&[String]>) -> (Arc<View>, Coverage) {
        let is_known = || tops.is_none() && self.known_coverage(organisations).is_some();
        if organisations.organisation_count() <= READ_ON_VISIT && !is_known() {
            let missing = Coverage::missing(&self.lists.clients, organisations, tops);
            let longest_wait = if missing.is_any_unknown { FIRST_VISIT_WAIT } else { SLOW };
            if let Some(batch) = self.sweep.want(&self.lists, missing.ids) {
                // Running out of time is no failure: the coverage says what is missing.
                let _ = timeout(longest_wait, batch.done()).await;
            }
        }
        let view = self.lists.model.latest().await;
        let coverage = self.coverage(&view, tops);
        (view, coverage)
    }

    /// How much of the clients is known without asking.
    pub fn coverage(&self, view: &View, tops: Option<&[String]>) -> Coverage {
        if let Some(coverage) = tops.is_none().then(|| self.known_coverage(view)).flatten() {
            return coverage;
        }
        let (now, changes) = (self.clock.moment(), self.changes(view));
        let (coverage, known_until) = if changes.is_some() {
            Coverage::of(&self.lists.clients, view, tops)
        } else {
            let age = u32::try_from((self.settings.age * 2).as_secs()).unwrap_or(u32::MAX);
            let latest = seconds(self.clock.now());
            let recent = latest.saturating_sub(age)..=latest.saturating_add(APART);
            let mut coverage = Coverage::of_large(view, tops, &self.lists.clients.failures(), &recent);
            coverage.seconds_left = self.seconds_left(&coverage);
            (coverage, Some(now.after(LARGE_GOOD_FOR)))
        };
        if let Some(until) = known_until.filter(|_| tops.is_none()) {
            self.covered.keep(coverage.clone(), until, view, changes);
        }
        coverage
    }

    fn known_coverage(&self, view: &View) -> Option<Coverage> {
        self.covered.known(view, self.changes(view), self.clock.moment())
    }

    /// How many changes the cache of lists has seen; `None` for a large partner, of which nobody counts them: what is worked
    /// out is good for a moment, whatever happens.
    fn changes(&self, view: &View) -> Option<u64> {
        (view.organisation_count() <= READ_ON_VISIT).then(|| self.lists.clients.changes())
    }

    /// How long the rest takes at the present pace.
    fn seconds_left(&self, coverage: &Coverage) -> Option<u32> {
        let left = coverage.of.saturating_sub(coverage.read).saturating_sub(coverage.failed);
        let seconds = f64::from(left) / self.pace.calls_per_second();
        // As much as fits; what is not a number is 0, and then nothing is known.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let seconds = seconds.ceil() as u32;
        Some(seconds).filter(|seconds| *seconds > 0 && self.pace.pause().is_none())
    }
}
