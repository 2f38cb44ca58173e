//! Asks the index: for numbers of entries, never for what is in them.

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;

use super::documents::{category, token};
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

/// A query of FTS5.
#[derive(Clone, Debug)]
pub(in super::super) struct Expression {
    text: String,
    /// Whether it finds nothing else, so that counting need not look at each entry.
    pub(in super::super) is_exact: bool,
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

    /// The numbers from `low` to `high` of entries that an expression finds, in one direction, at most `limit`.
    pub(in super::super) async fn ids(
        &self,
        expression: &Expression,
        (low, high): (i64, i64),
        newest_first: bool,
        limit: i64,
    ) -> Result<Vec<i64>, StorageError> {
        let query = if newest_first {
            "SELECT rowid FROM documents WHERE documents MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"
        } else {
            "SELECT rowid FROM documents WHERE documents MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
        };
        let query = sqlx::query_scalar(query).bind(&expression.text).bind(low).bind(high).bind(limit);
        query.fetch_all(&self.pool).await.map_err(of_index)
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
        let mut parts: Vec<String> = Vec::new();
        let mut all_of = |category, value: Option<&str>| parts.extend(value.map(|value| one(category, value)));
        all_of(category::CONNECTION, filter.connection.as_deref());
        all_of(category::KIND, filter.kind.map(ObjectKind::code));
        all_of(category::ID, filter.request_id.as_deref());
        all_of(category::ID, filter.session.as_deref());
        all_of(category::FIELD, filter.field.as_deref());
        all_of(category::OUTCOME, filter.outcome.map(Outcome::code));
        all_of(category::ACTION, filter.action.map(Action::code));
        if let Some(id) = &filter.object_id {
            let clients = filter.with_clients.then(|| one(category::ORGANISATION, id));
            parts.push(any(std::iter::once(one(category::ID, id)).chain(clients)));
        }
        if let Some(group) = filter.group {
            parts.push(any(group.actions().map(|action| one(category::ACTION, action.code()))));
        }
        if let Some(actor) = &filter.actor {
            let people = self.people(actor).await?;
            is_exact &= people.is_some();
            parts.extend(people);
        }
        parts.extend(text.terms.iter().map(term));
        Ok((!parts.is_empty()).then(|| Expression { text: parts.join(" AND "), is_exact }))
    }

    /// What finds the entries of people by a part of their subject, name or email address; `None` when they are too many.
    async fn people(&self, part: &str) -> Result<Option<String>, StorageError> {
        let tokens: Vec<String> = sqlx::query_scalar("SELECT token FROM people WHERE instr(text, ?) > 0 LIMIT ?")
            .bind(part.to_lowercase())
            .bind(MOST_PEOPLE + 1)
            .fetch_all(&self.pool)
            .await
            .map_err(of_index)?;
        let is_few = i64::try_from(tokens.len()).is_ok_and(|count| count <= MOST_PEOPLE);
        // Nobody has the token of no text: it finds nothing.
        let nobody = tokens.is_empty().then(|| one(category::PERSON, ""));
        Ok(is_few.then(|| any(tokens.iter().map(|token| quoted(token)).chain(nobody))))
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
