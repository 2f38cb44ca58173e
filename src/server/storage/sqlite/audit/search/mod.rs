//! Finds entries for lists: by the index where that helps, by looking at each one elsewhere, and never for longer than a
//! reader waits.

mod walk;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use tokio::time::Instant;

use super::append::size_of;
use super::index::{Expression, IndexReader, SearchIndex};
use super::list;
use crate::domain::audit::{AuditEntry, AuditFilter, COUNTED, Count, Entries, Place, Stopped};
use crate::server::storage::StorageError;
use crate::server::storage::audit_text::SearchText;

/// How long a search looks for the entries of its part. With what is around it, the answer is there within 250 ms.
pub(super) const TIME: Duration = Duration::from_millis(180);
/// Leaves that the index may be behind: their entries are looked at one by one.
const TAIL: i64 = 2_000;

/// A part of the entries that a filter lets through, newest first.
pub(super) async fn entries(
    log: &SqlitePool,
    index: &SearchIndex,
    filter: &AuditFilter,
    place: Place,
    size: usize,
    time: Duration,
) -> Result<Entries, StorageError> {
    let with = async |reader| Search::begin(log, reader, filter, time).await?.part(place, size).await;
    match with(index.reader().await).await {
        // What the index cannot say is in the log.
        Err(error @ StorageError::SearchIndex(_)) => index.report(&error),
        answer => return answer,
    }
    with(None).await
}

/// How entries are found.
#[derive(Debug)]
enum Plan {
    /// Each one is looked at.
    Scan,
    /// The index names them, but for those whose last records it has not read yet.
    Index { reader: IndexReader, expression: Expression, tail: BTreeSet<i64> },
}

struct Search<'a> {
    log: &'a SqlitePool,
    filter: &'a AuditFilter,
    text: SearchText,
    plan: Plan,
    /// The numbers to look among, the lowest first.
    ranges: Vec<(i64, i64)>,
    behind: Option<u64>,
    begun: Instant,
    time: Duration,
}

/// What a walk through the numbers found.
#[derive(Debug, Default)]
struct Found {
    ids: Vec<i64>,
    /// Those of them that were read to look at their text. Reading them again would take as long as finding them.
    read: Vec<AuditEntry>,
    /// The number that was not looked at, when time was up.
    stopped: Option<i64>,
}

impl<'a> Search<'a> {
    async fn begin(
        log: &'a SqlitePool,
        reader: Option<IndexReader>,
        filter: &'a AuditFilter,
        time: Duration,
    ) -> Result<Self, StorageError> {
        let begun = Instant::now();
        let text = SearchText::parse(filter.text.as_deref().unwrap_or_default());
        // In this order: an entry that is not among the first numbers is not shown, and each of those is in the index or
        // in the tail.
        let position = match &reader {
            Some(reader) => Some(reader.position().await?),
            None => None,
        };
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT (SELECT min(id) FROM audit_intents), (SELECT max(id) FROM audit_intents)")
                .fetch_one(log)
                .await?;
        let whole = (first.unwrap_or(1), last.unwrap_or(0));
        let mut search = Self { log, filter, text, plan: Plan::Scan, ranges: vec![whole], behind: None, begun, time };
        let (Some(reader), Some(position)) = (reader, position) else {
            search.behind = Some(size_of(log).await?).filter(|size| *size > TAIL.unsigned_abs());
            return Ok(search);
        };
        let tail = list::entries_since(log, position, TAIL + 1).await?;
        if i64::try_from(tail.len()).is_ok_and(|length| length > TAIL) {
            search.behind = Some(size_of(log).await?.saturating_sub(position.unsigned_abs()));
            return Ok(search);
        }
        if filter.between != (None, None) {
            let indexed = reader.last().await?;
            let range = reader.between(filter.between).await?.map(|(low, high)| (low.max(whole.0), high.min(indexed)));
            search.ranges = range.into_iter().chain([((indexed + 1).max(whole.0), whole.1)]).collect();
        }
        // What is open has a table of its own.
        let expression = if filter.is_open { None } else { reader.expression(filter, &search.text).await? };
        if let Some(expression) = expression {
            search.plan = Plan::Index { reader, expression, tail: tail.into_iter().collect() };
        }
        Ok(search)
    }

    async fn part(&self, place: Place, size: usize) -> Result<Entries, StorageError> {
        let enough = size + 1;
        let found = match place {
            Place::Newest => return self.newest(size).await,
            Place::Before(id) => self.walk(id.saturating_sub(1), true, enough, enough).await?,
            Place::After(id) => {
                let mut found = self.walk(id.saturating_add(1), false, enough, enough).await?;
                if found.ids.len() <= size && found.stopped.is_none() {
                    return self.newest(size).await;
                }
                let has_newer = found.ids.len() > size;
                found.ids.truncate(size);
                found.ids.reverse();
                let mut entries = self.shown(found.ids, found.read, self.count(size).await?).await?;
                let oldest = entries.items.last().map_or(id.saturating_add(1), |oldest| oldest.id);
                entries.older = Some(Place::Before(oldest));
                entries.newer = entries.items.first().filter(|_| has_newer).map(|newest| Place::After(newest.id));
                entries.stopped = self.stopped(found.stopped.map(|id| (id, Place::After(id - 1)))).await?;
                return Ok(entries);
            }
        };
        let mut entries = self.older_part(found, self.count(size).await?, size).await?;
        entries.newer = match (place, entries.items.first()) {
            (_, Some(newest)) => Some(Place::After(newest.id)),
            (Place::Before(id), None) => Some(Place::After(id.saturating_sub(1))),
            _ => None,
        };
        Ok(entries)
    }

    async fn newest(&self, size: usize) -> Result<Entries, StorageError> {
        let found = self.walk(i64::MAX, true, most().max(size + 1), size + 1).await?;
        let count = count_of(&found);
        self.older_part(found, count, size).await
    }

    /// How many there are, as far as they can be counted in a moment; and no fewer than on the newest part.
    async fn count(&self, size: usize) -> Result<Count, StorageError> {
        let enough = if self.counts_fast() { 0 } else { size + 1 };
        Ok(count_of(&self.walk(i64::MAX, true, most().max(enough), enough).await?))
    }

    /// The first of what was found on the way to older entries.
    async fn older_part(&self, mut found: Found, count: Count, size: usize) -> Result<Entries, StorageError> {
        let has_older = found.ids.len() > size;
        found.ids.truncate(size);
        let mut entries = self.shown(found.ids, found.read, count).await?;
        entries.older = entries.items.last().filter(|_| has_older).map(|oldest| Place::Before(oldest.id));
        let stopped = found.stopped.filter(|_| !has_older);
        entries.stopped = self.stopped(stopped.map(|id| (id, Place::Before(id.saturating_add(1))))).await?;
        Ok(entries)
    }

    async fn shown(&self, ids: Vec<i64>, read: Vec<AuditEntry>, count: Count) -> Result<Entries, StorageError> {
        let mut read: HashMap<i64, AuditEntry> = read.into_iter().map(|entry| (entry.id, entry)).collect();
        let (mut items, mut others) = (Vec::with_capacity(ids.len()), Vec::new());
        for id in ids {
            read.remove(&id).map_or_else(|| others.push(id), |entry| items.push(entry));
        }
        // Also when nothing was found: a log that cannot be read is not an empty one.
        if !others.is_empty() || items.is_empty() {
            items.extend(list::entries(self.log, &others).await?);
            items.sort_unstable_by_key(|entry| Reverse(entry.id));
        }
        let count = Count { number: count.number.max(items.len() as u64), ..count };
        Ok(Entries { items, count, behind: self.behind, ..Entries::default() })
    }

    async fn stopped(&self, at: Option<(i64, Place)>) -> Result<Option<Stopped>, StorageError> {
        let Some((id, at)) = at else {
            return Ok(None);
        };
        Ok(Some(Stopped { at, until: list::recorded_at(self.log, id).await? }))
    }
}

/// Entries that are counted, and one more.
fn most() -> usize {
    usize::try_from(COUNTED).unwrap_or(usize::MAX).saturating_add(1)
}

fn count_of(all: &Found) -> Count {
    let number = all.ids.len() as u64;
    Count { number: number.min(COUNTED), is_least: number > COUNTED || all.stopped.is_some() }
}

#[cfg(test)]
mod tests;
