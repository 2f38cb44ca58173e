//! What a key does in the tree grid.

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// On a row.
    Row {
        /// Whether its branch is open; `None` for a row that has nothing below it.
        is_open: Option<bool>,
    },
    /// On a link in a row.
    Link,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Go to the row before or after; a link goes to the same one there.
    Previous,
    Next,
    /// Go to the first or the last row.
    First,
    Last,
    /// Go to the row that this one is below.
    Parent,
    /// Open or close the branch of the row.
    Toggle,
    /// Go to the link before, or to the row when it is the first; go to the link after.
    LinkBefore,
    LinkAfter,
    /// Go to the first or the last link of the row.
    FirstLink,
    LastLink,
    /// Follow the main link of the row.
    Follow,
}

/// What a key does, if it does anything. `has_control` is the state of the control key, or of the command key.
pub(super) fn act(key: &str, has_control: bool, focus: Focus) -> Option<Act> {
    let act = match (key, has_control, focus) {
        ("ArrowUp", false, _) => Act::Previous,
        ("ArrowDown", false, _) => Act::Next,
        ("Home", true, _) | ("Home", false, Focus::Row { .. }) => Act::First,
        ("End", true, _) | ("End", false, Focus::Row { .. }) => Act::Last,
        ("End", false, Focus::Link) => Act::LastLink,
        ("ArrowRight", false, Focus::Row { is_open: Some(false) })
        | ("ArrowLeft", false, Focus::Row { is_open: Some(true) }) => Act::Toggle,
        ("Home", false, Focus::Link) | ("ArrowRight", false, Focus::Row { .. }) => Act::FirstLink,
        ("ArrowLeft", false, Focus::Row { .. }) => Act::Parent,
        ("ArrowRight", false, Focus::Link) => Act::LinkAfter,
        ("ArrowLeft", false, Focus::Link) => Act::LinkBefore,
        ("Enter", false, Focus::Row { .. }) => Act::Follow,
        _ => return None,
    };
    Some(act)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: Focus = Focus::Row { is_open: None };
    const OPEN: Focus = Focus::Row { is_open: Some(true) };
    const CLOSED: Focus = Focus::Row { is_open: Some(false) };

    #[test]
    fn right_opens_then_goes_in_and_left_closes_then_goes_up() {
        assert_eq!(act("ArrowRight", false, CLOSED), Some(Act::Toggle));
        assert_eq!(act("ArrowRight", false, OPEN), Some(Act::FirstLink));
        assert_eq!(act("ArrowRight", false, LEAF), Some(Act::FirstLink));
        assert_eq!(act("ArrowLeft", false, OPEN), Some(Act::Toggle));
        for closed in [LEAF, CLOSED] {
            assert_eq!(act("ArrowLeft", false, closed), Some(Act::Parent));
        }
    }

    #[test]
    fn home_and_end_are_of_the_row_within_it_and_of_the_table_with_control() {
        for (key, of_table, of_row) in [("Home", Act::First, Act::FirstLink), ("End", Act::Last, Act::LastLink)] {
            assert_eq!(act(key, false, LEAF), Some(of_table));
            assert_eq!(act(key, true, Focus::Link), Some(of_table));
            assert_eq!(act(key, false, Focus::Link), Some(of_row));
        }
    }

    #[test]
    fn keys_of_the_browser_stay_its_own() {
        for key in ["Tab", "Escape", "a", " ", "PageDown"] {
            assert_eq!(act(key, false, OPEN), None, "{key}");
        }
        assert_eq!(act("ArrowRight", true, CLOSED), None, "a word further, or the next tab");
        assert_eq!(act("Enter", false, Focus::Link), None, "the link is followed");
        assert_eq!(act("Enter", true, OPEN), None);
    }
}
