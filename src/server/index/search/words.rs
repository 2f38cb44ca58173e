//! How texts fall into words, and the parts of a return URL that can be searched for.

use std::borrow::Cow;

use url::Url;

use crate::server::folding::fold;

/// A word is cut after so many characters.
const LONGEST_WORD: usize = 64;
/// A search is cut after so many characters, as in an address.
const LONGEST_SEARCH: usize = 200;
/// The most terms of a search that count.
const MOST_TERMS: usize = 8;
/// The most words of a term that count.
const MOST_WORDS: usize = 8;

/// A part of a search between white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The whole of it, folded.
    pub(super) whole: String,
    /// Its words, folded, without a scheme: at least one.
    pub(super) words: Vec<String>,
}

/// The terms of a search. A term without any word is left out.
pub(super) fn terms(search: &str) -> Vec<Term> {
    let cut: String = search.chars().take(LONGEST_SEARCH).collect();
    let terms = cut.split_whitespace().map(|term| Term {
        whole: fold(term),
        words: words(&fold(without_scheme(term))).take(MOST_WORDS).map(str::to_owned).collect(),
    });
    terms.filter(|term| !term.words.is_empty()).take(MOST_TERMS).collect()
}

/// The words of a folded text: what stands between characters that are neither letter nor digit.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(cut)
}

fn cut(word: &str) -> &str {
    if word.len() <= LONGEST_WORD {
        return word;
    }
    word.char_indices().nth(LONGEST_WORD).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// What stands behind the scheme of a URL. What is not one is left as it is.
pub(super) fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// The host of a return URL, in lower case, as `url::Url` gives it.
pub(super) fn host(url: &str) -> Option<Cow<'_, str>> {
    if let Some(host) = plain_host(url) {
        return Some(Cow::Borrowed(host));
    }
    let parsed = Url::parse(url).ok()?;
    let host = parsed.host_str().filter(|host| !host.is_empty())?;
    Some(Cow::Owned(host.to_lowercase()))
}

/// The host where it can be seen without parsing, which is some ten times faster and enough for nearly all URLs: it
/// stands there as it is, and is neither a number nor encoded.
fn plain_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let end = rest.find(|letter: char| !matches!(letter, 'a'..='z' | '0'..='9' | '.' | '-'))?;
    let host = rest.get(..end)?;
    let is_whole = rest.get(end..)?.starts_with('/') && url.bytes().all(|byte| byte.is_ascii_graphic());
    let mut labels = host.split('.');
    let is_plain = labels.all(|label| {
        label.starts_with(|letter: char| letter.is_ascii_lowercase()) && label.get(2..4).is_none_or(|mark| mark != "--")
    });
    (is_whole && is_plain && host.len() < 250).then_some(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_search_falls_into_terms_and_a_term_into_words() {
        let terms = terms("  Zoë & https://Login.Acme.example/cb ");
        let expected = [
            Term { whole: "zoe".to_owned(), words: vec!["zoe".to_owned()] },
            Term {
                whole: "https://login.acme.example/cb".to_owned(),
                words: ["login", "acme", "example", "cb"].map(str::to_owned).to_vec(),
            },
        ];
        assert_eq!(terms, expected);
    }

    #[test]
    fn a_hostile_search_has_few_words_and_short_ones() {
        let many = terms(&"a-b-c-d-e-f-g-h-i-j ".repeat(10_000));
        assert!(many.len() <= MOST_TERMS && many.iter().all(|term| term.words.len() <= MOST_WORDS));
        assert_eq!(words(&"é".repeat(1_000)).map(|word| word.chars().count()).collect::<Vec<_>>(), [LONGEST_WORD]);
    }

    #[test]
    fn the_host_of_a_url_is_that_of_its_parser() {
        assert_eq!(host("HTTPS://ÄB.example:8443/x").as_deref(), Some("xn--b-zfa.example"));
        assert_eq!(host("myapp://Open/x").as_deref(), Some("open"));
        assert_eq!(host("http://[::1]/x").as_deref(), Some("[::1]"));
        assert_eq!(host("https://1/"), Some(Cow::Borrowed("0.0.0.1")));
        assert_eq!((host("nothing"), host(""), host("file:///x"), host("mailto:x")), (None, None, None, None));
    }

    proptest! {
        #[test]
        fn a_plain_host_is_the_host_that_the_parser_gives(
            url in prop_oneof!["https://([a-z0-9.-]|xn--|[A-Zä@:]){0,12}[/?#]?[ -~é]{0,5}", "[a-z]{1,3}://.*", ".*"],
        ) {
            if let Some(host) = plain_host(&url) {
                let parsed = Url::parse(&url);
                let parsed = parsed.ok().and_then(|url| url.host_str().map(str::to_owned));
                prop_assert_eq!(parsed.as_deref(), Some(host));
            }
        }
    }
}
