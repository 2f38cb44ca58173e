//! Keeping entries for a time and erasing whom they name: each is announced by an entry before it is done, because the
//! verifier accepts what is missing only where the log itself says so.

use time::{Duration, OffsetDateTime};

use super::error::AuditError;
use super::log::AuditLog;
use super::opening::Opening;
use super::tree::{Frontier, hash_of, nodes_of_root, root};
use crate::domain::audit::{Action, Actor, ERASED_ENTRIES, Intent, PRUNED_UNTIL, REASON, Target, ranges};
use crate::domain::field::FieldValue;
use crate::server::storage::{PRUNED_LEAVES, TreeNode};

/// Entries that one entry announces as erased, and one commit erases.
const AT_ONCE: u32 = 1_000;

impl AuditLog {
    /// Removes what is older than `keep`, in whole subtrees. How many leaves are gone by now; `None` when there was nothing
    /// to remove.
    ///
    /// # Errors
    /// When it could not be announced, and nothing was removed; or when some of it may still be there.
    pub async fn retain(&self, keep: Duration) -> Result<Option<u64>, AuditError> {
        let before = self.clock.now().checked_sub(keep).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (until, pruned) = (self.store.prunable(before).await?, self.store.pruned().await?);
        if until <= pruned {
            return Ok(None);
        }
        self.require_signed(pruned, until).await?;
        let entry = Intent::event(Action::Retention, dashboard(), Target::of_dashboard(None), "");
        let entry = entry.with_text(PRUNED_UNTIL, &until.to_string());
        let reason = format!("older than {} days", keep.whole_days());
        self.record(&entry.with_text(REASON, &reason)).await?;
        self.store.prune(until).await?;
        Ok(Some(until))
    }

    /// Erases a person, by their stable identifier, from all entries that name them as the one who acted. How many entries
    /// those were.
    ///
    /// # Errors
    /// When it could not be announced, or some of it may still be there. What was announced and not erased is erased by the
    /// next call.
    pub async fn erase(&self, subject: &str, actor: Actor, reason: &str) -> Result<u64, AuditError> {
        let (mut last, mut count) = (0, 0);
        loop {
            let ids = self.store.naming(subject, last, AT_ONCE).await?;
            let Some(newest) = ids.last().copied() else {
                break;
            };
            // Whom somebody else wrote into an entry is not erased in the name of the log.
            let leaves = self.store.leaves_of(&ids).await?;
            if leaves.iter().any(|leaf| Opening::of(leaf).is_none()) {
                return Err(AuditError::NotSigned);
            }
            let entry = Intent::event(Action::Erasure, actor.clone(), Target::of_dashboard(None), "");
            let entries = FieldValue::List(ranges::write(ids.iter().copied()));
            self.record(&entry.with(ERASED_ENTRIES, entries).with_text(REASON, reason)).await?;
            self.store.erase_actors(&ids).await?;
            (last, count) = (newest, count + ids.len() as u64);
        }
        // Also when there was nothing to erase: the last call may have been stopped before this.
        self.store.wipe().await?;
        Ok(count)
    }

    /// Whether the leaves of some blocks are those that were signed: their times say whether they may go.
    async fn require_signed(&self, from: u64, until: u64) -> Result<(), AuditError> {
        let head = self.store.head().await?;
        let signed = Frontier::from_bytes(head.size, &head.frontier).map(|frontier| frontier.root());
        let kept = self.store.nodes(&nodes_of_root(head.size)).await?;
        if root(head.size, &mut |node| hash_of(kept.get(&node)?)) != signed {
            return Err(AuditError::NotSigned);
        }
        for place in from / PRUNED_LEAVES..until / PRUNED_LEAVES {
            let (height, first) = (PRUNED_LEAVES.ilog2(), place * PRUNED_LEAVES);
            let subtree = TreeNode::Subtree { height, place };
            let leaves = (first..first + PRUNED_LEAVES).map(TreeNode::Leaf);
            let nodes = self.store.nodes(&leaves.chain([subtree]).collect::<Vec<_>>()).await?;
            let mut frontier = Frontier::default();
            for leaf in first..first + PRUNED_LEAVES {
                let hash = nodes.get(&TreeNode::Leaf(leaf)).and_then(hash_of).ok_or(AuditError::NotSigned)?;
                frontier.join(0, hash, |_, _, _| ()).ok_or(AuditError::NotSigned)?;
            }
            if nodes.get(&subtree).and_then(hash_of) != Some(frontier.root()) {
                return Err(AuditError::NotSigned);
            }
        }
        Ok(())
    }
}

fn dashboard() -> Actor {
    Actor::nobody("Partner Dashboard")
}
