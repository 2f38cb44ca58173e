//! The published rules of search and filters, as they are told of one object: `docs/search.md` in code.
//!
//! Own changes are found by these; that the index finds everything else just so is what its tests compare.

use time::{Date, OffsetDateTime};

use super::spelling::is_close;
use super::subject::Subject;
use super::words::{Term, terms};
use crate::domain::facet::{CHANGED, Facet, Filter, PRODUCTION, STATE};

const SECONDS_A_DAY: i64 = 86_400;

/// How well an object matches a search: the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// Every term is the whole of something, or its words are words of the name.
    Exact,
    /// Every other term consists of beginnings of words.
    Beginning,
    /// Some word of a term is only close to a word of the name.
    Misspelt,
}

/// A search, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Search {
    /// At most eight; without any, everything matches.
    pub(super) terms: Vec<Term>,
}

impl Search {
    /// Takes a search apart: see [`terms`].
    pub(super) fn of(text: &str) -> Self {
        Self { terms: terms(text) }
    }

    /// How well an object matches: as well as its worst term. `None` when a term does not match.
    pub(super) fn class_of(&self, subject: &Subject) -> Option<Class> {
        let mut terms = self.terms.iter();
        terms.try_fold(Class::Exact, |worst, term| Some(worst.max(class_of_term(term, subject)?)))
    }
}

fn class_of_term(term: &Term, subject: &Subject) -> Option<Class> {
    let is_word = |word: &String| subject.name_words.contains(word);
    let begins = |word: &String| {
        let mut words = subject.name_words.iter().chain(&subject.url_words);
        words.any(|whole| whole.starts_with(word.as_str()))
    };
    let is_close = |word: &String| subject.name_words.iter().any(|meant| is_close(word, meant));
    if subject.wholes.contains(&term.whole) || term.words.iter().all(is_word) {
        Some(Class::Exact)
    } else if term.words.iter().all(begins) {
        Some(Class::Beginning)
    } else if term.words.iter().all(|word| begins(word) || is_close(word)) {
        Some(Class::Misspelt)
    } else {
        None
    }
}

/// Whether a filter lets an object through. `is_within` says whether the object is the organisation with an ID, below
/// it, or one of their clients.
pub(super) fn passes(
    filter: &Filter,
    subject: &Subject,
    is_within: impl Fn(&str) -> bool,
    now: OffsetDateTime,
) -> bool {
    // Which connection it is, only those know who ask several.
    if filter.facet == Facet::Connection {
        return true;
    }
    filter.values.iter().any(|value| has(filter.facet, value, subject, &is_within, now)) != filter.is_not
}

fn has(facet: Facet, value: &str, subject: &Subject, is_within: impl Fn(&str) -> bool, now: OffsetDateTime) -> bool {
    match facet {
        Facet::Connection => true,
        Facet::Product | Facet::Scope | Facet::ProviderGroup | Facet::Algorithm => {
            subject.values(facet).iter().any(|known| known == value)
        }
        Facet::Production => value == production_value(subject.is_production),
        Facet::State => value == state_value(subject.is_disabled),
        Facet::Within => is_within(value),
        Facet::Host => subject.hosts.contains(&value.to_lowercase()),
        Facet::Readiness => subject.verdict.values().any(|known| known == value),
        Facet::ReturnUrl => subject.return_urls.iter().any(|known| known == value),
        Facet::Changed => {
            let changed_at = subject.changed_at.map(i64::from);
            changed_at.zip(changed_since(value, now)).is_some_and(|(changed_at, since)| changed_at >= since)
        }
    }
}

/// The value of [`Facet::Production`].
pub(super) const fn production_value(is_production: bool) -> &'static str {
    PRODUCTION[if is_production { 0 } else { 1 }]
}

/// The value of [`Facet::State`].
pub(super) const fn state_value(is_disabled: bool) -> &'static str {
    STATE[if is_disabled { 1 } else { 0 }]
}

/// The moment that a value of [`Facet::Changed`] means, in seconds since 1970; `None` when it cannot be read.
pub(super) fn changed_since(value: &str, now: OffsetDateTime) -> Option<i64> {
    if let Some((_, days)) = CHANGED.into_iter().find(|(code, _)| *code == value) {
        return Some(now.unix_timestamp().saturating_sub(i64::from(days) * SECONDS_A_DAY));
    }
    // The parser would take a sign before the year too.
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = Date::parse(value, format).ok().filter(|_| is_plain)?;
    Some(date.midnight().assume_utc().unix_timestamp())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::field::FieldValue;
    use crate::domain::field_values::FieldValues;
    use crate::domain::oauth_client::OAuthClient;

    fn subject() -> Subject {
        let mut fields = FieldValues::default();
        fields.set("name", Some(FieldValue::Text("Société Northwind — Ærø".to_owned())));
        fields.set("required_scopes", Some(FieldValue::List(vec!["Profile:Read".to_owned()])));
        let urls = vec!["https://Login.Acme.example/cb".to_owned()];
        fields.set("return_urls", Some(FieldValue::List(urls)));
        let client = OAuthClient { id: "C-1".to_owned(), organisation_id: None, fields, unknown: Vec::new() };
        Subject::of_client(&client, Some(1_000_000))
    }

    #[test]
    fn each_kind_of_match_has_its_class() {
        let cases = [
            ("societe AERO", Some(Class::Exact)),
            ("c-1", Some(Class::Exact)),
            ("profile:read", Some(Class::Exact)),
            ("https://login.acme.example/CB", Some(Class::Exact)),
            ("login.acme.example", Some(Class::Exact)),
            ("& —", Some(Class::Exact)),
            ("north", Some(Class::Beginning)),
            ("acme.ex", Some(Class::Beginning)),
            ("https://login.ac", Some(Class::Beginning)),
            ("northwind log", Some(Class::Beginning)),
            ("norhtwinf", Some(Class::Misspelt)),
            ("societe sociteé", Some(Class::Misspelt)),
            ("profile", None),
            ("https", None),
            ("northwind nowhere", None),
        ];
        for (search, class) in cases {
            assert_eq!(Search::of(search).class_of(&subject()), class, "{search}");
        }
    }

    #[test]
    fn ages_and_dates_are_read_and_nothing_else() {
        let now = datetime!(2026-11-26 12:00 UTC);
        assert_eq!(changed_since("7d", now), Some(now.unix_timestamp() - 7 * 86_400));
        assert_eq!(changed_since("2026-11-01", now), Some(datetime!(2026-11-01 0:00 UTC).unix_timestamp()));
        for nonsense in ["", "2d", "2026-13-01", "2026-1-1", "+2026-11-01", "2026-11-01T00:00", "9999999-01-01"] {
            assert_eq!(changed_since(nonsense, now), None, "{nonsense}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_matches_nothing_and_to_exclude_it_excludes_nothing() {
        let now = datetime!(2026-11-26 12:00 UTC);
        for facet in [Facet::State, Facet::Production, Facet::Changed, Facet::Algorithm, Facet::Host, Facet::Within] {
            for is_not in [false, true] {
                let filter = Filter { facet, is_not, values: vec!["Nonsense".to_owned()] };
                assert_eq!(passes(&filter, &subject(), |_| false, now), is_not, "{facet:?}");
            }
        }
    }
}
