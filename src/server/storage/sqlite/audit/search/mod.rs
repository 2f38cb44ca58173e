//! Finds entries for lists: by the index where that helps, by looking at each one elsewhere, and never for longer than a
//! reader waits.

mod walk;

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::append::size_of;
use super::index::{Expression, IndexReader, SearchIndex};
use super::list;
use crate::domain::audit::{AuditEntry, AuditFilter, Entries, Place};
use crate::server::storage::StorageError;
use crate::server::storage::audit_parts::{Found, Walk, part};
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
    let with = async |reader| part(&Search::begin(log, reader, filter, time).await?, place, size).await;
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
}

#[async_trait]
impl Walk for Search<'_> {
    async fn walk(&self, from: i64, newest_first: bool, most: usize, enough: usize) -> Result<Found, StorageError> {
        self.go(from, newest_first, most, enough).await
    }

    /// Whether what matches can be counted without looking at it.
    fn counts_fast(&self) -> bool {
        match &self.plan {
            Plan::Index { expression, .. } => expression.is_exact,
            Plan::Scan => self.text.terms.is_empty(),
        }
    }

    async fn entries(&self, ids: &[i64]) -> Result<Vec<AuditEntry>, StorageError> {
        list::entries(self.log, ids).await
    }

    async fn recorded_at(&self, id: i64) -> Result<Option<OffsetDateTime>, StorageError> {
        list::recorded_at(self.log, id).await
    }

    fn behind(&self) -> Option<u64> {
        self.behind
    }
}

#[cfg(test)]
mod tests;
