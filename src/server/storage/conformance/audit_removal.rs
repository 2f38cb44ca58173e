//! What is removed from the audit log on purpose, and what is read of it in the order in which it was written.

use super::audit_samples::{completion, organisation};
use super::{Fresh, NOW};
use crate::domain::audit::{AuditEntry, AuditFilter, Intent, Outcome};
use crate::server::storage::{KeptLeaf, KeptNode, PRUNED_LEAVES, TreeNode};

/// How many bytes of its salts are those of the actor.
const ACTOR_SALT: usize = 32;

/// All leaves from a place on.
async fn leaves(fresh: &Fresh, from: u64) -> Vec<KeptLeaf> {
    let mut leaves: Vec<KeptLeaf> = Vec::new();
    loop {
        let next = leaves.last().map_or(from, |last| last.sequence + 1);
        match fresh.stores.audit.leaves(next).await.unwrap() {
            none if none.is_empty() => return leaves,
            some => leaves.extend(some),
        }
    }
}

pub(in crate::server::storage) async fn what_is_old_goes_in_whole_subtrees_and_the_rest_stays_as_it_was(fresh: Fresh) {
    let audit = &fresh.stores.audit;
    let (old, new) = (NOW - time::Duration::DAY, organisation("Meridian", Some("org-1")));
    let many = vec![organisation("long gone", Some("org-0")); usize::try_from(PRUNED_LEAVES).unwrap() + 3];
    audit.append_complete(&many, old).await.unwrap();
    let id = fresh.add(&new).await;
    assert_eq!(audit.prunable(old).await.unwrap(), 0, "nothing is older");
    // Three of the old ones are in a subtree that has a new one.
    assert_eq!(audit.prunable(NOW).await.unwrap(), PRUNED_LEAVES);
    let (head, left) = (audit.head().await.unwrap(), leaves(&fresh, PRUNED_LEAVES).await);
    for _ in 0..2 {
        audit.prune(PRUNED_LEAVES).await.unwrap();
        assert_eq!((audit.pruned().await.unwrap(), audit.head().await.unwrap()), (PRUNED_LEAVES, head.clone()));
        assert_eq!(leaves(&fresh, 0).await, left);
    }
    assert_eq!(audit.prunable(NOW).await.unwrap(), PRUNED_LEAVES);
    assert_eq!(audit.entry(1).await.unwrap(), None);
    assert_eq!(fresh.entry(id).await.intent, new);
    let four = AuditFilter { object_id: Some("org-0".to_owned()), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&four).await, [id - 1, id - 2, id - 3]);
    assert_eq!(fresh.add(&new).await, id + 1, "no number is given again");
}

pub(in crate::server::storage) async fn who_is_erased_is_found_by_nothing_and_others_are_as_they_were(fresh: Fresh) {
    let audit = &fresh.stores.audit;
    let mut eves: Intent = organisation("Meridian", Some("org-1"));
    eves.actor.subject = "eve".to_owned();
    eves.actor.name = "Eve Lindqvist".to_owned();
    eves.actor.email = Some("eve@meridian.example".to_owned());
    let first = fresh.add_completed(&eves, Outcome::Applied, Some("org-1")).await;
    let adas = fresh.add(&organisation("Ada's", Some("org-2"))).await;
    let second = fresh.add(&eves).await;
    let by_words = |words: &str| AuditFilter { text: Some(words.to_owned()), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&by_words("eve meridian")).await, [second, first]);
    assert_eq!(audit.naming("eve", 0, 1).await.unwrap(), [first]);
    assert_eq!(audit.naming("eve", first, 10).await.unwrap(), [second]);
    let (head, before) = (audit.head().await.unwrap(), audit.leaves_of(&[first, adas, second]).await.unwrap());

    audit.erase_actors(&[first, second]).await.unwrap();
    audit.wipe().await.unwrap();
    assert_eq!(audit.naming("eve", 0, 10).await.unwrap(), [0; 0]);
    for filter in [by_words("eve"), AuditFilter { actor: Some("eve".to_owned()), ..AuditFilter::default() }] {
        assert_eq!(fresh.listed(&filter).await, [0; 0], "{filter:?}");
    }
    assert_eq!(fresh.listed(&by_words("meridian org-1")).await, [second, first], "what was done stays");
    let entry = fresh.entry(first).await;
    let actor = &entry.intent.actor;
    assert_eq!((actor.subject.as_str(), actor.name.as_str(), &actor.email, &actor.peer), ("", "", &None, &None));
    assert_eq!((&entry.intent.target, entry.outcome()), (&eves.target, Outcome::Applied));
    assert_eq!(fresh.entry(adas).await.intent.actor, organisation("", None).actor);
    assert_eq!(audit.head().await.unwrap(), head, "the tree is the same");
    for (before, after) in before.iter().zip(audit.leaves_of(&[first, adas, second]).await.unwrap()) {
        assert_eq!((&after.envelope, after.sequence), (&before.envelope, before.sequence));
        let is_erased = after.stands_for.0 == "intent" && after.stands_for.1 != adas;
        let salt = if is_erased { &[0; ACTOR_SALT][..] } else { &before.salts[..ACTOR_SALT] };
        assert_eq!((&after.salts[..ACTOR_SALT], &after.salts[ACTOR_SALT..]), (salt, &before.salts[ACTOR_SALT..]));
        assert!(before.salts[..ACTOR_SALT] != [0; ACTOR_SALT], "there was something to erase");
    }
}

pub(in crate::server::storage) async fn entries_come_oldest_first_after_a_number_and_by_their_numbers(fresh: Fresh) {
    let audit = &fresh.stores.audit;
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(fresh.add(&organisation(&number.to_string(), Some("org-1"))).await);
    }
    let other = fresh.add(&organisation("Other", Some("org-2"))).await;
    let filter = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    let numbers = |entries: Vec<AuditEntry>| entries.iter().map(|entry| entry.id).collect::<Vec<_>>();
    assert_eq!(numbers(audit.after(&filter, ids[0], 2).await.unwrap()), ids[1..3]);
    assert_eq!(numbers(audit.after(&filter, ids[2], 10).await.unwrap()), ids[3..]);
    assert_eq!(numbers(audit.after(&filter, other, 10).await.unwrap()), [0; 0]);
    let wanted = [ids[1], other + 1, other, ids[0]];
    assert_eq!(
        numbers(audit.entries(&wanted).await.unwrap()),
        [other, ids[1], ids[0]],
        "what is not there is left out"
    );
}

pub(in crate::server::storage) async fn the_tree_and_how_far_it_was_streamed_are_read_as_they_were_kept(fresh: Fresh) {
    let audit = &fresh.stores.audit;
    let id = fresh.add(&organisation("Meridian", Some("org-1"))).await;
    audit.append_completion(id, NOW, &completion(Outcome::Applied, None)).await.unwrap();
    let all = leaves(&fresh, 0).await;
    assert_eq!(
        all.iter().map(|leaf| leaf.stands_for.clone()).collect::<Vec<_>>(),
        [("intent".to_owned(), id), ("completion".to_owned(), id)]
    );
    let nodes = audit.nodes(&[TreeNode::Leaf(1), TreeNode::Leaf(9)]).await.unwrap();
    assert_eq!(
        nodes.into_iter().collect::<Vec<_>>(),
        [(TreeNode::Leaf(1), KeptNode::Envelope(all[1].envelope.clone()))]
    );
    assert_eq!(audit.streamed().await.unwrap(), 0);
    for leaf in [1, 2] {
        audit.keep_streamed(leaf).await.unwrap();
        assert_eq!(audit.streamed().await.unwrap(), leaf);
    }
}
