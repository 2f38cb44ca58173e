//! Hostile strings, in objects and in questions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::data::NOW;
use super::judged;
use super::memory_source::MemorySource;
use super::naive::answer;
use crate::domain::facet::{Facet, Filter};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::sort::{Column, Sort};
use crate::server::index::search::{Counted, Hit, Patch, Question, Scope, SearchIndex};
use crate::server::index::source::Source;

const ROWS: usize = 5;

/// Whether there is what was found.
pub(super) fn exists(source: &MemorySource, patch: &Patch, kind: ObjectKind, hit: Hit) -> bool {
    match hit {
        Hit::Document(document) => document < source.count(kind),
        Hit::Patched(place) => patch.subjects(kind).get(place).is_some(),
    }
}

fn strings() -> Vec<String> {
    let short = [
        "",
        " ",
        "\0",
        "\u{7f}\u{1b}[31m",
        "\u{202e}drow",
        "\u{301}\u{301}\u{301}",
        "e\u{301}\u{200d}\u{fe0f}",
        "\u{feff}bom",
        "\u{10ffff}\u{e000}",
        "👩‍👩‍👧‍👦",
        "ﬃ ﷺ ㍿ ẞ İ ı ß",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "../../etc/passwd",
        "%00%ff&q=1#",
        "http://",
        "https://[::1]:99999/",
        "https://user:pass@host.example/\\..",
        "javascript:alert(1)",
        "xn--a-0000000000",
        "٣٤٥ Ⅷ ②",
        "NULL",
        "-changed",
        "18446744073709551616",
    ];
    let mut strings: Vec<String> = short.map(str::to_owned).to_vec();
    strings.extend([
        "a".repeat(10_000),
        "é".repeat(65),
        "ﷺ".repeat(500),
        "a b ".repeat(1_000),
        "\u{301}".repeat(2_000),
        format!("https://{}.example/", "x".repeat(1_000)),
        ["-"; 500].join("word"),
    ]);
    strings
}

/// A name, ID, URL and value of each string, and a circle of organisations.
fn source() -> MemorySource {
    let strings = strings();
    let text = |text: &String| Some(FieldValue::Text(text.clone()));
    let list = |text: &String| Some(FieldValue::List(vec![text.clone()]));
    let above = strings.iter().cycle().skip(1);
    let organisations = strings.iter().zip(above.clone()).map(|(string, parent)| {
        let mut fields = FieldValues::default();
        fields.set("name", text(string));
        fields.set("parent_id", text(parent));
        fields.set("allowed_products", list(string));
        fields.set("allowed_scopes", list(string));
        (Organisation { id: string.clone(), fields, unknown: Vec::new() }, Some(u32::MAX))
    });
    let clients = strings.iter().zip(above).map(|(string, owner)| {
        let mut fields = FieldValues::default();
        fields.set("name", text(string));
        fields.set("selected_product", text(string));
        fields.set("required_scopes", list(string));
        fields.set("allowed_provider_groups", list(string));
        fields.set("token_signing_algorithm", text(string));
        fields.set("return_urls", list(string));
        let organisation_id = Some(owner.clone());
        (OAuthClient { id: string.clone(), organisation_id, fields, unknown: Vec::new() }, Some(0))
    });
    MemorySource::new(&organisations.collect::<Vec<_>>(), &clients.collect::<Vec<_>>())
}

fn question() -> impl Strategy<Value = (ObjectKind, ObjectQuery, Scope)> {
    let string = || select(strings());
    let filter = (select(Facet::ALL.to_vec()), any::<bool>(), vec(string(), 0..3));
    let filter = filter.prop_map(|(facet, is_not, values)| Filter { facet, is_not, values });
    let sort = (select(Column::ALL.to_vec()), any::<bool>());
    let sort = prop::option::of(sort.prop_map(|(column, is_descending)| Sort { column, is_descending }));
    let scope = prop_oneof![Just(Scope::All), vec(string(), 0..3).prop_map(Scope::Below)];
    let kind = select(ObjectKind::ALL.to_vec());
    let query = (string(), vec(filter, 0..2), sort, prop::option::of(string()));
    (kind, query, scope).prop_map(|(kind, (search, filters, sort, cursor), scope)| {
        (kind, ObjectQuery { search, filters, sort, cursor, ..ObjectQuery::default() }, scope)
    })
}

#[test]
fn hostile_strings_are_searched_for_as_any_others() {
    let source = source();
    let index = SearchIndex::build(&source);
    let patch = Patch::default();
    let config = ProptestConfig { cases: 200, ..ProptestConfig::default() };
    proptest!(config, |((kind, query, scope) in question())| {
        let question = Question { kind, query: &query, scope: &scope, now: NOW, readiness: &judged(&source) };
        let expected = answer(&source, &patch, &question, ROWS);
        let page = index.page(&source, &patch, &question, Counted::Yes, ROWS);
        prop_assert_eq!(page.rows, &expected.rows[..expected.rows.len().min(ROWS)]);
        prop_assert_eq!(page.matching, expected.rows.len() as u64);
        prop_assert_eq!(page.counts, expected.counts);
        let read = index.batch(&source, &patch, &question, query.cursor.as_deref());
        prop_assert!(read.rows.iter().all(|hit| exists(&source, &patch, kind, *hit)));
    });
}

#[test]
fn hostile_strings_may_be_changed_too() {
    let (source, mut patch) = (source(), Patch::default());
    let index = SearchIndex::build(&source);
    for string in strings() {
        let mut fields = FieldValues::default();
        fields.set("name", Some(FieldValue::Text(string.repeat(2))));
        fields.set("return_urls", Some(FieldValue::List(vec![string.clone(); 3])));
        let organisation_id = Some(string.clone());
        patch.put_client(&source, OAuthClient { id: string, organisation_id, fields, unknown: Vec::new() }, None);
    }
    for search in strings() {
        let query = ObjectQuery { search, ..ObjectQuery::default() };
        let question = Question {
            kind: ObjectKind::OAuthClient,
            query: &query,
            scope: &Scope::All,
            now: NOW,
            readiness: &judged(&source),
        };
        let expected = answer(&source, &patch, &question, ROWS);
        let page = index.page(&source, &patch, &question, Counted::Yes, ROWS);
        assert_eq!(page.rows, expected.rows[..expected.rows.len().min(ROWS)]);
        assert_eq!(page.counts, expected.counts);
    }
}
