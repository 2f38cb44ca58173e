//! The log as a stream for a log shipper: each record once it is written, in order, at least once.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::entry::ExportedEntry;
use super::moment::{as_it_was, by_entry};
use super::ocsf;
use crate::domain::audit::AuditEntry;
use crate::server::audit::append_file::append;
use crate::server::audit::error::AuditError;
use crate::server::audit::log::AuditLog;
use crate::server::audit::tree::LogName;
use crate::server::storage::{KeptLeaf, KeptRecord, RecordKind, StorageError};

/// How often it looks for new records.
const LOOK: Duration = Duration::from_secs(1);
/// How long it waits at most after it failed several times.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Where the stream goes, and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSettings {
    /// Where the lines go.
    pub to: StreamTarget,
    /// What a line is.
    pub format: StreamFormat,
}

/// Where a stream goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamTarget {
    /// To the end of a file. It may be moved away at any time: the next line makes it again.
    File(PathBuf),
    /// To the standard output.
    StandardOutput,
}

/// What a line of a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamFormat {
    /// An object with the name of the log, the record's place in the tree, its kind, and its entry as it was with it.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// An OCSF event of the entry as it was with it.
    Ocsf,
}

/// Why some records were not written to the stream. They are tried again.
#[derive(Debug, thiserror::Error)]
enum StreamError {
    #[error("the audit log could not be read, or it could not be kept how far it was streamed")]
    Log(#[from] AuditError),
    #[error("the stream could not be written")]
    Write(#[from] io::Error),
}

impl AuditLog {
    /// Writes every record to a stream, as long as the program runs. It goes on where it was: what was written and not
    /// noted is written again.
    pub async fn stream(self, settings: StreamSettings) {
        self.streams.store(true, Ordering::Relaxed);
        let mut wait = LOOK;
        loop {
            match self.stream_more(&settings).await {
                Ok(true) => {
                    wait = LOOK;
                    continue;
                }
                Ok(false) => wait = LOOK,
                Err(error) => {
                    wait = (2 * wait).min(LONGEST_WAIT);
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the audit log could not be streamed: it is tried again in {wait:?}");
                }
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// How many records wait to be streamed; `None` where there is no stream.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn unstreamed(&self) -> Result<Option<u64>, AuditError> {
        if !self.streams.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok(Some(self.store.head().await?.size.saturating_sub(self.store.streamed().await?)))
    }

    /// Writes the next records. Whether there were any.
    async fn stream_more(&self, settings: &StreamSettings) -> Result<bool, StreamError> {
        let store = &self.store;
        let streamed = store.streamed().await.map_err(AuditError::from)?;
        let pruned = store.pruned().await.map_err(AuditError::from)?;
        if streamed < pruned {
            tracing::warn!(
                "records {streamed} to {} of the audit log were removed before they were streamed",
                pruned - 1
            );
        }
        let leaves = store.leaves(streamed.max(pruned)).await.map_err(AuditError::from)?;
        let Some(last) = leaves.last().map(|leaf| leaf.sequence) else {
            return Ok(false);
        };
        // After a restore the same places are those of other records, under another name.
        let note = store.head().await.map_err(AuditError::from)?.checkpoint;
        let name = LogName::of_note(&note).to_string();
        let lines = self.lines_of(&name, &leaves, settings.format).await?;
        match &settings.to {
            StreamTarget::File(path) => append(path, &lines).await?,
            StreamTarget::StandardOutput => {
                // It waits as long as nobody reads.
                let written = tokio::task::spawn_blocking(move || {
                    let mut output = io::stdout().lock();
                    output.write_all(&lines)?;
                    output.flush()
                });
                written.await.map_err(io::Error::other)??;
            }
        }
        store.keep_streamed(last + 1).await.map_err(AuditError::from)?;
        Ok(true)
    }

    /// A line for each leaf.
    async fn lines_of(&self, name: &str, leaves: &[KeptLeaf], format: StreamFormat) -> Result<Vec<u8>, StreamError> {
        let mut ids: Vec<i64> = leaves.iter().map(|leaf| leaf.stands_for.1).collect();
        ids.sort_unstable();
        ids.dedup();
        let entries = self.readable(&ids).await?;
        let of_entry = by_entry(self.store.leaves_of(&ids).await.map_err(AuditError::from)?);
        let mut lines = Vec::new();
        for leaf in leaves {
            let (record, id) = &leaf.stands_for;
            let (entry, leaves) = (entries.get(id), of_entry.get(id));
            let line = match (entry, leaves) {
                _ if is_gone(leaf, entry.is_some(), leaves) => {
                    unreadable(name, leaf, "the record is not in the database", format, self.clock.now())
                }
                (Some(Ok(entry)), Some(leaves)) => {
                    let entry = as_it_was(entry.clone(), leaves, leaf.sequence + 1);
                    let exported = ExportedEntry::of(&entry);
                    let said = json!({ "log": name, "sequence": leaf.sequence, "record": record, "entry": exported });
                    match format {
                        StreamFormat::JsonLines => said,
                        StreamFormat::Ocsf => ocsf::event(&entry, &exported, said),
                    }
                }
                (Some(Err(error)), _) => unreadable(name, leaf, error, format, self.clock.now()),
                // What is gone was removed meanwhile, because it is old.
                _ => continue,
            };
            serde_json::to_writer(&mut lines, &line).map_err(io::Error::other)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }

    /// Entries by their numbers; why one cannot be read in its place. Whoever damages an entry does not end the stream.
    async fn readable(&self, ids: &[i64]) -> Result<HashMap<i64, Result<AuditEntry, String>>, AuditError> {
        match self.store.entries(ids).await {
            Ok(entries) => return Ok(entries.into_iter().map(|entry| (entry.id, Ok(entry))).collect()),
            Err(StorageError::Corrupt(_) | StorageError::CorruptEntry { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let mut found = HashMap::with_capacity(ids.len());
        for id in ids {
            match self.store.entries(&[*id]).await {
                Ok(entries) => found.extend(entries.into_iter().map(|entry| (entry.id, Ok(entry)))),
                Err(error @ (StorageError::Corrupt(_) | StorageError::CorruptEntry { .. })) => {
                    tracing::error!(audit.id = id, %error, "an entry of the audit log cannot be streamed");
                    found.insert(*id, Err(error.to_string()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }
}

/// Whether a record is not there that nobody removed on purpose: what is old goes with its leaf. Of a completion, that is the record
/// of its intent too.
fn is_gone(leaf: &KeptLeaf, has_entry: bool, leaves: Option<&Vec<KeptLeaf>>) -> bool {
    let has_intent =
        || leaves.is_some_and(|leaves| leaves.iter().any(|leaf| leaf.stands_for.0 == RecordKind::Intent.code()));
    leaf.record == KeptRecord::Missing || (!has_entry && has_intent())
}

/// The line for a record that cannot be read.
fn unreadable(name: &str, leaf: &KeptLeaf, error: &str, format: StreamFormat, now: OffsetDateTime) -> Value {
    let (record, id) = &leaf.stands_for;
    let said =
        json!({ "log": name, "sequence": leaf.sequence, "record": record, "entry": { "id": id }, "error": error });
    match format {
        StreamFormat::JsonLines => said,
        StreamFormat::Ocsf => ocsf::unreadable(*id, now, said),
    }
}
