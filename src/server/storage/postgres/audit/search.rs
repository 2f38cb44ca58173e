//! Finds entries for lists: in steps through their numbers, so that time can end it, and never for longer than a reader waits.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::PgPool;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::list::{self, Window};
use crate::domain::audit::{AuditEntry, AuditFilter, Entries, Place};
use crate::server::storage::StorageError;
use crate::server::storage::audit_parts::{Found, Walk, part};
use crate::server::storage::audit_text::{EntryText, SearchText, Sought};

/// How long a search looks for the entries of its part. With what is around it, the answer is there within 250 ms.
pub(super) const TIME: Duration = Duration::from_millis(180);
/// How long it goes on to count when it has them.
const COUNTING: Duration = Duration::from_millis(20);
/// Numbers in the first step. The next ones are larger while that is fast.
const FIRST_STEP: i64 = 1 << 14;
const SHORTEST_STEP: i64 = 1 << 10;
/// A step cannot be interrupted, and what is fast in one part of the log may be slow in the next.
const LONGEST_STEP: i64 = 1 << 16;
/// A step that takes less is followed by a larger one, and one that takes more by a smaller one.
const SHORT_STEP: Duration = Duration::from_millis(20);
/// Rows that are read at once where their text is looked at.
const ROWS: usize = 256;

struct Search<'a> {
    pool: &'a PgPool,
    filter: &'a AuditFilter,
    text: SearchText,
    /// The lowest and the highest number.
    range: (i64, i64),
    begun: Instant,
    time: Duration,
}

/// A part of the entries that a filter lets through, newest first.
pub(super) async fn entries(
    pool: &PgPool,
    filter: &AuditFilter,
    place: Place,
    size: usize,
    time: Duration,
) -> Result<Entries, StorageError> {
    let begun = Instant::now();
    let text = SearchText::parse(filter.text.as_deref().unwrap_or_default());
    let ends = "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM audit_intents";
    let range = sqlx::query_as(ends).fetch_one(pool).await?;
    part(&Search { pool, filter, text, range, begun, time }, place, size).await
}

/// The entries after `id` that a filter lets through, the oldest first, at most `limit`.
pub(super) async fn after(
    pool: &PgPool,
    filter: &AuditFilter,
    id: i64,
    limit: usize,
) -> Result<Vec<AuditEntry>, StorageError> {
    let sought = Sought::of(filter);
    // Exports are evidence: who acted and what they say is read in the log itself, not in the tables that lists are found by.
    let facts = AuditFilter { actor: None, text: None, ..filter.clone() };
    let low = id.saturating_add(1);
    // Where most are passed over, one query for each would take for ever.
    let rows = if sought.is_anything() { limit } else { limit.max(ROWS) };
    let (mut window, mut found) = (Window { low, high: i64::MAX, newest_first: false }, Vec::new());
    loop {
        let entries = list::rows_in(pool, (&facts, &SearchText::default()), window, rows).await?;
        let next = entries.last().filter(|_| entries.len() == rows).map(|last| last.id.saturating_add(1));
        found.extend(entries.into_iter().filter(|entry| sought.matches(entry)).take(limit));
        // What is found may be little: then the next rows are looked at too.
        match next {
            Some(low) if found.is_empty() => window.low = low,
            _ => return Ok(found),
        }
    }
}

/// Whether an entry has a text, which the database looked for word by word.
fn has_text(text: &SearchText, entry: &AuditEntry) -> bool {
    !text.has_phrases() || text.matches(&EntryText::of(entry))
}

#[async_trait]
impl Walk for Search<'_> {
    async fn walk(&self, from: i64, newest_first: bool, most: usize, enough: usize) -> Result<Found, StorageError> {
        let (low, high) =
            if newest_first { (self.range.0, from.min(self.range.1)) } else { (from.max(self.range.0), self.range.1) };
        let (mut found, mut step, mut at) = (Found::default(), FIRST_STEP, if newest_first { high } else { low });
        let (mut deadline, mut is_counting, mut is_begun) = (self.begun + self.time, false, false);
        while low <= at && at <= high && found.ids.len() < most {
            let now = Instant::now();
            if !is_counting && found.ids.len() >= enough {
                (is_counting, deadline) = (true, deadline.min(now + COUNTING));
            }
            // Each search makes one step at least, so that whoever goes on comes to the end.
            if now >= deadline && is_begun {
                return Ok(Found { stopped: Some(at), ..found });
            }
            is_begun = true;
            let window = if newest_first {
                Window { low: low.max(at.saturating_sub(step - 1)), high: at, newest_first }
            } else {
                Window { low: at, high: high.min(at.saturating_add(step - 1)), newest_first }
            };
            let rest = if is_counting { most } else { enough } - found.ids.len();
            let covered = self.step(window, rest, &mut found).await?;
            at = if newest_first { covered - 1 } else { covered + 1 };
            let is_short = now.elapsed() < SHORT_STEP;
            step = if is_short { (step * 4).min(LONGEST_STEP) } else { (step / 2).max(SHORTEST_STEP) };
        }
        Ok(found)
    }

    fn counts_fast(&self) -> bool {
        !self.text.has_phrases()
    }

    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
        list::entries(self.pool, ids).await
    }

    async fn recorded_at(&self, id: i64) -> Result<Option<OffsetDateTime>, StorageError> {
        list::recorded_at(self.pool, id).await
    }

    fn behind(&self) -> Option<u64> {
        None
    }
}

impl Search<'_> {
    /// Adds what matches in a window, at most so many; the last number that was looked at.
    async fn step(&self, window: Window, most: usize, found: &mut Found) -> Result<i64, StorageError> {
        let whole = if window.newest_first { window.low } else { window.high };
        let sought = (self.filter, &self.text);
        if !self.text.has_phrases() {
            let ids = list::ids_in(self.pool, sought, window, most).await?;
            let covered = ids.last().copied().filter(|_| ids.len() >= most).unwrap_or(whole);
            found.ids.extend(ids);
            return Ok(covered);
        }
        let rows = ROWS.min(most.saturating_mul(4).max(1));
        let entries = list::rows_in(self.pool, sought, window, rows).await?;
        let covered = entries.last().map(|last| last.id).filter(|_| entries.len() >= rows).unwrap_or(whole);
        for entry in entries.into_iter().filter(|entry| has_text(&self.text, entry)).take(most) {
            found.ids.push(entry.id);
            found.read.push(entry);
        }
        // Of those that did not fit, the next step begins after the last that did.
        Ok(if found.read.len() >= most { found.ids.last().copied().unwrap_or(covered) } else { covered })
    }
}
