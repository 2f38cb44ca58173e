//! Makes the leaf of each record that is added, and signs the tree that has it: never one that it did not sign before.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use rand::TryRng;
use rand::rngs::SysRng;

use super::checkpoint_file::CheckpointFile;
use super::leaf::{Envelope, SALT};
use super::tree::{Checkpoint, CheckpointError, Frontier, Hash, LogName, SigningKey, leaf_hash};
use crate::server::hexadecimal::hex;
use crate::server::storage::{Growth, KEPT_HEIGHTS, Leaf, PARTS, Record, SealError, Sealer, Source, Subtree, TreeHead};

/// Signs a log with a key, which has the log's name.
#[derive(Debug)]
pub struct LogSealer {
    key: SigningKey,
    elsewhere: Option<CheckpointFile>,
    /// The one tree that may be added to: its size and its root.
    only_after: Option<(u64, Hash)>,
    /// The head that was signed and on disk last, in this process.
    last: Mutex<Option<TreeHead>>,
}

impl LogSealer {
    /// Signs with this key, under the name that the log has, or under the key's where that is of a later history; and adds each checkpoint to a file where there is one.
    pub fn new(key: SigningKey, checkpoint_file: Option<PathBuf>) -> Self {
        Self { key, elsewhere: checkpoint_file.map(CheckpointFile::new), only_after: None, last: Mutex::default() }
    }

    /// Signs with this key what stands right after a tree that was checked, and nothing else.
    pub fn after(key: SigningKey, end: &Checkpoint) -> Self {
        Self { only_after: Some((end.size, end.root)), ..Self::new(key, None) }
    }

    /// The key under the name of the history that follows a head: the same, or the one that this sealer begins.
    fn key_after(&self, head: &TreeHead) -> Result<Cow<'_, SigningKey>, SealError> {
        let (own, before) = (LogName::of(self.key.verifying().name()), LogName::of_note(&head.checkpoint));
        if before.history <= own.history {
            return Ok(Cow::Borrowed(&self.key));
        }
        let named = self.key.named(&own.with_history(before.history).to_string());
        named.map(Cow::Owned).map_err(|_| SealError::NotSigned)
    }

    /// What can be added to. Its signature is checked, because whoever writes to the database could have put another
    /// tree there, and signing on would make it ours.
    fn checked(&self, head: &TreeHead, last: Option<&TreeHead>) -> Result<Frontier, SealError> {
        let frontier = Frontier::from_bytes(head.size, &head.frontier).ok_or(SealError::NotSigned)?;
        if last == Some(head) {
            return Ok(frontier);
        }
        let history = |head: &TreeHead| LogName::of_note(&head.checkpoint).history;
        if last.is_some_and(|last| last.size >= head.size || history(last) > history(head)) {
            return Err(SealError::Older);
        }
        let signed = Checkpoint::open(&head.checkpoint, self.key.verifying()).map_err(|error| match error {
            CheckpointError::OtherName { begun, named } => SealError::OtherName { begun, named },
            _ => SealError::NotSigned,
        })?;
        let is_signed = (signed.size, signed.root) == (frontier.size(), frontier.root());
        if is_signed { Ok(frontier) } else { Err(SealError::NotSigned) }
    }
}

fn sign(frontier: &Frontier, key: &SigningKey) -> TreeHead {
    let origin = key.verifying().name().to_owned();
    let checkpoint = Checkpoint { origin, size: frontier.size(), root: frontier.root() }.sign(key);
    TreeHead { size: frontier.size(), frontier: frontier.to_bytes(), checkpoint }
}

#[async_trait]
impl Sealer for LogSealer {
    fn begin(&self) -> TreeHead {
        sign(&Frontier::default(), &self.key)
    }

    fn last(&self) -> Option<TreeHead> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn check(&self, head: &TreeHead, last: Option<&TreeHead>) -> Result<(), SealError> {
        self.checked(head, last).map(drop)
    }

    fn seal(&self, head: &TreeHead, records: &[Record], source: Source) -> Result<Growth, SealError> {
        let mut frontier = self.checked(head, self.last().as_ref())?;
        if self.only_after.is_some_and(|end| end != (frontier.size(), frontier.root())) {
            return Err(SealError::Grown);
        }
        let (mut leaves, mut subtrees) = (Vec::with_capacity(records.len()), Vec::new());
        for record in records {
            let mut salts = [[0; SALT]; PARTS.len()];
            SysRng.try_fill_bytes(salts.as_flattened_mut()).map_err(|_| SealError::Random)?;
            let envelope = Envelope::of(record, frontier.size(), source, &salts).to_json();
            let keep = |height, place, root: Hash| {
                if KEPT_HEIGHTS.contains(&height) {
                    subtrees.push(Subtree { height, place, root: hex(&root) });
                }
            };
            frontier.join(0, leaf_hash(envelope.as_bytes()), keep).ok_or(SealError::NotSigned)?;
            leaves.push(Leaf { envelope, salts: salts.concat() });
        }
        Ok(Growth { leaves, subtrees, head: sign(&frontier, self.key_after(head)?.as_ref()) })
    }

    fn committed(&self, head: &TreeHead) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(head.clone());
        tracing::info!(audit.checkpoint = head.checkpoint, "the audit log has {} records", head.size);
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.add(&head.checkpoint);
        }
    }

    async fn kept(&self) {
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.written().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::storage::RecordKind;

    fn record(entry_id: i64) -> Record {
        let parts = std::array::from_fn(|_| "null".to_owned());
        Record { kind: RecordKind::Intent, entry_id, at: "2026-01-01T12:00:00.000Z".to_owned(), parts }
    }

    fn sealer() -> LogSealer {
        LogSealer::new(SigningKey::new("partners.example/audit").unwrap(), None)
    }

    #[test]
    fn a_tree_that_somebody_else_made_is_not_signed() {
        let sealer = sealer();
        let head = sealer.seal(&sealer.begin(), &[record(1), record(2)], Source::Written).unwrap().head;
        let mut forged = Frontier::default();
        forged.push([7; 32]);
        forged.push([8; 32]);
        for other in [
            TreeHead { frontier: forged.to_bytes(), ..head.clone() },
            TreeHead { checkpoint: String::new(), ..head.clone() },
            TreeHead { checkpoint: sealer.begin().checkpoint, ..head.clone() },
            TreeHead { size: 3, ..head.clone() },
            TreeHead::default(),
        ] {
            assert_eq!(sealer.seal(&other, &[record(3)], Source::Written).unwrap_err(), SealError::NotSigned);
        }
        assert!(sealer.seal(&head, &[record(3)], Source::Written).is_ok());
    }

    #[test]
    fn what_begins_a_history_stands_right_after_what_was_checked() {
        let key = SigningKey::new("partners.example/audit").unwrap();
        let first = LogSealer::new(key.clone(), None);
        let head = first.seal(&first.begin(), &[record(1)], Source::Written).unwrap().head;
        let end = Checkpoint::open(&head.checkpoint, key.verifying()).unwrap();
        let next = LogSealer::after(key.named("partners.example/audit/2").unwrap(), &end);
        let grown = first.seal(&head, &[record(2)], Source::Written).unwrap().head;
        assert_eq!(next.seal(&grown, &[record(3)], Source::Written).unwrap_err(), SealError::Grown);
        assert!(next.seal(&head, &[record(2)], Source::Written).is_ok());
    }

    #[test]
    fn a_log_goes_on_under_the_name_that_it_has_and_never_under_an_earlier_one() {
        let (key, record) = (SigningKey::new("partners.example/audit").unwrap(), [record(1)]);
        let (first, second) =
            (LogSealer::new(key.clone(), None), LogSealer::new(key.named("partners.example/audit/2").unwrap(), None));
        let before = first.seal(&first.begin(), &record, Source::Written).unwrap().head;
        let restored = second.seal(&before, &record, Source::Written).unwrap().head;
        assert!(restored.checkpoint.starts_with("partners.example/audit/2\n2\n"), "{}", restored.checkpoint);
        let after = first.seal(&restored, &record, Source::Written).unwrap().head;
        assert!(after.checkpoint.starts_with("partners.example/audit/2\n3\n"), "{}", after.checkpoint);
        // While a program runs, the database from before is put back, which has more leaves.
        first.committed(&restored);
        let mut long = before;
        for _ in 0..3 {
            long = LogSealer::new(key.clone(), None).seal(&long, &record, Source::Written).unwrap().head;
        }
        assert_eq!(first.seal(&long, &record, Source::Written).unwrap_err(), SealError::Older);
    }

    #[test]
    fn a_tree_that_was_read_just_before_another_was_added_is_no_older_one() {
        let sealer = sealer();
        let first = sealer.seal(&sealer.begin(), &[record(1)], Source::Written).unwrap().head;
        let second = sealer.seal(&first, &[record(2)], Source::Written).unwrap().head;
        sealer.committed(&first);
        let before = sealer.last();
        sealer.committed(&second);
        assert_eq!(sealer.check(&first, before.as_ref()), Ok(()));
        assert_eq!(sealer.check(&second, before.as_ref()), Ok(()));
        assert_eq!(sealer.check(&first, sealer.last().as_ref()), Err(SealError::Older));
    }

    #[test]
    fn an_older_tree_than_the_last_one_is_not_signed_again() {
        let sealer = sealer();
        let first = sealer.seal(&sealer.begin(), &[record(1)], Source::Written).unwrap().head;
        let second = sealer.seal(&first, &[record(2)], Source::Written).unwrap().head;
        let other = sealer.seal(&first, &[record(3)], Source::Written).unwrap().head;
        sealer.committed(&second);
        for old in [first, other] {
            assert_eq!(sealer.seal(&old, &[record(4)], Source::Written).unwrap_err(), SealError::Older);
        }
        assert!(sealer.seal(&second, &[record(4)], Source::Written).is_ok());
    }
}
