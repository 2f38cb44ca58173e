//! Any question about any objects with any changes has the answer that a naive scan gives.

use proptest::prelude::*;

use super::data::{NOW, data, question};
use super::memory_source::MemorySource;
use super::naive::answer;
use super::pages::ids;
use super::{UNJUDGED, judged};
use crate::domain::object_query::ObjectQuery;
use crate::server::index::search::{Counted, Hit, Hits, Patch, Question, SearchIndex};
use crate::server::index::source::Source;

/// All pages, from one to the next. Panics when they do not end, or do not say where they are.
fn forward<S: Source>(
    index: &SearchIndex,
    source: &S,
    patch: &Patch,
    question: &Question<'_>,
    rows: usize,
) -> Vec<Hits> {
    let mut pages: Vec<Hits> = Vec::new();
    let mut query = question.query.clone();
    let mut before = 0;
    loop {
        let page = index.page(source, patch, &Question { query: &query, ..*question }, Counted::No, rows);
        assert_eq!(page.before, before);
        assert!(page.rows.len() <= rows);
        assert_eq!(page.previous.is_some(), before > 0);
        before += page.rows.len() as u64;
        query.cursor.clone_from(&page.next);
        pages.push(page);
        if query.cursor.is_none() {
            return pages;
        }
        assert!(pages.len() <= 1_000, "pages without end");
    }
}

/// The rows of all pages, from the last to the first.
fn backward<S: Source>(
    index: &SearchIndex,
    source: &S,
    patch: &Patch,
    question: &Question<'_>,
    last: &Hits,
    rows: usize,
) -> Vec<Hit> {
    let mut found = last.rows.clone();
    let mut page = last.clone();
    while let Some(cursor) = page.previous {
        let query = ObjectQuery { cursor: Some(cursor), ..question.query.clone() };
        page = index.page(source, patch, &Question { query: &query, ..*question }, Counted::No, rows);
        assert!(!page.rows.is_empty() && page.next.is_some());
        found.splice(0..0, page.rows.iter().copied());
    }
    assert_eq!(page.before, 0);
    found
}

/// Compares the answer, page by page in both directions, with that of the scan.
fn compare(source: &MemorySource, patch: &Patch, question: &Question<'_>, rows: usize) -> Result<(), TestCaseError> {
    let index = SearchIndex::build(source);
    let expected = answer(source, patch, question, rows);
    let first = index.page(source, patch, question, Counted::Yes, rows);
    prop_assert_eq!(first.total, expected.total);
    prop_assert_eq!(first.matching, expected.rows.len() as u64);
    prop_assert_eq!(first.misspelt, expected.misspelt);
    prop_assert_eq!(&first.counts, &expected.counts);
    let pages = forward(&index, source, patch, question, rows);
    let found: Vec<Hit> = pages.iter().flat_map(|page| page.rows.iter().copied()).collect();
    prop_assert_eq!(&found, &expected.rows);
    let found = backward(&index, source, patch, question, pages.last().unwrap(), rows);
    prop_assert_eq!(&found, &expected.rows);
    Ok(())
}

proptest! {
    #[test]
    fn a_question_has_the_answer_of_a_naive_scan(
        data in data(), (kind, query, scope) in question(), rows in 1..12_usize,
    ) {
        let source = data.source();
        let patch = data.patch(&source);
        let readiness = &judged(&source);
        compare(&source, &patch, &Question { kind, query: &query, scope: &scope, now: NOW, readiness }, rows)?;
    }

    #[test]
    fn a_packed_object_is_found_as_one_that_is_not(
        data in data(), (kind, query, scope) in question(), rows in 1..12_usize,
    ) {
        let (source, packed) = data.packed();
        let (patch, packed_patch) = (data.patch(&source), data.patch(&packed));
        let question = Question { kind, query: &query, scope: &scope, now: NOW, readiness: &UNJUDGED };
        let plain = SearchIndex::build(&source).page(&source, &patch, &question, Counted::Yes, rows);
        let found = SearchIndex::build(&packed).page(&packed, &packed_patch, &question, Counted::Yes, rows);
        prop_assert_eq!(ids(&packed, &packed_patch, kind, &found.rows), ids(&source, &patch, kind, &plain.rows));
        let all = |hits: Hits| Hits { rows: Vec::new(), ..hits };
        prop_assert_eq!(all(found), all(plain));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 16))]

    #[test]
    fn a_question_about_many_objects_has_the_answer_of_a_naive_scan(
        data in data(), times in 1..80_usize, (kind, query, scope) in question(), rows in 20..200_usize,
    ) {
        let source = data.repeated(times).source();
        let patch = data.patch(&source);
        let readiness = &judged(&source);
        compare(&source, &patch, &Question { kind, query: &query, scope: &scope, now: NOW, readiness }, rows)?;
    }
}
