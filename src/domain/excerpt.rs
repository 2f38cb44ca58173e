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

/// Whether the typed text is the name of an object, in full or as it is shown. Both are in one normal form of Unicode.
pub fn is_typed(typed: &str, name: &str) -> bool {
    let is_long = name.chars().nth(LONGEST_NAME).is_some();
    let (seen, shown) = (as_seen(typed), as_seen(&cut(name, LONGEST_NAME)));
    let start = shown.strip_suffix('…').filter(|start| is_long && !start.is_empty());
    // A name of which nothing is seen is not confirmed by typing nothing.
    let is_same = if shown.is_empty() { typed.trim() == name.trim() } else { seen == shown };
    is_same || start.is_some_and(|start| seen.starts_with(start))
}

/// Whether nothing is seen of a text.
pub fn is_unseen(text: &str) -> bool {
    as_seen(text).is_empty()
}

/// A text as a page lets it be seen: any white space is one space, and what is invisible is not there.
fn as_seen(text: &str) -> String {
    let is_seen = |letter: &char| letter.is_whitespace() || !(letter.is_control() || is_invisible(*letter));
    text.chars().filter(is_seen).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nothing is seen of a character, although it is there (Unicode, `Default_Ignorable_Code_Point`).
pub const fn is_invisible(letter: char) -> bool {
    // Most letters are of ASCII, which has none.
    !letter.is_ascii()
        && matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a character has no place even in a name: it turns the direction of the text around it, or marks the start of
/// a file. Other invisible characters join letters or parts of an emoji.
pub const fn is_out_of_place(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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
    fn a_name_is_typed_as_it_is_seen_whatever_white_space_and_invisible_characters_it_has() {
        let long = "ab  ".repeat(100);
        let shown = format!("{}…", "ab ".repeat(50));
        for (typed, name) in [
            ("Acme Ltd", "Acme  Ltd"),
            ("Acme  Ltd", "Acme Ltd"),
            ("Acme Ltd", "\tAcme\u{a0}\r\nLtd "),
            ("Acme Ltd", "Ac\u{ad}me\u{200b} Ltd\u{feff}"),
            ("Acme Ltd", "Acme\u{7} Ltd"),
            (&shown, &long),
            (&long, &cut(&long, LONGEST_NAME)),
        ] {
            assert!(is_typed(typed, name), "{typed:?} {name:?}");
        }
        for (typed, name) in [
            ("", "\u{200b}"),
            (" ", "\u{3164}\u{200b}"),
            ("AcmeLtd", "Acme Ltd"),
            ("Acme", "Acme…"),
            ("Acme Limited", "Acme…"),
        ] {
            assert!(!is_typed(typed, name), "{typed:?} {name:?}");
        }
    }

    #[test]
    fn what_joins_letters_is_invisible_but_not_out_of_place() {
        for letter in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{2060}', '\u{fe0f}'] {
            assert!(is_invisible(letter) && !is_out_of_place(letter), "{letter:?}");
        }
        for letter in ['\u{202e}', '\u{2066}', '\u{feff}'] {
            assert!(is_invisible(letter) && is_out_of_place(letter), "{letter:?}");
        }
        assert!(!" aë\u{301}—字🙂".chars().any(is_invisible));
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
