//! The log as a file: exactly what a filter lets through, the oldest first, a piece at a time, as it was when the export
//! began.

mod entry;
mod evidence;
mod moment;
mod ocsf;
mod stream;
mod table;
mod tiles;

use std::io;

use serde_json::{Value, json};
use time::OffsetDateTime;

use self::entry::ExportedEntry;
use self::evidence::Evidence;
use self::moment::{as_it_was, by_entry};
use super::error::AuditError;
use super::log::AuditLog;
use super::prove::{ProvedRecord, has_its_leaves, nodes_for, prove};
use crate::domain::audit::{AuditEntry, AuditFilter, LogFormat};
use crate::server::storage::TreeHead;

pub use stream::{StreamFormat, StreamSettings, StreamTarget};
pub use tiles::{TilesError, check_tiles_folder, write_tiles};

/// Entries in a piece. The proof of each takes up to some hundred nodes of the tree, which are in memory with it.
const PIECE: u32 = 100;

/// Why an export broke off. What was given so far is not the whole of it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The log could not be read.
    #[error("the audit log could not be read")]
    Log(#[from] AuditError),
    /// A line could not be written.
    #[error("a line could not be written")]
    Write(#[from] io::Error),
    /// Old entries were removed while it was under way, as `audit.keep_days` asks for.
    #[error("old entries were removed meanwhile: begin the export again")]
    Pruned,
    /// A record is not the one that was signed.
    #[error("entry {id} is not as it was signed: run audit verify")]
    NotSigned {
        /// The number of the entry.
        id: i64,
    },
}

/// An export under way.
#[derive(Debug)]
pub struct LogExport {
    log: AuditLog,
    filter: AuditFilter,
    format: LogFormat,
    /// The tree when it began: what is added later is not in it.
    head: TreeHead,
    /// The leaves that were gone when it began.
    pruned: u64,
    /// The last entry that was written.
    after: i64,
    evidence: Evidence,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begin,
    Entries,
    End,
}

impl LogExport {
    /// Begins an export of the log as it is now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn begin(log: &AuditLog, filter: AuditFilter, format: LogFormat) -> Result<Self, AuditError> {
        let head = log.store.head().await?;
        let pruned = log.store.pruned().await?;
        let (evidence, stage) = (Evidence::default(), Stage::Begin);
        Ok(Self { log: log.clone(), filter, format, head, pruned, after: 0, evidence, stage })
    }

    /// The name to save it under: letters, digits, `-` and dots.
    pub fn name(&self, now: OffsetDateTime) -> String {
        let now = now.to_offset(time::UtcOffset::UTC);
        format!("audit-{}-{:02}{:02}Z.{}", now.date(), now.hour(), now.minute(), self.format.extension())
    }

    /// The next piece; `None` when that was all.
    ///
    /// # Errors
    /// When the log cannot be read, or an entry is not as it was signed.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        if self.stage == Stage::End {
            return Ok(None);
        }
        let is_first = self.stage == Stage::Begin;
        let entries = self.entries().await?;
        let mut piece = match self.format {
            LogFormat::JsonLines if is_first => self.evidence.head(&self.head, &self.filter.to_query()),
            _ => Vec::new(),
        };
        self.stage = if entries.is_empty() { Stage::End } else { Stage::Entries };
        piece.extend(self.lines(&entries, is_first)?);
        if self.stage == Stage::End && self.format == LogFormat::JsonLines {
            piece.extend(self.evidence.trailer(&self.head));
        }
        Ok(Some(piece))
    }

    fn lines(&mut self, entries: &[(AuditEntry, Vec<ProvedRecord>)], is_first: bool) -> Result<Vec<u8>, ExportError> {
        let exported: Vec<ExportedEntry> = entries.iter().map(|(entry, _)| ExportedEntry::of(entry)).collect();
        let mut lines = Vec::new();
        match self.format {
            LogFormat::Csv => lines = table::lines(&exported, is_first)?,
            LogFormat::JsonLines => {
                for ((_, records), entry) in entries.iter().zip(&exported) {
                    lines.extend(self.evidence.entry(entry, records));
                }
            }
            LogFormat::Ocsf => {
                for ((entry, records), exported) in entries.iter().zip(&exported) {
                    let proofs: Vec<Value> =
                        records.iter().map(|one| one.to_text(&self.head.checkpoint).into()).collect();
                    let event = ocsf::event(entry, exported, json!({ "entry": exported, "records": proofs }));
                    serde_json::to_writer(&mut lines, &event).map_err(io::Error::other)?;
                    lines.push(b'\n');
                }
            }
        }
        Ok(lines)
    }

    /// The next entries with their records, as they were when the export began; none at the end.
    async fn entries(&mut self) -> Result<Vec<(AuditEntry, Vec<ProvedRecord>)>, ExportError> {
        let store = &self.log.store;
        let entries = store.after(&self.filter, self.after, PIECE).await.map_err(AuditError::from)?;
        let Some(last) = entries.last().map(|entry| entry.id) else {
            return Ok(Vec::new());
        };
        self.after = last;
        let ids: Vec<i64> = entries.iter().map(|entry| entry.id).collect();
        let leaves = store.leaves_of(&ids).await.map_err(AuditError::from)?;
        if store.pruned().await.map_err(AuditError::from)? != self.pruned {
            return Err(ExportError::Pruned);
        }
        let size = self.head.size;
        let nodes = nodes_for(leaves.iter().filter(|leaf| leaf.sequence < size), size);
        let nodes = store.nodes(&nodes).await.map_err(AuditError::from)?;
        let mut of_entry = by_entry(leaves);
        let mut proved = Vec::with_capacity(entries.len());
        for entry in entries {
            let mut leaves = of_entry.remove(&entry.id).unwrap_or_default();
            // It may have been read before its last leaf was there, when that came after the export began.
            let is_newer = leaves.iter().any(|leaf| leaf.sequence >= size);
            if !is_newer && !has_its_leaves(&entry, &leaves) {
                return Err(ExportError::NotSigned { id: entry.id });
            }
            let entry = as_it_was(entry, &leaves, size);
            leaves.retain(|leaf| leaf.sequence < size);
            if leaves.is_empty() {
                continue;
            }
            let records = prove(&leaves, &self.head, &nodes).ok_or(ExportError::NotSigned { id: entry.id })?;
            proved.push((entry, records));
        }
        Ok(proved)
    }
}
