//! Keeps checkpoints in a file elsewhere, one note after another, in a task of its own: a disk there that hangs holds
//! nobody up.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::append_file::append;

/// What the task is told.
enum Told {
    Note(String),
    /// Answered when every note before it is written, or could not be.
    Written(oneshot::Sender<()>),
}

/// The file.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    path: PathBuf,
    notes: OnceLock<UnboundedSender<Told>>,
}

impl CheckpointFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, notes: OnceLock::new() }
    }

    /// Adds a note, some time soon.
    pub(super) fn add(&self, note: &str) {
        self.tell(Told::Note(note.to_owned()));
    }

    /// Waits until every note is written that can be.
    pub(super) async fn written(&self) {
        let (done, is_done) = oneshot::channel();
        self.tell(Told::Written(done));
        // The task ends with the program alone.
        let _ = is_done.await;
    }

    fn tell(&self, told: Told) {
        if self.notes.get().is_none() {
            let (sender, receiver) = unbounded_channel();
            if self.notes.set(sender).is_ok() {
                tokio::spawn(write(self.path.clone(), receiver));
            }
        }
        if let Some(notes) = self.notes.get() {
            // The task ends with the program alone.
            let _ = notes.send(told);
        }
    }
}

/// Adds a checkpoint that no log has added.
///
/// # Errors
/// When it is not on disk.
pub async fn keep_checkpoint(path: &Path, note: &str) -> io::Result<()> {
    append(path, note.as_bytes()).await
}

/// Writes the notes as they come, as many at once as are there.
async fn write(path: PathBuf, mut told: UnboundedReceiver<Told>) {
    let mut unwritten = String::new();
    let mut batch = Vec::new();
    while told.recv_many(&mut batch, 1_000).await > 0 {
        let mut waiting = Vec::new();
        for one in batch.drain(..) {
            match one {
                Told::Note(note) => unwritten.push_str(&note),
                Told::Written(done) => waiting.push(done),
            }
        }
        match append(&path, unwritten.as_bytes()).await {
            Ok(()) => unwritten.clear(),
            // The records are on disk, and so are their checkpoints: only the copies are missing. They are tried again with
            // the next one.
            Err(error) => {
                tracing::error!(%error, "a checkpoint of the audit log could not be added to {}", path.display());
            }
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn notes_are_added_in_their_order_and_after_one_that_was_cut_off() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("checkpoints");
        std::fs::write(&path, "one\n\n— a b\ntwo\n\n— a").unwrap();
        let file = CheckpointFile::new(path.clone());
        file.add("three\n\n— a b\n");
        file.add("four\n\n— a b\n");
        file.written().await;
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "one\n\n— a b\ntwo\n\n— a\nthree\n\n— a b\nfour\n\n— a b\n");
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_written_with_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("not there yet").join("checkpoints");
        let file = CheckpointFile::new(path.clone());
        file.add("one\n");
        file.written().await;
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        file.add("two\n");
        file.written().await;
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }
}
