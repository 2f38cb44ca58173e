//! How text is compared in searches and in the order of names: without regard to case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many characters of a folded name the order of names looks at.
const KEY_LENGTH: usize = 200;

/// The text in compatibility decomposition, without combining marks, in lower case, and with plain letters for those
/// that do not decompose: `Łódź & Søn` becomes `lodz & son`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { letters(text).collect() }
}

/// What the order of names compares: the first 200 characters of the folded name.
pub fn name_key(name: &str) -> String {
    if name.is_ascii() {
        name.get(..KEY_LENGTH).unwrap_or(name).to_ascii_lowercase()
    } else {
        letters(name).take(KEY_LENGTH).collect()
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    let base = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    base.flat_map(char::to_lowercase).flat_map(|letter| {
        let (first, second) = plain(letter);
        std::iter::once(first).chain(second)
    })
}

/// The plain letters for one that Unicode does not decompose.
const fn plain(letter: char) -> (char, Option<char>) {
    match letter {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ı' => ('i', None),
        _ => (letter, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_ligatures_and_letters_with_strokes_are_folded() {
        for (text, folded) in [
            ("Meridian Bank", "meridian bank"),
            ("Łódź & Søn", "lodz & son"),
            ("STRAẞE Æther ŒUVRE", "strasse aether oeuvre"),
            ("İstanbul ısı", "istanbul isi"),
            ("ﬁrst ① Ｗｉｄｅ", "first 1 wide"),
            ("e\u{301}te\u{301}", "ete"),
            ("Þórður Đặng", "thordur dang"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn a_key_has_200_characters_at_most() {
        assert_eq!(name_key(&"A".repeat(300)), "a".repeat(200));
        assert_eq!(name_key(&"Æ".repeat(300)), "ae".repeat(100));
        assert_eq!(name_key("Ærø"), "aero");
    }

    proptest! {
        #[test]
        fn the_key_is_the_beginning_of_the_folded_name(name in "\\PC{0,300}") {
            let folded: String = fold(&name).chars().take(200).collect();
            prop_assert_eq!(name_key(&name), folded);
        }

        #[test]
        fn what_is_folded_stays_as_it_is(text in ".{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn the_fast_path_says_what_the_slow_one_says(text in "[ -~]{0,60}") {
            prop_assert_eq!(fold(&text), letters(&text).collect::<String>());
        }
    }
}
