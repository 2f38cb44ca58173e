//! Which branches of the tree a query has open.

use super::object_query::{MOST_OPEN, ObjectQuery};

/// From this number of organisations on, branches are closed unless a query opens them.
pub const CLOSED_FROM: u64 = 200;
/// What stands before the ID of a branch that is closed, in a tree whose branches are open by default.
const CLOSED: char = '-';

impl ObjectQuery {
    /// Whether the branch of an organisation is open. The query names what differs from the default: a branch that is
    /// open by its ID, one that is closed by its ID after `-`.
    pub fn is_open(&self, id: &str, is_open_by_default: bool) -> bool {
        self.open.iter().any(|known| names(known, id, is_open_by_default)) != is_open_by_default
    }

    /// The same with a branch closed that was open, or the other way round. Of too many, the first is forgotten.
    #[must_use]
    pub fn toggled(mut self, id: &str, is_open_by_default: bool) -> Self {
        let before = self.open.len();
        self.open.retain(|known| !names(known, id, is_open_by_default));
        if self.open.len() == before {
            if before >= MOST_OPEN {
                self.open.remove(0);
            }
            let mark = if is_open_by_default { CLOSED.to_string() } else { String::new() };
            self.open.push(mark + id);
        }
        self
    }

    /// The same in the branch of an organisation, from its first page.
    #[must_use]
    pub fn in_branch(mut self, id: Option<&str>) -> Self {
        self.cursor = None;
        self.at = id.map(str::to_owned);
        self
    }

    /// What it asks for without its place: neither page nor branches. This is what an export holds and a new search
    /// goes on from.
    #[must_use]
    pub fn without_place(mut self) -> Self {
        (self.cursor, self.at) = (None, None);
        self.open.clear();
        self
    }
}

/// Whether an entry of the query says that this branch differs from the default.
fn names(entry: &str, id: &str, is_open_by_default: bool) -> bool {
    if is_open_by_default { entry.strip_prefix(CLOSED) == Some(id) } else { entry == id }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_toggled_is_the_other_way_and_toggled_again_as_before(
            open in prop::collection::vec("-?[a-d]", 0..6), id in "-?[a-d]", is_open in any::<bool>(),
        ) {
            let query = ObjectQuery { open, ..ObjectQuery::default() };
            let once = query.clone().toggled(&id, is_open);
            prop_assert_ne!(once.is_open(&id, is_open), query.is_open(&id, is_open));
            let twice = once.toggled(&id, is_open);
            prop_assert_eq!(twice.is_open(&id, is_open), query.is_open(&id, is_open));
        }
    }

    #[test]
    fn a_branch_beyond_the_most_closes_the_one_that_was_opened_first() {
        let mut query = ObjectQuery::default();
        for number in 0..=MOST_OPEN {
            query = query.toggled(&number.to_string(), false);
        }
        assert_eq!(query.open.len(), MOST_OPEN);
        assert!(!query.is_open("0", false) && query.is_open(&MOST_OPEN.to_string(), false));
    }

    #[test]
    fn in_a_tree_that_is_open_the_closed_branches_are_named() {
        let query = ObjectQuery::default().toggled("a", true);
        assert_eq!(query.to_string(), "open=-a");
        assert!(!query.is_open("a", true) && query.is_open("b", true) && !query.is_open("b", false));
    }
}
