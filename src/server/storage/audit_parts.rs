//! A part of the entries that a filter lets through, as a list shows it, from a walk through their numbers.

use std::cmp::Reverse;
use std::collections::HashMap;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::StorageError;
use crate::domain::audit::{AuditEntry, COUNTED, Count, Entries, Place, Stopped};

/// What a walk through the numbers found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) ids: Vec<i64>,
    /// Those of them that were read to look at their text. Reading them again would take as long as finding them.
    pub(super) read: Vec<AuditEntry>,
    /// The number that was not looked at, when time was up.
    pub(super) stopped: Option<i64>,
}

/// Finds entries by their numbers.
#[async_trait]
pub(super) trait Walk: Sync {
    /// The numbers of matching entries from one on, in one direction: `enough` of them as long as there is time, then up
    /// to `most` for a moment.
    async fn walk(&self, from: i64, newest_first: bool, most: usize, enough: usize) -> Result<Found, StorageError>;

    /// Whether what matches can be counted without looking at it.
    fn counts_fast(&self) -> bool;

    /// Entries by their numbers.
    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError>;

    /// When an entry was recorded, or the next one where it is gone.
    async fn recorded_at(&self, id: i64) -> Result<Option<OffsetDateTime>, StorageError>;

    /// How many records are not in the index, where that makes searches slow.
    fn behind(&self) -> Option<u64>;
}

/// A part of the entries, newest first.
pub(super) async fn part(walk: &dyn Walk, place: Place, size: usize) -> Result<Entries, StorageError> {
    let enough = size + 1;
    let found = match place {
        Place::Newest => return newest(walk, size).await,
        Place::Before(id) => walk.walk(id.saturating_sub(1), true, enough, enough).await?,
        Place::After(id) => {
            let mut found = walk.walk(id.saturating_add(1), false, enough, enough).await?;
            if found.ids.len() <= size && found.stopped.is_none() {
                return newest(walk, size).await;
            }
            let has_newer = found.ids.len() > size;
            found.ids.truncate(size);
            found.ids.reverse();
            let mut entries = shown(walk, found.ids, found.read, count(walk, size).await?).await?;
            let oldest = entries.items.last().map_or(id.saturating_add(1), |oldest| oldest.id);
            entries.older = Some(Place::Before(oldest));
            entries.newer = entries.items.first().filter(|_| has_newer).map(|newest| Place::After(newest.id));
            entries.stopped = stopped(walk, found.stopped.map(|id| (id, Place::After(id - 1)))).await?;
            return Ok(entries);
        }
    };
    let mut entries = older_part(walk, found, count(walk, size).await?, size).await?;
    entries.newer = match (place, entries.items.first()) {
        (_, Some(newest)) => Some(Place::After(newest.id)),
        (Place::Before(id), None) => Some(Place::After(id.saturating_sub(1))),
        _ => None,
    };
    Ok(entries)
}

async fn newest(walk: &dyn Walk, size: usize) -> Result<Entries, StorageError> {
    let found = walk.walk(i64::MAX, true, most().max(size + 1), size + 1).await?;
    let count = count_of(&found);
    older_part(walk, found, count, size).await
}

/// How many there are, as far as they can be counted in a moment; and no fewer than on the newest part.
async fn count(walk: &dyn Walk, size: usize) -> Result<Count, StorageError> {
    let enough = if walk.counts_fast() { 0 } else { size + 1 };
    Ok(count_of(&walk.walk(i64::MAX, true, most().max(enough), enough).await?))
}

/// The first of what was found on the way to older entries.
async fn older_part(walk: &dyn Walk, mut found: Found, count: Count, size: usize) -> Result<Entries, StorageError> {
    let has_older = found.ids.len() > size;
    found.ids.truncate(size);
    let mut entries = shown(walk, found.ids, found.read, count).await?;
    entries.older = entries.items.last().filter(|_| has_older).map(|oldest| Place::Before(oldest.id));
    let stop = found.stopped.filter(|_| !has_older);
    entries.stopped = stopped(walk, stop.map(|id| (id, Place::Before(id.saturating_add(1))))).await?;
    Ok(entries)
}

async fn shown(walk: &dyn Walk, ids: Vec<i64>, read: Vec<AuditEntry>, count: Count) -> Result<Entries, StorageError> {
    let mut read: HashMap<i64, AuditEntry> = read.into_iter().map(|entry| (entry.id, entry)).collect();
    let (mut items, mut others) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        read.remove(&id).map_or_else(|| others.push(id), |entry| items.push(entry));
    }
    // Also when nothing was found: a log that cannot be read is not an empty one.
    if !others.is_empty() || items.is_empty() {
        items.extend(walk.entries(&others).await?);
        items.sort_unstable_by_key(|entry| Reverse(entry.id));
    }
    let count = Count { number: count.number.max(items.len() as u64), ..count };
    Ok(Entries { items, count, behind: walk.behind(), ..Entries::default() })
}

async fn stopped(walk: &dyn Walk, at: Option<(i64, Place)>) -> Result<Option<Stopped>, StorageError> {
    let Some((id, at)) = at else {
        return Ok(None);
    };
    Ok(Some(Stopped { at, until: walk.recorded_at(id).await? }))
}

/// Entries that are counted, and one more.
fn most() -> usize {
    usize::try_from(COUNTED).unwrap_or(usize::MAX).saturating_add(1)
}

fn count_of(all: &Found) -> Count {
    let number = all.ids.len() as u64;
    Count { number: number.min(COUNTED), is_least: number > COUNTED || all.stopped.is_some() }
}
