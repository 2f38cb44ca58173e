//! Makes the leaf of each record that is added, signs the tree that has it, and keeps its checkpoint elsewhere.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rand::TryRng;
use rand::rngs::SysRng;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use super::leaf::{Envelope, SALT};
use super::tree::{Checkpoint, Frontier, SigningKey, leaf_hash};
use crate::server::storage::{Leaf, PARTS, Record, SealError, Sealer, Source, TreeHead};

/// Signs a log with a key, which has the log's name.
#[derive(Debug)]
pub struct LogSealer {
    key: SigningKey,
    checkpoint_file: Option<PathBuf>,
}

impl LogSealer {
    /// Signs with this key, and adds each checkpoint to a file where there is one.
    pub const fn new(key: SigningKey, checkpoint_file: Option<PathBuf>) -> Self {
        Self { key, checkpoint_file }
    }
}

#[async_trait]
impl Sealer for LogSealer {
    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<(Vec<Leaf>, TreeHead), SealError> {
        let mut frontier = Frontier::from_bytes(head.size, &head.frontier).ok_or(SealError::Damaged)?;
        let mut leaves = Vec::with_capacity(records.len());
        for record in records {
            let mut salts = [[0; SALT]; PARTS.len()];
            SysRng.try_fill_bytes(salts.as_flattened_mut()).map_err(|_| SealError::Random)?;
            let envelope = Envelope::of(record, frontier.size(), source, &salts);
            // Text and numbers can always be written.
            let envelope = serde_json::to_string(&envelope).map_err(|_| SealError::Damaged)?;
            frontier.push(leaf_hash(envelope.as_bytes()));
            leaves.push(Leaf { envelope, salts: salts.concat() });
        }
        let origin = self.key.verifying().name().to_owned();
        let checkpoint = Checkpoint { origin, size: frontier.size(), root: frontier.root() }.sign(&self.key);
        Ok((leaves, TreeHead { size: frontier.size(), frontier: frontier.to_bytes(), checkpoint }))
    }

    async fn committed(&self, head: &TreeHead) {
        tracing::info!(audit.checkpoint = head.checkpoint, "the audit log has {} records", head.size);
        if let Some(file) = &self.checkpoint_file
            && let Err(error) = add(file, &head.checkpoint).await
        {
            // The record is on disk, and so is its checkpoint: only the copy is missing.
            tracing::error!(%error, "a checkpoint of the audit log could not be added to {}", file.display());
        }
    }
}

async fn add(file: &Path, checkpoint: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file).await?;
    file.write_all(checkpoint.as_bytes()).await?;
    file.flush().await
}
