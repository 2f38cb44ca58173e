//! The records of an entry as they are added: intent, completion, resolution; and entries that are complete at once.
//!
//! None of them uses `RETURNING`: with it SQLite gives the row before it commits, and an error of the commit (a full
//! disk, a failed sync) comes after the row, where nobody looks.

use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};
use time::OffsetDateTime;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

/// The columns of an intent, in the order in which [`push_intent`] binds them.
const INTENT: &str = "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_email, actor_role,
     actor_groups, peer, request_id, action, connection, environment, object_kind, object_id, object_name,
     organisation_id, changes, observation, answers) ";
/// The most entries that one statement adds: SQLite takes 32,766 values in a statement, and an entry is 18.
const MOST_AT_ONCE: usize = 1_000;

/// Writes an intent; its number. `Ok` means that it is on disk.
pub(super) async fn intent(
    pool: &SqlitePool,
    intent: &Intent,
    intended_at: OffsetDateTime,
) -> Result<i64, StorageError> {
    let written = insert(&[IntentRow::of(intent)?], intended_at).build().execute(pool).await?;
    Ok(written.last_insert_rowid())
}

/// Writes entries that are complete with this, in one statement and so in one commit.
pub(super) async fn complete(pool: &SqlitePool, entries: &[Intent], at: OffsetDateTime) -> Result<(), StorageError> {
    if entries.is_empty() {
        return Ok(());
    }
    if entries.len() > MOST_AT_ONCE {
        return Err(StorageError::TooMany { count: entries.len() });
    }
    let rows = entries.iter().map(IntentRow::of).collect::<Result<Vec<_>, _>>()?;
    insert(&rows, at).build().execute(pool).await?;
    Ok(())
}

/// An intent, and what of it is kept as JSON.
struct IntentRow<'a> {
    intent: &'a Intent,
    groups: String,
    changes: String,
    observation: Option<String>,
}

impl<'a> IntentRow<'a> {
    fn of(intent: &'a Intent) -> Result<Self, StorageError> {
        Ok(Self {
            intent,
            groups: serde_json::to_string(&intent.actor.groups)?,
            changes: serde_json::to_string(&intent.changes)?,
            observation: intent.observation.as_ref().map(serde_json::to_string).transpose()?,
        })
    }
}

fn insert(rows: &[IntentRow<'_>], at: OffsetDateTime) -> QueryBuilder<Sqlite> {
    let at = rfc3339(at);
    let mut query = QueryBuilder::<Sqlite>::new(INTENT);
    query.push_values(rows, |mut row, IntentRow { intent, groups, changes, observation }| {
        let Intent { actor, action, target, request_id, answers, .. } = intent;
        row.push_bind(at.clone())
            .push_bind(actor.subject.clone())
            .push_bind(actor.name.clone())
            .push_bind(actor.email.clone())
            .push_bind(actor.role.clone())
            .push_bind(groups.clone())
            .push_bind(actor.peer.clone())
            .push_bind(request_id.clone())
            .push_bind(action.code())
            .push_bind(target.connection.clone())
            .push_bind(target.environment.word())
            .push_bind(target.kind.code())
            .push_bind(target.id.clone())
            .push_bind(target.name.clone())
            .push_bind(target.organisation_id.clone())
            .push_bind(changes.clone())
            .push_bind(observation.clone())
            .push_bind(*answers);
    });
    query
}

/// Writes a completion, unless it is there: a write that ran into the deadline may have been committed after all.
pub(super) async fn completion(
    pool: &SqlitePool,
    intent_id: i64,
    completed_at: OffsetDateTime,
    completion: &Completion,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status,
             partner_request_id, object_id, detail, duration_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
         WHERE NOT EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1)",
    )
    .bind(intent_id)
    .bind(rfc3339(completed_at))
    .bind(completion.outcome.code())
    .bind(completion.http_status)
    .bind(&completion.partner_request_id)
    .bind(&completion.object_id)
    .bind(&completion.detail)
    .bind(completion.duration_ms)
    .execute(pool)
    .await?;
    Ok(())
}

/// Writes a resolution, unless there is one or the entry's outcome is known.
pub(super) async fn resolution(pool: &SqlitePool, intent_id: i64, resolution: &Resolution) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, object_id, detail)
         SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = ?1)
           AND NOT EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = ?1 AND outcome <> 'unknown')",
    )
    .bind(intent_id)
    .bind(rfc3339(resolution.resolved_at))
    .bind(resolution.outcome.code())
    .bind(&resolution.object_id)
    .bind(&resolution.detail)
    .execute(pool)
    .await?;
    Ok(())
}
