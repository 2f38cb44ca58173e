//! The documents that a search matches, by the published rules.

use std::borrow::Cow;
use std::ops::BitOrAssign;
use std::sync::LazyLock;

use levenshtein_automata::{DFA, LevenshteinAutomatonBuilder};
use roaring::RoaringBitmap;

use super::kind::KindIndex;
use super::rules::Search;
use super::spelling::edits_allowed;
use super::terms::Union;
use super::words::Term;
use crate::server::folding::fold;
use crate::server::index::source::Source;

/// The documents that a search matches.
#[derive(Debug)]
pub(super) struct Matching<'a> {
    /// Those that match exactly.
    pub(super) exact: Cow<'a, RoaringBitmap>,
    /// Those that match exactly or by their beginnings.
    pub(super) beginning: Cow<'a, RoaringBitmap>,
}

/// Making these takes some milliseconds.
static ONE_EDIT: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO_EDITS: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

/// The words that are close to one; `None` where none are.
fn close_to(word: &str) -> Option<DFA> {
    match edits_allowed(word) {
        0 => None,
        1 => Some(ONE_EDIT.build_dfa(word)),
        _ => Some(TWO_EDITS.build_dfa(word)),
    }
}

/// The documents that match exactly or by their beginnings.
pub(super) fn matching<'a>(index: &'a KindIndex, source: &impl Source, search: &Search) -> Matching<'a> {
    let exact: Vec<_> = search.terms.iter().map(|term| exact(index, source, term)).collect();
    let mut begun: Vec<_> =
        search.terms.iter().map(|term| all_of(index, unions(term, |word| begun(index, word)))).collect();
    for (begun, exact) in begun.iter_mut().zip(&exact) {
        join(begun, exact.clone());
    }
    Matching { exact: all(index, exact), beginning: all(index, begun) }
}

/// The documents that match in any way, with spelling mistakes too.
pub(super) fn misspelt<'a>(index: &'a KindIndex, source: &impl Source, search: &Search) -> Cow<'a, RoaringBitmap> {
    let terms = search.terms.iter().map(|term| {
        let mut documents = all_of(
            index,
            unions(term, |word| {
                let mut union = begun(index, word);
                for number in close_to(word).map(|automaton| index.names.accepted(automaton)).unwrap_or_default() {
                    union.add(&index.names, &(number..number.saturating_add(1)));
                }
                union
            }),
        );
        join(&mut documents, exact(index, source, term));
        documents
    });
    all(index, terms.collect())
}

/// The documents that a term matches exactly.
fn exact<'a>(index: &'a KindIndex, source: &impl Source, term: &Term) -> Cow<'a, RoaringBitmap> {
    let mut documents = all_of(
        index,
        unions(term, |word| {
            let mut union = Union::default();
            union.add(&index.names, &index.names.whole(word));
            union
        }),
    );
    join(&mut documents, Cow::Owned(whole(index, source, &term.whole)));
    documents
}

/// The documents that have a folded text as a whole: ID, scope, product, provider group, return URL or host.
fn whole(index: &KindIndex, source: &impl Source, text: &str) -> RoaringBitmap {
    let mut union = Union::default();
    union.add(&index.hosts, &index.hosts.whole(text));
    let algorithms = index.values.len() - 1;
    // What is the same when it is folded is found as it is; everything else stands in a list of its own.
    let is_folded = fold(text) == text;
    for values in index.values.iter().take(algorithms).filter(|_| is_folded) {
        union.add(values, &values.whole(text));
    }
    for (facet, number) in index.folded.values(text) {
        if let Some(values) = index.values.get(facet).filter(|_| facet < algorithms) {
            union.add(values, &(number..number.saturating_add(1)));
        }
    }
    let mut documents = union.documents(index.count).into_owned();
    documents.extend(source.find(index.kind, text).filter(|_| is_folded));
    documents.extend(index.folded.documents(source, index.kind, text));
    documents |= index.whole_urls.folded(source, text);
    documents
}

/// The documents with a word of the name or of a return URL that begins with one.
fn begun<'a>(index: &'a KindIndex, word: &str) -> Union<'a> {
    let mut union = Union::default();
    union.add(&index.names, &index.names.beginning(word));
    union.add(&index.urls, &index.urls.beginning(word));
    union
}

fn unions<'a>(term: &Term, union: impl Fn(&str) -> Union<'a>) -> Vec<Union<'a>> {
    term.words.iter().map(|word| union(word)).collect()
}

/// The documents that are in all of some unions: the smallest first, because most often nothing is left after it.
fn all_of<'a>(index: &'a KindIndex, mut unions: Vec<Union<'a>>) -> Cow<'a, RoaringBitmap> {
    unions.sort_by_key(|union| union.size);
    let mut left: Option<Cow<'a, RoaringBitmap>> = None;
    for union in unions {
        if left.as_ref().is_some_and(|left| left.is_empty()) || union.size == 0 {
            return Cow::Owned(RoaringBitmap::new());
        }
        left = Some(both(left, union.documents(index.count)));
    }
    left.unwrap_or(Cow::Borrowed(&index.all))
}

/// The documents that are in all of some sets.
fn all<'a>(index: &'a KindIndex, sets: Vec<Cow<'a, RoaringBitmap>>) -> Cow<'a, RoaringBitmap> {
    let all = sets.into_iter().fold(None, |left, set| Some(both(left, set)));
    all.unwrap_or(Cow::Borrowed(&index.all))
}

fn both<'a>(left: Option<Cow<'a, RoaringBitmap>>, right: Cow<'a, RoaringBitmap>) -> Cow<'a, RoaringBitmap> {
    match left {
        None => right,
        Some(left) => Cow::Owned(&*left & &*right),
    }
}

fn join<'a>(set: &mut Cow<'a, RoaringBitmap>, other: Cow<'a, RoaringBitmap>) {
    if set.is_empty() {
        *set = other;
    } else if !other.is_empty() {
        set.to_mut().bitor_assign(other.as_ref());
    }
}
