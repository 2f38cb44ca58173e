//! What a page shows of a name, a value or a list that is too long for it. What is kept and sent stays whole.

use std::borrow::Cow;

/// The longest name that is shown whole, in characters.
pub const LONGEST_NAME: usize = 200;
/// The most entries of one list that are shown: as many as a form can send.
pub const MOST_SHOWN: usize = 500;
/// The most of one list that is shown, in bytes.
const MOST_BYTES: usize = 100_000;

/// A text as it is shown: its first `longest` characters with an ellipsis where it has more.
pub fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Whether the typed text is the name of an object, in full or as it is shown.
pub fn is_typed(typed: &str, name: &str) -> bool {
    cut(typed.trim(), LONGEST_NAME) == cut(name.trim(), LONGEST_NAME)
}

/// The part of a list that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The first entries, each cut.
    pub shown: Vec<String>,
    /// The entries beyond, as they are.
    pub rest: Vec<String>,
}

impl Excerpt {
    /// The first `most` entries, fewer where they are long, each with `longest` characters at most.
    pub fn of(entries: Vec<String>, most: usize, longest: usize) -> Self {
        let mut bytes = 0;
        let mut entries = entries.into_iter();
        let mut shown = Vec::new();
        while shown.len() < most && bytes < MOST_BYTES {
            let Some(entry) = entries.next() else { break };
            let entry = cut(&entry, longest).into_owned();
            bytes += entry.len();
            shown.push(entry);
        }
        Self { shown, rest: entries.collect() }
    }

    /// "and 3 more", where there are entries beyond those that are shown.
    pub fn more(&self) -> Option<String> {
        (!self.rest.is_empty()).then(|| format!("and {} more", self.rest.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_and_a_short_one_is_left() {
        assert_eq!(cut("Zoë", 3), "Zoë");
        assert_eq!(cut("Zoë’s", 3), "Zoë…");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn a_name_is_typed_whole_or_as_it_is_shown() {
        let long = "é".repeat(1_000);
        let shown = cut(&long, LONGEST_NAME);
        for (typed, name) in [(" Meridian ", "Meridian"), (&long, &long), (&shown, &long), (&long, &shown)] {
            assert!(is_typed(typed, name), "{typed:?}");
        }
        for (typed, name) in [("meridian", "Meridian"), ("", "Meridian"), (&long[..40], &long)] {
            assert!(!is_typed(typed, name), "{typed:?}");
        }
    }

    #[test]
    fn a_list_is_shown_up_to_a_number_of_entries_and_of_bytes() {
        let excerpt = Excerpt::of(["a", "bcd", "e"].map(str::to_owned).to_vec(), 2, 2);
        assert_eq!((excerpt.shown.join(" ").as_str(), excerpt.more().as_deref()), ("a bc…", Some("and 1 more")));
        assert_eq!(Excerpt::of(vec!["a".to_owned()], 1, 9).more(), None);
        let long = Excerpt::of(vec!["x".repeat(60_000); 9], MOST_SHOWN, 60_000);
        assert_eq!((long.shown.len(), long.rest.len()), (2, 7));
    }
}
