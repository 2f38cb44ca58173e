//! The memory budget of the lists of all connections together.
//!
//! Each connection has a guaranteed part that no other can use, so that one partner that sends too much never affects
//! the lists of the others. The rest is shared on a first come, first served basis.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The default budget of all lists together, in bytes.
const TOTAL: usize = 400 * 1024 * 1024;
/// The guaranteed part of each connection, in bytes, while there are few connections.
const GUARANTEED: usize = 64 * 1024 * 1024;

/// The budget of the lists of one connection. Clones share it.
#[derive(Clone, Debug)]
pub struct Budget {
    ledger: Arc<Mutex<Ledger>>,
    connection: usize,
}

#[derive(Debug)]
struct Ledger {
    /// What is left of the shared part, in bytes. Below zero where a connection that came later was promised what others have.
    common: isize,
    /// The part of each connection.
    parts: Vec<Part>,
}

/// What one connection may use, and does, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    guaranteed: usize,
    used: usize,
}

impl Budget {
    /// The default 400 MiB for `count` connections: one budget for each of them.
    pub fn for_connections(count: usize) -> Vec<Self> {
        Self::divided(TOTAL, count)
    }

    /// A budget of `total` bytes for a number of connections. Each is guaranteed 64 MiB, or less if the guaranteed parts
    /// would exceed half of the total.
    pub fn divided(total: usize, connections: usize) -> Vec<Self> {
        let count = connections.max(1);
        let guaranteed = GUARANTEED.min(total / 2 / count);
        let parts = vec![Part { guaranteed, used: 0 }; count];
        let ledger = Ledger { common: 0_isize.saturating_add_unsigned(total - guaranteed * count), parts };
        let ledger = Arc::new(Mutex::new(ledger));
        (0..connections).map(|connection| Self { ledger: Arc::clone(&ledger), connection }).collect()
    }

    /// The budget of one connection more, with as large a guaranteed part as this one has. While others use what that takes of
    /// the shared part, all together have more than the total, and the others get nothing more.
    #[must_use]
    pub fn another(&self) -> Self {
        let mut ledger = self.ledger();
        let guaranteed = ledger.parts[self.connection].guaranteed;
        ledger.common = ledger.common.saturating_sub_unsigned(guaranteed);
        ledger.parts.push(Part { guaranteed, used: 0 });
        Self { ledger: Arc::clone(&self.ledger), connection: ledger.parts.len() - 1 }
    }

    /// An empty share.
    pub fn share(&self) -> Share {
        Share { budget: Some(self.clone()), bytes: 0 }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Budget {
    /// The default budget for a single connection.
    fn default() -> Self {
        Self::divided(TOTAL, 1).swap_remove(0)
    }
}

impl Ledger {
    /// Takes more for a connection. Returns whether there was enough.
    fn take(&mut self, connection: usize, bytes: usize) -> bool {
        let part = self.parts[connection];
        let common = part.beyond(part.used.saturating_add(bytes)) - part.beyond(part.used);
        // What is within the guaranteed part is there in any case.
        if common > 0 && usize::try_from(self.common).unwrap_or_default() < common {
            return false;
        }
        self.common = self.common.saturating_sub_unsigned(common);
        self.parts[connection].used += bytes;
        true
    }

    fn give_back(&mut self, connection: usize, bytes: usize) {
        let part = self.parts[connection];
        let left = part.used.saturating_sub(bytes);
        self.common = self.common.saturating_add_unsigned(part.beyond(part.used) - part.beyond(left));
        self.parts[connection].used = left;
    }
}

impl Part {
    /// How much of so many bytes is beyond the guaranteed ones.
    fn beyond(self, used: usize) -> usize {
        used.saturating_sub(self.guaranteed)
    }
}

/// The part of a budget that one list uses. It is returned when this is dropped. The default share belongs to no budget
/// and cannot grow.
#[derive(Debug, Default)]
pub struct Share {
    budget: Option<Budget>,
    bytes: usize,
}

impl Share {
    /// Takes more bytes. Returns `false`, and changes nothing, when there are not enough.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        let grown = self.budget.as_ref().is_some_and(|budget| budget.ledger().take(budget.connection, bytes));
        if grown {
            self.bytes += bytes;
        }
        grown
    }

    /// Returns all bytes to the budget.
    pub fn clear(&mut self) {
        if let Some(budget) = &self.budget {
            budget.ledger().give_back(budget.connection, self.bytes);
        }
        self.bytes = 0;
    }

    /// The number of bytes in use.
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

    #[test]
    fn a_connection_that_comes_later_is_sure_of_its_part_too_and_then_the_others_get_no_more() {
        let first = Budget::divided(1_000, 2).remove(0);
        let mut greedy = first.share();
        assert!(greedy.grow(700));
        let third = first.another();
        assert_eq!(room_left(&third), 250, "as the first ones");
        assert!(!greedy.grow(1));
        drop(greedy);
        assert_eq!(room_left(&third), 500, "its part and what is shared");
    }

    proptest! {
        #[test]
        fn all_together_never_take_more_than_there_is(
            connections in 1..6_usize, steps in prop::collection::vec((0..6_usize, 0..400_usize, any::<bool>()), 0..60),
        ) {
            let budgets = Budget::divided(1_000, connections);
            let sure = budgets[0].ledger().parts[0].guaranteed;
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
            prop_assert!(ledger.parts.iter().all(|part| part.used == 0));
            prop_assert_eq!(ledger.common.saturating_add_unsigned(sure * connections), 1_000);
        }
    }
}
