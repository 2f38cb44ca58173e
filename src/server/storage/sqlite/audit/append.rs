//! The three records of an entry as they are added: intent, completion, resolution.
//!
//! None of them uses `RETURNING`: with it SQLite gives the row before it commits, and an error of the commit (a full
//! disk, a failed sync) comes after the row, where nobody looks.

use sqlx::sqlite::SqlitePool;
use time::OffsetDateTime;

use crate::domain::audit::{Completion, Intent, Resolution};
use crate::domain::time_format::rfc3339;
use crate::server::storage::StorageError;

/// Writes an intent; its number. `Ok` means that it is on disk.
pub(super) async fn intent(
    pool: &SqlitePool,
    intent: &Intent,
    intended_at: OffsetDateTime,
) -> Result<i64, StorageError> {
    let Intent { actor, action, target, changes, request_id } = intent;
    let written = sqlx::query(
        "INSERT INTO audit_intents (intended_at, actor_subject, actor_name, actor_email, actor_role,
             actor_groups, peer, request_id, action, connection, environment, object_kind, object_id,
             object_name, organisation_id, changes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(rfc3339(intended_at))
    .bind(&actor.subject)
    .bind(&actor.name)
    .bind(&actor.email)
    .bind(&actor.role)
    .bind(serde_json::to_string(&actor.groups)?)
    .bind(&actor.peer)
    .bind(request_id)
    .bind(action.code())
    .bind(&target.connection)
    .bind(target.environment.word())
    .bind(target.kind.code())
    .bind(&target.id)
    .bind(&target.name)
    .bind(&target.organisation_id)
    .bind(serde_json::to_string(changes)?)
    .execute(pool)
    .await?;
    Ok(written.last_insert_rowid())
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
