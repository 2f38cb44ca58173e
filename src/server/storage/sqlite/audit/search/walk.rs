//! Goes through the numbers of entries in steps, so that time can end it, and says how far it came.

use std::time::Duration;

use tokio::time::Instant;

use super::super::index::{BLOCK, Named};
use super::super::list;
use super::{Plan, Search};
use crate::domain::audit::AuditEntry;
use crate::server::storage::StorageError;
use crate::server::storage::audit_parts::{Found, Walk as _};
use crate::server::storage::audit_text::EntryText;

/// How long it goes on to count when it has them.
const COUNTING: Duration = Duration::from_millis(8);
/// Numbers in the first step where each entry is looked at. The next ones are larger while that is fast.
const FIRST_STEP: i64 = 4_096;
/// The fewest in a step.
const SHORTEST_STEP: i64 = 1_024;
/// Numbers at most in a step: it cannot be interrupted, and what is fast in one part of the log may be slow in the next.
const LONGEST_STEP: i64 = 1 << 21;
/// The same where each entry is looked at.
const LONGEST_SCAN: i64 = 1 << 16;
/// A step that takes less is followed by a larger one, and one that takes twice that by a smaller one.
const SHORT_STEP: Duration = Duration::from_millis(10);
/// Rows that are read at once where their text is looked at.
const ROWS: usize = 256;
/// The same where they are only counted: time for that is short.
const COUNTED_ROWS: usize = 64;

impl Search<'_> {
    /// The numbers of matching entries from one on, in one direction: `enough` of them as long as there is time, then up
    /// to `most` for a moment.
    pub(super) async fn go(
        &self,
        from: i64,
        newest_first: bool,
        most: usize,
        enough: usize,
    ) -> Result<Found, StorageError> {
        let (mut found, mut step) = (Found::default(), self.first_step());
        let mut took = None;
        let longest = if matches!(self.plan, Plan::Scan) { LONGEST_SCAN } else { LONGEST_STEP };
        let (mut deadline, mut is_counting) = (self.begun + self.time, false);
        for (low, high) in self.ranges_from(from, newest_first) {
            let mut at = if newest_first { high } else { low };
            while low <= at && at <= high && found.ids.len() < most {
                let now = Instant::now();
                if !is_counting && found.ids.len() >= enough {
                    (is_counting, deadline) = (true, deadline.min(now + COUNTING));
                }
                // Each search makes one step at least, so that whoever goes on comes to the end.
                if now >= deadline && took.is_some() {
                    return Ok(Found { stopped: Some(at), ..found });
                }
                if let Some(took) = took {
                    step = next_step(step, took, deadline - now).min(longest);
                }
                let window = if newest_first {
                    (low.max(at.saturating_sub(step - 1)), at)
                } else {
                    (at, high.min(at.saturating_add(step - 1)))
                };
                let rest = if is_counting { most } else { enough } - found.ids.len();
                // Those that are looked at one by one take their time.
                let rows = if is_counting { COUNTED_ROWS } else { ROWS };
                let wanted = if self.counts_fast() { rest } else { rest.min(rows) };
                let step = self.window(window, newest_first, wanted, is_counting).await?;
                found.ids.extend(step.ids);
                if !is_counting {
                    found.read.extend(step.read);
                }
                at = if newest_first { step.covered - 1 } else { step.covered + 1 };
                took = Some(now.elapsed());
            }
        }
        found.ids.truncate(most);
        Ok(found)
    }

    const fn first_step(&self) -> i64 {
        match &self.plan {
            Plan::Scan => FIRST_STEP,
            // It names few, however many it goes through.
            Plan::Index { .. } => BLOCK,
        }
    }

    /// The ranges from a number on, in the order of a direction.
    fn ranges_from(&self, from: i64, newest_first: bool) -> Vec<(i64, i64)> {
        let clipped = self
            .ranges
            .iter()
            .map(|(low, high)| if newest_first { (*low, from.min(*high)) } else { (from.max(*low), *high) });
        let mut ranges: Vec<_> = clipped.filter(|(low, high)| low <= high).collect();
        if newest_first {
            ranges.reverse();
        }
        ranges
    }

    /// The matching numbers in a window. What is only counted need not be looked at.
    async fn window(
        &self,
        (low, high): (i64, i64),
        newest_first: bool,
        most: usize,
        is_counting: bool,
    ) -> Result<Step, StorageError> {
        let Plan::Index { reader, expression, tail } = &self.plan else {
            return self.scan((low, high), None, newest_first, most).await;
        };
        let limit = most.saturating_add(most / 8).saturating_add(8);
        let Named { mut ids, covered } = reader.ids(expression, (low, high), newest_first, limit).await?;
        let covered = covered.unwrap_or(if newest_first { low } else { high });
        let window = if newest_first { (covered, high) } else { (low, covered) };
        ids.retain(|id| !tail.contains(id));
        let mut step = if is_counting && self.counts_fast() {
            Step { ids, read: Vec::new(), covered }
        } else if !self.text.terms.is_empty() {
            // What is shown has the words, whatever the index says.
            self.scan(window, Some(&ids), newest_first, usize::MAX).await?
        } else {
            Step { ids: list::passing(self.log, self.filter, &ids).await?, read: Vec::new(), covered }
        };
        let late: Vec<i64> = tail.range(window.0..=window.1).copied().collect();
        if !late.is_empty() {
            let late = self.scan(window, Some(&late), newest_first, usize::MAX).await?;
            step.ids.extend(late.ids);
            step.read.extend(late.read);
        }
        step.ids.sort_unstable();
        if newest_first {
            step.ids.reverse();
        }
        Ok(step)
    }

    /// The same by looking at each entry, or at each of some.
    async fn scan(
        &self,
        (low, high): (i64, i64),
        among: Option<&[i64]>,
        newest_first: bool,
        most: usize,
    ) -> Result<Step, StorageError> {
        let covered = if newest_first { low } else { high };
        let mut window = list::Window { low, high, among, newest_first };
        if self.text.terms.is_empty() {
            let ids = list::ids_in(self.log, self.filter, &window, most).await?;
            let covered = ids.last().copied().filter(|_| ids.len() >= most).unwrap_or(covered);
            return Ok(Step { ids, read: Vec::new(), covered });
        }
        let mut step = Step { ids: Vec::new(), read: Vec::new(), covered };
        loop {
            let mut entries = list::rows_in(self.log, self.filter, &window, ROWS).await?;
            let last = entries.last().map(|entry| entry.id).filter(|_| entries.len() == ROWS);
            entries.retain(|entry| self.text.matches(&EntryText::of(entry)));
            step.ids.extend(entries.iter().map(|entry| entry.id));
            step.read.extend(entries);
            let Some(last) = last else {
                return Ok(step);
            };
            // Those that are looked at one by one are few; of all, time decides after each step.
            if among.is_none() {
                return Ok(Step { covered: last, ..step });
            }
            if newest_first {
                window.high = last - 1;
            } else {
                window.low = last + 1;
            }
        }
    }
}

/// What a step through the numbers found.
struct Step {
    ids: Vec<i64>,
    /// Those of them that were read to look at their text.
    read: Vec<AuditEntry>,
    /// The last number that was looked at.
    covered: i64,
}

/// The next step: larger when this one was fast, and so that what is left of the time should be enough for it.
fn next_step(step: i64, took: Duration, left: Duration) -> i64 {
    let next = if took < SHORT_STEP {
        step.saturating_mul(4)
    } else if took > 2 * SHORT_STEP {
        step / 2
    } else {
        step
    };
    let fitting = u128::from(step.unsigned_abs()) * left.as_micros() / took.as_micros().max(1);
    next.min(i64::try_from(fitting).unwrap_or(i64::MAX)).max(SHORTEST_STEP)
}
