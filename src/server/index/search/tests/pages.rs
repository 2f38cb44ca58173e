//! Pages when what they show changes, and exports.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::data::{Data, NOW, data, question};
use super::judged;
use super::memory_source::MemorySource;
use super::naive::answer;
use crate::domain::listing::ROWS_PER_PAGE;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::sort::{Column, Sort};
use crate::server::index::readiness::Readiness;
use crate::server::index::search::cursor::Cursor;
use crate::server::index::search::place::{ColumnKey, Place};
use crate::server::index::search::{Counted, Hit, Hits, Patch, Question, Scope, SearchIndex};
use crate::server::index::source::Source;

/// Objects at one moment, and their index.
struct Moment {
    source: MemorySource,
    patch: Patch,
    index: SearchIndex,
    readiness: Readiness,
}

impl Moment {
    fn new(source: MemorySource, patch: Patch) -> Self {
        Self { index: SearchIndex::build(&source), readiness: judged(&source), source, patch }
    }

    /// As things are when everything has been read.
    fn before(data: &Data) -> Self {
        Self::new(data.source(), Patch::default())
    }

    fn page(&self, (kind, query, scope): &Asked, cursor: Option<String>, rows: usize) -> Hits {
        let query = query.clone().at_cursor(cursor);
        let question = Question { kind: *kind, query: &query, scope, now: NOW, readiness: &self.readiness };
        self.index.page(&self.source, &self.patch, &question, Counted::No, rows)
    }

    fn ids(&self, kind: ObjectKind, hits: &[Hit]) -> Vec<String> {
        ids(&self.source, &self.patch, kind, hits)
    }

    /// The IDs of all rows from a cursor on.
    fn rest(&self, asked: &Asked, mut cursor: Option<String>, rows: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..1_000 {
            let page = self.page(asked, cursor, rows);
            ids.extend(self.ids(asked.0, &page.rows));
            cursor = page.next;
            if cursor.is_none() {
                return ids;
            }
        }
        panic!("pages without end");
    }
}

/// The IDs of what was found.
pub(super) fn ids(source: &impl Source, patch: &Patch, kind: ObjectKind, hits: &[Hit]) -> Vec<String> {
    let id = |hit: &Hit| match hit {
        Hit::Document(document) => source.id(kind, *document).into_owned(),
        Hit::Patched(place) => patch.subjects(kind).get(*place).unwrap().id.clone(),
    };
    hits.iter().map(id).collect()
}

type Asked = (ObjectKind, ObjectQuery, Scope);

/// Questions whose answer about one object does not depend on others.
fn steady_question() -> impl Strategy<Value = Asked> {
    let columns = [Column::Name, Column::Product, Column::Production, Column::State, Column::Changed];
    (question(), select(columns.to_vec()), any::<bool>()).prop_map(
        |((kind, mut query, scope), column, is_descending)| {
            query.search = String::new();
            (kind, query.sorted(Some(Sort { column, is_descending })), scope)
        },
    )
}

prop_compose! {
    fn cursor()(
        is_backward: bool, class in 0..5_u8, before in prop_oneof![0..80_u64, Just(u64::MAX)], name_key in "[a-z]{0,3}",
        id in ".{0,3}",
        column in prop_oneof![
            Just(ColumnKey::Nothing), (0..3_u64).prop_map(ColumnKey::Number), Just(ColumnKey::Number(u64::MAX)),
            "[a-z]{0,2}".prop_map(ColumnKey::Text),
        ],
    ) -> String {
        Cursor { is_backward, place: Place { class, column, name_key, id }, before }.text()
    }
}

/// Whether the rows stand next to each other among all rows.
fn is_part(rows: &[Hit], all: &[Hit]) -> bool {
    rows.is_empty() || all.windows(rows.len()).any(|part| part == rows)
}

proptest! {
    #[test]
    fn what_does_not_change_is_on_one_page_whatever_else_changes_between_two(
        data in data(), asked in steady_question(), rows in 1..8_usize, turn in 0..4_usize,
    ) {
        let before = Moment::before(&data);
        let mut read = Vec::new();
        let mut cursor = None;
        for _ in 0..=turn {
            let page = before.page(&asked, cursor, rows);
            read.extend(before.ids(asked.0, &page.rows));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(());
            }
        }
        let changed: HashSet<String> = data.changed(asked.0).collect();
        let everything = before.rest(&asked, None, rows);
        let steady = |ids: &[String]| ids.iter().filter(|id| !changed.contains(*id)).cloned().collect::<Vec<_>>();
        // Changed in place, and read again, so that all documents have other numbers.
        let source = data.source();
        let patch = data.patch(&source);
        for after in [Moment::new(source, patch), Moment::new(data.later(), Patch::default())] {
            let rest = after.rest(&asked, cursor.clone(), rows);
            let all = [read.clone(), rest].concat();
            prop_assert_eq!(steady(&all), steady(&everything));
        }
    }

    #[test]
    fn a_forged_cursor_shows_a_part_of_the_list_and_leads_to_its_end(
        data in data(), asked in question(), cursor in prop_oneof![3 => cursor(), 1 => ".{0,12}"], rows in 1..8_usize,
    ) {
        let source = data.source();
        let patch = data.patch(&source);
        let moment = Moment::new(source, patch);
        let question = Question { kind: asked.0, query: &asked.1, scope: &asked.2, now: NOW, readiness: &moment.readiness };
        let all = answer(&moment.source, &moment.patch, &question, rows).rows;
        let page = moment.page(&asked, Some(cursor.clone()), rows);
        prop_assert!(is_part(&page.rows, &all));
        prop_assert!(page.before + page.rows.len() as u64 <= page.matching);
        prop_assert!(page.rows.len() == all.len().min(rows) || page.previous.is_some());
        prop_assert!(moment.rest(&asked, Some(cursor), rows).len() <= all.len());
    }

    #[test]
    fn a_cursor_of_another_order_shows_a_part_of_the_list(
        data in data(), asked in question(), other in question(), rows in 1..8_usize,
    ) {
        let moment = Moment::before(&data);
        let first = moment.page(&other, None, rows);
        let question = Question { kind: asked.0, query: &asked.1, scope: &asked.2, now: NOW, readiness: &moment.readiness };
        let all = answer(&moment.source, &moment.patch, &question, rows).rows;
        let page = moment.page(&asked, first.next, rows);
        prop_assert!(is_part(&page.rows, &all));
        let back = moment.page(&asked, page.previous, rows);
        prop_assert!(is_part(&back.rows, &all) && back.rows.len() == all.len().min(rows));
    }

    #[test]
    fn a_small_export_is_one_batch_of_all(
        data in data(), (kind, query, scope) in question(),
    ) {
        let source = data.source();
        let patch = data.patch(&source);
        let moment = Moment::new(source, patch);
        let question = Question { kind, query: &query, scope: &scope, now: NOW, readiness: &moment.readiness };
        let all = answer(&moment.source, &moment.patch, &question, ROWS_PER_PAGE).rows;
        let batch = moment.index.batch(&moment.source, &moment.patch, &question, None);
        prop_assert_eq!((batch.rows, batch.next), (all, None));
    }
}

#[test]
fn an_export_has_every_object_in_exactly_one_batch_though_some_change_meanwhile() {
    let data = Data::of_clients(2_345);
    let moment = Moment::before(&data);
    for column in [None, Some(Column::Name), Some(Column::Changed), Some(Column::Product)] {
        let query = ObjectQuery::default().sorted(column.map(|column| Sort { column, is_descending: true }));
        let question = Question {
            kind: ObjectKind::OAuthClient,
            query: &query,
            scope: &Scope::All,
            now: NOW,
            readiness: &moment.readiness,
        };
        let (mut seen, mut sizes, mut cursor) = (HashSet::new(), Vec::new(), None);
        let mut patch = Patch::default();
        loop {
            let batch = moment.index.batch(&moment.source, &patch, &question, cursor.as_deref());
            sizes.push(batch.rows.len());
            let after = Moment::new(data.source(), patch.clone());
            let ids = after.ids(ObjectKind::OAuthClient, &batch.rows);
            assert!(ids.iter().all(|id| !seen.contains(id) || patch.find(ObjectKind::OAuthClient, id).is_some()));
            // What was listed last changes, so that the cursor names what is not there any more.
            data.disable(&mut patch, &moment.source, ids.last().unwrap());
            seen.extend(ids);
            cursor = batch.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 2_345);
        assert!(sizes.len() == 3 && sizes[..2] == [1_000, 1_000], "{sizes:?}");
    }
}

#[test]
fn who_goes_back_to_what_is_gone_is_at_the_beginning() {
    let data = Data::of_clients(30);
    let before = Moment::before(&data);
    let asked = (ObjectKind::OAuthClient, ObjectQuery::default(), Scope::All);
    let second = before.page(&asked, before.page(&asked, None, 10).next, 10);
    let third = before.page(&asked, second.next, 10);
    assert_eq!((third.before, third.next), (20, None));
    let gone = before.ids(ObjectKind::OAuthClient, &before.page(&asked, None, 15).rows);
    let after = Moment::new(data.without_clients(&gone), Patch::default());
    let page = after.page(&asked, third.previous, 10);
    assert_eq!((page.rows.len(), page.before, page.previous), (10, 0, None));
    assert!(page.next.is_some());
}

#[test]
fn a_page_after_everything_leads_to_the_first() {
    let data = Data::of_clients(20);
    let before = Moment::before(&data);
    let asked = (ObjectKind::OAuthClient, ObjectQuery::default(), Scope::All);
    let first = before.page(&asked, None, 10);
    let kept = before.ids(ObjectKind::OAuthClient, &first.rows);
    let gone: Vec<String> = before.rest(&asked, None, 10).into_iter().filter(|id| !kept.contains(id)).collect();
    let after = Moment::new(data.without_clients(&gone), Patch::default());
    let page = after.page(&asked, first.next, 10);
    assert_eq!((page.rows.len(), page.before, page.next, page.previous), (0, 10, None, Some(String::new())));
}

#[test]
fn who_reaches_nothing_sees_nothing() {
    let moment = Moment::before(&Data::of_clients(20));
    for scope in [Scope::Below(Vec::new()), Scope::Below(vec!["nobody".to_owned()])] {
        for search in ["", "acme", "client"] {
            let query = ObjectQuery { search: search.to_owned(), ..ObjectQuery::default() };
            let question = Question {
                kind: ObjectKind::OAuthClient,
                query: &query,
                scope: &scope,
                now: NOW,
                readiness: &moment.readiness,
            };
            let hits = moment.index.query(&moment.source, &moment.patch, &question, Counted::Yes);
            assert_eq!((hits.rows.len(), hits.matching, hits.total, hits.misspelt), (0, 0, 0, 0));
            // The ages are always offered.
            let counted = hits.counts.iter().flat_map(|facet| &facet.values).filter(|(_, count)| *count > 0);
            assert_eq!((counted.count(), hits.counts.iter().map(|facet| facet.more).sum::<u64>()), (0, 0));
            assert!(moment.index.batch(&moment.source, &moment.patch, &question, None).rows.is_empty());
        }
    }
}
