//! Asks the index: for numbers of entries, never for what is in them.

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;

use super::documents::{category, token};
use super::facts::{AllOf, WithFacts};
use super::file::{SPAN, of_index};
use crate::domain::audit::{Action, AuditFilter, Outcome};
use crate::domain::object::ObjectKind;
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;
use crate::server::storage::audit_text::{SearchText, Term};

/// The most people that one search names. Where a filter means more, each entry is looked at instead.
const MOST_PEOPLE: i64 = 256;

/// An index that is read.
#[derive(Clone, Debug)]
pub(in super::super) struct IndexReader {
    pool: SqlitePool,
}

/// Entries with the words that are considered at once where they have to have some facts too.
const WORDS: usize = 1_024;
/// When so many have the words, and only one of so many has the facts, those with the facts are looked at.
const SELDOM: u64 = 16;
/// How many of them are looked at at once.
const LOOKED_AT: usize = 256;

/// What the index is asked.
#[derive(Clone, Debug)]
pub(in super::super) struct Expression {
    facts: AllOf,
    /// A query of FTS5.
    words: Option<String>,
    /// Whether it finds nothing else, so that counting need not look at each entry.
    pub(in super::super) is_exact: bool,
}

/// Numbers of entries in one direction.
#[derive(Debug)]
pub(in super::super) struct Named {
    /// Those that may match.
    pub(in super::super) ids: Vec<i64>,
    /// The last one that was considered; `None` when all were.
    pub(in super::super) covered: Option<i64>,
}

impl Named {
    /// Those with some facts, at most so many.
    fn first(with_facts: &WithFacts, newest_first: bool, most: usize) -> Self {
        let mut ids = with_facts.first(newest_first, most.saturating_add(1));
        let has_more = ids.len() > most;
        ids.truncate(most);
        Self { covered: ids.last().copied().filter(|_| has_more), ids }
    }
}

impl IndexReader {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// The leaf that it has not read yet.
    pub(in super::super) async fn position(&self) -> Result<i64, StorageError> {
        sqlx::query_scalar("SELECT position FROM progress").fetch_one(&self.pool).await.map_err(of_index)
    }

    /// From the first to the last number of entries that may have been recorded in a time, as far as it has read; `None`
    /// when there is none.
    pub(in super::super) async fn between(
        &self,
        (from, before): (Option<OffsetDateTime>, Option<OffsetDateTime>),
    ) -> Result<Option<(i64, i64)>, StorageError> {
        let (from, before) = (from.map(rfc3339), before.map(rfc3339));
        let spans: (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT min(first_id), max(first_id) FROM spans
             WHERE (?1 IS NULL OR latest >= ?1) AND (?2 IS NULL OR earliest < ?2)",
        )
        .bind(from)
        .bind(before)
        .fetch_one(&self.pool)
        .await
        .map_err(of_index)?;
        Ok(spans.0.zip(spans.1).map(|(first, last)| (first, last + SPAN - 1)))
    }

    /// The last number of an entry that it has read.
    pub(in super::super) async fn last(&self) -> Result<i64, StorageError> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(rowid) FROM documents").fetch_one(&self.pool).await.map_err(of_index)?;
        Ok(last.unwrap_or_default())
    }

    /// The numbers from `low` to `high` of entries that an expression finds, in one direction, about `most`.
    pub(in super::super) async fn ids(
        &self,
        expression: &Expression,
        (low, high): (i64, i64),
        newest_first: bool,
        most: usize,
    ) -> Result<Named, StorageError> {
        let most = most.max(1);
        let Some(words) = &expression.words else {
            let with_facts = WithFacts::read(&self.pool, &expression.facts, (low, high)).await?;
            return Ok(Named::first(&with_facts, newest_first, most));
        };
        if expression.facts.is_empty() {
            return self.with_words(words, (low, high), newest_first, most).await;
        }
        let mut named = self.with_words(words, (low, high), newest_first, WORDS).await?;
        if named.ids.is_empty() {
            return Ok(named);
        }
        let with_facts = WithFacts::read(&self.pool, &expression.facts, (low, high)).await?;
        if named.covered.is_some() && with_facts.len() < (high - low).unsigned_abs() / SELDOM {
            return Ok(Named::first(&with_facts, newest_first, LOOKED_AT));
        }
        named.ids.retain(|id| with_facts.contains(*id));
        Ok(named)
    }

    async fn with_words(
        &self,
        words: &str,
        (low, high): (i64, i64),
        newest_first: bool,
        most: usize,
    ) -> Result<Named, StorageError> {
        let query = if newest_first {
            "SELECT rowid FROM documents WHERE documents MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"
        } else {
            "SELECT rowid FROM documents WHERE documents MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
        };
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let query = sqlx::query_scalar(query).bind(words).bind(low).bind(high).bind(limit);
        let ids: Vec<i64> = query.fetch_all(&self.pool).await.map_err(of_index)?;
        let covered = ids.last().copied().filter(|_| ids.len() == most);
        Ok(Named { ids, covered })
    }

    /// What finds all entries that a filter lets through; `None` when that is every entry.
    pub(in super::super) async fn expression(
        &self,
        filter: &AuditFilter,
        text: &SearchText,
    ) -> Result<Option<Expression>, StorageError> {
        // An ID in the index may be that of anything that the entry names.
        let has_id = filter.object_id.is_some() || filter.request_id.is_some() || filter.session.is_some();
        let mut is_exact = filter.between == (None, None) && !text.has_phrases() && !has_id;
        let (mut facts, mut words) = (AllOf::new(), Vec::new());
        let mut has = |category, value: Option<&str>| facts.extend(value.map(|value| vec![token(category, value)]));
        has(category::CONNECTION, filter.connection.as_deref());
        has(category::KIND, filter.kind.map(ObjectKind::code));
        has(category::FIELD, filter.field.as_deref());
        has(category::OUTCOME, filter.outcome.map(Outcome::code));
        has(category::ACTION, filter.action.map(Action::code));
        if let Some(group) = filter.group {
            facts.push(group.actions().map(|action| token(category::ACTION, action.code())).collect());
        }
        if let Some(actor) = &filter.actor {
            let people = self.people(actor).await?;
            is_exact &= people.is_some();
            facts.extend(people);
        }
        words.extend(filter.request_id.as_deref().map(|id| one(category::ID, id)));
        words.extend(filter.session.as_deref().map(|id| one(category::ID, id)));
        if let Some(id) = &filter.object_id {
            let clients = filter.with_clients.then(|| one(category::ORGANISATION, id));
            words.push(any(std::iter::once(one(category::ID, id)).chain(clients)));
        }
        words.extend(text.terms.iter().map(term));
        let words = (!words.is_empty()).then(|| words.join(" AND "));
        // With both, it names what has the facts, or what has the words.
        is_exact &= facts.is_empty() || words.is_none();
        Ok((!facts.is_empty() || words.is_some()).then_some(Expression { facts, words, is_exact }))
    }

    /// The tokens of people by a part of their subject, name or email address; `None` when they are too many.
    async fn people(&self, part: &str) -> Result<Option<Vec<String>>, StorageError> {
        let tokens: Vec<String> = sqlx::query_scalar("SELECT token FROM people WHERE instr(text, ?) > 0 LIMIT ?")
            .bind(part.to_lowercase())
            .bind(MOST_PEOPLE + 1)
            .fetch_all(&self.pool)
            .await
            .map_err(of_index)?;
        let is_few = i64::try_from(tokens.len()).is_ok_and(|count| count <= MOST_PEOPLE);
        Ok(is_few.then_some(tokens))
    }
}

fn one(category: char, value: &str) -> String {
    quoted(&token(category, value))
}

/// A word or a token as FTS5 takes it. Neither has a double quote.
fn quoted(token: &str) -> String {
    format!("\"{token}\"")
}

fn any(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    format!("({})", parts.join(" OR "))
}

fn all(words: &[String]) -> Option<String> {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    (!words.is_empty()).then(|| format!("({})", words.join(" AND ")))
}

fn term(term: &Term) -> String {
    match term {
        Term::Plain { id, words } => {
            let ids = [one(category::ID, id), one(category::ORGANISATION, id)];
            any(ids.into_iter().chain(all(words)))
        }
        Term::Phrase(words) => all(words).unwrap_or_default(),
    }
}
