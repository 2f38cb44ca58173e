//! Fills the index behind the log: its place is that of a leaf, so that an entry is read again when its completion comes.

use sqlx::sqlite::SqlitePool;

use super::super::{list, tree};
use super::documents::Batch;
use super::facts::BLOCK;
use super::file::{SPAN, of_index};
use crate::server::storage::StorageError;

/// Leaves that are read at once.
const BATCH: u16 = 2_000;
/// Batches until whoever fills it looks whether it still is the index.
const BATCHES: usize = 50;
/// Entries that are forgotten at once.
const FORGOTTEN: i64 = 10_000;
/// Leaves after which it is worth while to join the parts of the index; more in a large one.
const WORTH_JOINING: i64 = 20_000;
/// Pages that are joined at once. One step that joins everything would write a log of gigabytes.
const JOINED: i64 = 1_000;

/// What is read of some leaves.
struct Next {
    batch: Batch,
    /// The first of them.
    since: i64,
    /// The leaf after them.
    until: i64,
    /// The envelope of the last one.
    leaf: String,
}

/// Reads the next records of the log into the index. Whether there are more.
pub(super) async fn fill(log: &SqlitePool, index: &SqlitePool) -> Result<bool, StorageError> {
    let (position, leaf, first_id): (i64, String, i64) =
        sqlx::query_as("SELECT position, leaf, first_id FROM progress").fetch_one(index).await.map_err(of_index)?;
    if position > 0 && envelope(log, position - 1).await?.as_ref() != Some(&leaf) {
        return Err(StorageError::IndexOfAnotherLog);
    }
    if forget(log, index, first_id).await? {
        return Ok(true);
    }
    let mut next = read(log, position).await?;
    for _ in 0..BATCHES {
        let Some(read_now) = next else {
            join(index).await?;
            return Ok(false);
        };
        // The next ones are read while these are written.
        let until = read_now.until;
        let (written, read_next) = futures::join!(write(index, read_now), read(log, until));
        written?;
        next = read_next?;
    }
    Ok(true)
}

async fn read(log: &SqlitePool, position: i64) -> Result<Option<Next>, StorageError> {
    let Some(last) = tree::last_of_batch(log, position, BATCH).await? else {
        return Ok(None);
    };
    let ids =
        sqlx::query_scalar("SELECT DISTINCT entry_id FROM audit_leaves WHERE sequence BETWEEN ? AND ? ORDER BY 1");
    let ids: Vec<i64> = ids.bind(position).bind(last).fetch_all(log).await?;
    let entries = list::readable(log, &ids).await?;
    // It is gone where it was removed in this moment, because it is old: then this is begun again.
    let leaf = envelope(log, last).await?.ok_or(StorageError::IndexOfAnotherLog)?;
    Ok(Some(Next { batch: Batch::of(&entries), since: position, until: last + 1, leaf }))
}

async fn write(index: &SqlitePool, Next { batch, since, until, leaf }: Next) -> Result<(), StorageError> {
    let facts = batch.facts.rows(index).await?;
    let insert = sqlx::query(
        "INSERT INTO batches (documents, facts, people, spans, since, position, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    let insert = insert.bind(batch.documents).bind(facts).bind(batch.people).bind(batch.spans);
    let insert = insert.bind(since).bind(until).bind(leaf);
    insert.execute(index).await.map(drop).map_err(of_index)
}

async fn envelope(log: &SqlitePool, sequence: i64) -> Result<Option<String>, StorageError> {
    let envelope = sqlx::query_scalar("SELECT envelope FROM audit_leaves WHERE sequence = ?").bind(sequence);
    Ok(envelope.fetch_optional(log).await?)
}

/// Joins the parts that the index was written in, once they are a twentieth of it: a search goes through each of them.
async fn join(index: &SqlitePool) -> Result<(), StorageError> {
    let (position, joined): (i64, i64) =
        sqlx::query_as("SELECT position, joined FROM progress").fetch_one(index).await.map_err(of_index)?;
    if position - joined < WORTH_JOINING.max(joined / 20) {
        return Ok(());
    }
    // What it changed is known of one connection alone.
    let mut connection = index.acquire().await.map_err(of_index)?;
    // A negative number begins, and positive ones go on.
    let mut pages = -JOINED;
    loop {
        let changes = "SELECT total_changes()";
        let before: i64 = sqlx::query_scalar(changes).fetch_one(&mut *connection).await.map_err(of_index)?;
        let merge = sqlx::query("INSERT INTO documents (documents, rank) VALUES ('merge', ?)").bind(pages);
        merge.execute(&mut *connection).await.map_err(of_index)?;
        let after: i64 = sqlx::query_scalar(changes).fetch_one(&mut *connection).await.map_err(of_index)?;
        if after - before < 2 {
            break;
        }
        pages = JOINED;
    }
    let joined = sqlx::query("UPDATE progress SET joined = ?").bind(position);
    joined.execute(&mut *connection).await.map(drop).map_err(of_index)
}

/// Forgets entries that were removed from the log because they are old. Whether there are more.
async fn forget(log: &SqlitePool, index: &SqlitePool, first_id: i64) -> Result<bool, StorageError> {
    let oldest: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM audit_intents").fetch_one(log).await?;
    let Some(oldest) = oldest.filter(|oldest| *oldest > first_id) else {
        return Ok(false);
    };
    // A new index has nothing to forget.
    let until = if first_id == 0 { oldest } else { oldest.min(first_id + FORGOTTEN) };
    // What is left of a block or a span is not among the numbers that are looked at.
    for (statement, from, to) in [
        ("DELETE FROM documents WHERE rowid >= ? AND rowid < ?", first_id, until),
        ("DELETE FROM facts WHERE block >= ? AND block < ?", first_id / BLOCK, until / BLOCK),
        ("DELETE FROM people WHERE last_entry >= ? AND last_entry < ?", first_id, until),
        ("DELETE FROM spans WHERE first_id > ? AND first_id <= ?", first_id - SPAN, until - SPAN),
        ("UPDATE progress SET first_id = max(?, ?)", first_id, until),
    ] {
        sqlx::query(statement).bind(from).bind(to).execute(index).await.map_err(of_index)?;
    }
    Ok(until < oldest)
}
