//! Whether an object is found: a scan by the words of its name and its whole values.

use std::collections::BTreeSet;

use super::candidate::Candidate;
use crate::domain::facet::{Facet, Filter};
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::tree::subtree;

/// The most terms of a search that count.
const MOST_TERMS: usize = 8;

/// How well an object matches; the better is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Every term is a whole value, or whole words of the name.
    Exact,
    /// Some terms are only the beginnings of words.
    Beginning,
}

/// A query, ready to be held against objects.
pub(super) struct Matcher<'a> {
    terms: Vec<Term>,
    filters: &'a [Filter],
    /// The organisations of each filter by subtree, and whether they are excluded.
    within: Vec<(BTreeSet<&'a str>, bool)>,
}

struct Term {
    whole: String,
    words: Vec<String>,
}

impl<'a> Matcher<'a> {
    /// For a query among these organisations.
    pub(super) fn new(query: &'a ObjectQuery, all: &'a [Organisation]) -> Self {
        let terms = query.search.split_whitespace().map(|term| Term { whole: term.to_lowercase(), words: words(term) });
        let within = query.filters.iter().filter(|filter| filter.facet == Facet::Within).map(|filter| {
            let organisations = filter.values.iter().flat_map(|id| subtree(all, id)).collect();
            (organisations, filter.is_not)
        });
        Self {
            terms: terms.filter(|term| !term.words.is_empty()).take(MOST_TERMS).collect(),
            within: within.collect(),
            filters: &query.filters,
        }
    }

    /// How well an object matches; `None` when it does not.
    pub(super) fn rank(&self, candidate: &impl Candidate) -> Option<Rank> {
        let is_let_through = self.filters.iter().all(|filter| holds(filter, candidate))
            && self.within.iter().all(|(organisations, is_not)| {
                candidate.place().is_some_and(|place| organisations.contains(place)) != *is_not
            });
        if !is_let_through {
            return None;
        }
        let name = words(candidate.name());
        let mut worst = Rank::Exact;
        for term in &self.terms {
            worst = worst.max(term.rank(candidate, &name)?);
        }
        Some(worst)
    }
}

fn holds(filter: &Filter, candidate: &impl Candidate) -> bool {
    match filter.facet {
        // Judged elsewhere: by the connection, and by the tree.
        Facet::Connection | Facet::Within => true,
        facet => {
            let values = candidate.values(facet);
            let is_same = |wanted: &String, value: &str| match facet {
                Facet::Host => wanted.to_lowercase() == value,
                _ => wanted == value,
            };
            filter.values.iter().any(|wanted| values.iter().any(|value| is_same(wanted, value))) != filter.is_not
        }
    }
}

impl Term {
    fn rank(&self, candidate: &impl Candidate, name: &[String]) -> Option<Rank> {
        let is_whole_value = || {
            let facets = [Facet::Scope, Facet::Product, Facet::ProviderGroup, Facet::ReturnUrl, Facet::Host];
            let mut values = facets.into_iter().flat_map(|facet| candidate.values(facet));
            values.any(|value| value.to_lowercase() == self.whole)
        };
        if self.words.iter().all(|word| name.contains(word))
            || candidate.id().to_lowercase() == self.whole
            || is_whole_value()
        {
            return Some(Rank::Exact);
        }
        let begins = |known: &[String], word: &String| known.iter().any(|known| known.starts_with(word.as_str()));
        let urls = || candidate.return_urls().iter().flat_map(|url| words(without_scheme(url))).collect::<Vec<_>>();
        let is_beginning = self.words.iter().all(|word| begins(name, word) || begins(&urls(), word));
        is_beginning.then_some(Rank::Beginning)
    }
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;
    use crate::domain::oauth_client::OAuthClient;

    fn client() -> OAuthClient {
        let list = |values: &[&str]| FieldValue::List(values.iter().map(|value| (*value).to_owned()).collect());
        let fields = [
            ("name".to_owned(), FieldValue::Text("Zoë’s Gift Cards".to_owned())),
            ("return_urls".to_owned(), list(&["https://login.acme.example/cb"])),
            ("required_scopes".to_owned(), list(&["openid", "birth_date"])),
        ];
        let fields = fields.into_iter().collect();
        OAuthClient { id: "c-17".to_owned(), organisation_id: Some("o-2".to_owned()), fields, unknown: Vec::new() }
    }

    fn rank(query: &str) -> Option<Rank> {
        let organisation = |id: &str, parent: Option<&str>| {
            let parent = parent.map(|parent| ("parent_id".to_owned(), FieldValue::Text(parent.to_owned())));
            Organisation { id: id.to_owned(), fields: parent.into_iter().collect(), unknown: Vec::new() }
        };
        let all = [organisation("o-1", None), organisation("o-2", Some("o-1")), organisation("o-3", None)];
        Matcher::new(&ObjectQuery::from(query.to_owned()), &all).rank(&client())
    }

    #[test]
    fn words_of_names_and_urls_are_found_by_their_beginning_and_whole_values_whole() {
        for query in ["q=gift+ZOË", "q=c-17", "q=birth_date", "q=login.acme.example", "q=", "q=%26"] {
            assert_eq!(rank(query), Some(Rank::Exact), "{query}");
        }
        for query in ["q=gif", "q=acme.ex", "q=card+log"] {
            assert_eq!(rank(query), Some(Rank::Beginning), "{query}");
        }
        for query in ["q=ift", "q=c-1", "q=birth", "q=https", "q=gift+vale"] {
            assert_eq!(rank(query), None, "{query}");
        }
    }

    #[test]
    fn filters_ask_for_whole_values_and_for_a_part_of_the_tree() {
        for query in [
            "host=LOGIN.acme.example",
            "return_url=https%3A%2F%2Flogin.acme.example%2Fcb",
            "scope=openid",
            "not_scope=email",
            "within=o-1",
            "not_within=o-3",
            "state=enabled",
        ] {
            assert!(rank(query).is_some(), "{query}");
        }
        for query in
            ["host=acme.example", "scope=open", "not_scope=openid", "within=o-3", "production=yes", "changed=1d"]
        {
            assert_eq!(rank(query), None, "{query}");
        }
    }
}
