//! How much memory the lists of all connections may take together.
//!
//! Each connection has a guaranteed part that no other can take, so that one partner who sends too much never empties
//! the lists of the others. The rest is common: whoever comes first takes it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What all lists may take together, in bytes, unless somebody says otherwise.
const TOTAL: usize = 400 * 1024 * 1024;
/// What each connection is sure of, in bytes, while there are few.
const GUARANTEED: usize = 64 * 1024 * 1024;

/// The memory that the lists of one connection may take. Clones are the same budget.
#[derive(Clone, Debug)]
pub struct Budget {
    ledger: Arc<Mutex<Ledger>>,
    connection: usize,
}

#[derive(Debug)]
struct Ledger {
    /// What each connection is sure of.
    guaranteed: usize,
    /// What is left for those who need more than that.
    common: usize,
    /// What each connection has taken.
    used: Vec<usize>,
}

impl Budget {
    /// The usual 400 MiB for so many connections: one budget for each of them.
    pub fn for_connections(count: usize) -> Vec<Self> {
        Self::divided(TOTAL, count)
    }

    /// So many bytes for so many connections. Each is sure of 64 MiB, or of less where the guaranteed parts would take
    /// more than half of it all.
    pub fn divided(total: usize, connections: usize) -> Vec<Self> {
        let count = connections.max(1);
        let guaranteed = GUARANTEED.min(total / 2 / count);
        let ledger = Ledger { guaranteed, common: total - guaranteed * count, used: vec![0; count] };
        let ledger = Arc::new(Mutex::new(ledger));
        (0..connections).map(|connection| Self { ledger: Arc::clone(&ledger), connection }).collect()
    }

    /// A share that has nothing yet.
    pub fn share(&self) -> Share {
        Share { budget: Some(self.clone()), bytes: 0 }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Budget {
    /// The usual budget, of a connection that is alone.
    fn default() -> Self {
        let ledger = Ledger { guaranteed: GUARANTEED, common: TOTAL - GUARANTEED, used: vec![0] };
        Self { ledger: Arc::new(Mutex::new(ledger)), connection: 0 }
    }
}

impl Ledger {
    /// Takes more for a connection, if there is so much.
    fn take(&mut self, connection: usize, bytes: usize) -> bool {
        let used = self.used[connection];
        let common = self.beyond(used.saturating_add(bytes)) - self.beyond(used);
        if common > self.common {
            return false;
        }
        self.common -= common;
        self.used[connection] += bytes;
        true
    }

    fn give_back(&mut self, connection: usize, bytes: usize) {
        let used = self.used[connection];
        let left = used.saturating_sub(bytes);
        self.common += self.beyond(used) - self.beyond(left);
        self.used[connection] = left;
    }

    /// How much of what a connection uses is more than it is sure of.
    fn beyond(&self, used: usize) -> usize {
        used.saturating_sub(self.guaranteed)
    }
}

/// The part of a budget that one list takes, given back when it is dropped. The default one belongs to no budget and
/// cannot grow.
#[derive(Debug, Default)]
pub struct Share {
    budget: Option<Budget>,
    bytes: usize,
}

impl Share {
    /// Takes so many bytes more; `false` when they are not there, and then nothing has changed.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        let grown = self.budget.as_ref().is_some_and(|budget| budget.ledger().take(budget.connection, bytes));
        if grown {
            self.bytes += bytes;
        }
        grown
    }

    /// Gives all of it back.
    pub fn clear(&mut self) {
        if let Some(budget) = &self.budget {
            budget.ledger().give_back(budget.connection, self.bytes);
        }
        self.bytes = 0;
    }

    /// How many bytes it has taken.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn room_left(budget: &Budget) -> usize {
        let mut share = budget.share();
        while share.grow(1) {}
        share.bytes()
    }

    #[test]
    fn a_greedy_connection_leaves_the_others_what_they_are_sure_of() {
        let budgets = Budget::divided(1_000, 4);
        assert_eq!(room_left(&budgets[0]), 625, "its own eighth and the common half");
        let mut greedy = budgets[0].share();
        assert!(greedy.grow(625) && !greedy.grow(1));
        assert!(budgets[1..].iter().all(|other| room_left(other) == 125));
        drop(greedy);
        assert_eq!(room_left(&budgets[3]), 625, "it has been given back");
    }

    #[test]
    fn what_does_not_fit_is_not_taken_and_what_is_cleared_is_free_again() {
        let budget = Budget::divided(100, 1).remove(0);
        let (mut first, mut second) = (budget.share(), budget.share());
        assert!(first.grow(60) && !second.grow(60));
        assert_eq!(second.bytes(), 0);
        first.clear();
        assert!(second.grow(60));
        assert!(!Share::default().grow(1), "no budget, no memory");
    }

    proptest! {
        #[test]
        fn all_together_never_take_more_than_there_is(
            connections in 1..6_usize, steps in prop::collection::vec((0..6_usize, 0..400_usize, any::<bool>()), 0..60),
        ) {
            let budgets = Budget::divided(1_000, connections);
            let sure = budgets[0].ledger().guaranteed;
            let mut shares: Vec<Vec<Share>> = budgets.iter().map(|_| Vec::new()).collect();
            for (connection, bytes, ends) in steps {
                let connection = connection % connections;
                if ends {
                    shares[connection].pop();
                } else {
                    let mut share = budgets[connection].share();
                    let used: usize = shares[connection].iter().map(Share::bytes).sum();
                    prop_assert!(share.grow(bytes) || used + bytes > sure, "what was guaranteed is refused");
                    shares[connection].push(share);
                }
                let used: usize = shares.iter().flatten().map(Share::bytes).sum();
                prop_assert!(used <= 1_000);
            }
            drop(shares);
            let ledger = budgets[0].ledger();
            prop_assert_eq!(&ledger.used, &vec![0; connections]);
            prop_assert_eq!(ledger.common + sure * connections, 1_000);
        }
    }
}
