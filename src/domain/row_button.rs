//! The buttons that add and remove rows of return URLs where there is no JavaScript to do it.

use serde::{Deserialize, Serialize};

use super::gather::MOST_CONTROLS;

/// Which of them was pressed, if one was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowButton {
    /// Not empty: one more row is wanted.
    pub add_row: String,
    /// The number of the row to take away, counted from 1.
    pub remove_row: String,
}

impl RowButton {
    /// Whether one of them was pressed, rather than the button that sends the form.
    pub fn is_pressed(&self) -> bool {
        !self.add_row.is_empty() || !self.remove_row.is_empty()
    }

    /// The rows after the button has done its work. The last one is never taken away, only emptied, and there are
    /// never more than a page has room for.
    pub fn rearrange(&self, rows: &[String]) -> Vec<String> {
        let mut rows = rows.to_vec();
        let removed = self.remove_row.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(index) = removed.filter(|index| *index < rows.len()) {
            rows.remove(index);
        }
        if rows.is_empty() || (!self.add_row.is_empty() && rows.len() < MOST_CONTROLS) {
            rows.push(String::new());
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_at_the_end_and_taken_away_by_number() {
        let rows = ["a".to_owned(), "b".to_owned()];
        let press = |add: &str, remove: &str| {
            RowButton { add_row: add.to_owned(), remove_row: remove.to_owned() }.rearrange(&rows)
        };
        assert_eq!(press("1", ""), ["a", "b", ""]);
        assert_eq!(press("", "1"), ["b"]);
        for nonsense in ["0", "3", "-1", "x"] {
            assert_eq!(press("", nonsense), rows, "{nonsense}");
        }
    }

    #[test]
    fn no_row_is_added_where_a_page_has_no_room_for_it() {
        let rows = vec!["a".to_owned(); MOST_CONTROLS];
        let press = RowButton { add_row: "1".to_owned(), ..RowButton::default() };
        assert_eq!(press.rearrange(&rows), rows);
    }
}
