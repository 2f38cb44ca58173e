//! When two words are so alike that one may be the other with a spelling mistake.

/// How many edits from a word another may be and still be meant: one from five letters, two from nine.
pub(super) fn edits_allowed(word: &str) -> u8 {
    match word.chars().count() {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    }
}

/// Whether a word is as close to another as its length allows. An edit inserts, deletes or replaces a letter, or swaps
/// two neighbours; what was swapped is not edited again (restricted Damerau-Levenshtein distance).
pub(super) fn is_close(typed: &str, meant: &str) -> bool {
    let allowed = usize::from(edits_allowed(typed));
    allowed > 0 && distance_within(typed, meant, allowed)
}

fn distance_within(left: &str, right: &str, allowed: usize) -> bool {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > allowed {
        return false;
    }
    // The rows of the table of distances between beginnings: the one before the last, the last, this one.
    let mut earlier = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut fewest = replaced.min(last[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && left[row - 1] == *other && right[column - 1] == *letter {
                fewest = fewest.min(earlier[column - 1] + 1);
            }
            this.push(fewest);
        }
        earlier = std::mem::replace(&mut last, this);
    }
    last.last().is_some_and(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_words_must_be_right_and_longer_ones_may_be_wrong_once_or_twice() {
        assert!(!is_close("acme", "acne"));
        assert!(is_close("acmee", "acme") && is_close("merdi", "merid") && !is_close("merdi", "merida"));
        assert!(is_close("meridiam", "meridian") && is_close("norhtwinf", "northwind"));
        assert!(!is_close("", "") && !is_close("ca", "abc"));
    }

    proptest! {
        #[test]
        fn words_are_close_where_the_automaton_accepts_them(
            typed in "[abcé字😀]{0,12}", meant in "[abcé字😀]{0,12}", seed in "[a-e]{4,12}", other in "[a-e]{0,2}",
        ) {
            let similar = format!("{other}{}", seed.get(1..).unwrap_or_default());
            for (typed, meant) in [(typed, meant), (seed, similar)] {
                let automaton = LevenshteinAutomatonBuilder::new(edits_allowed(&typed), true).build_dfa(&typed);
                let accepts = edits_allowed(&typed) > 0 && matches!(automaton.eval(&meant), Distance::Exact(_));
                prop_assert_eq!(accepts, is_close(&typed, &meant));
            }
        }
    }
}
