//! How long the index takes, and how much memory: to be read by people, in a release build.

use std::time::{Duration, Instant};

use super::UNJUDGED;
use super::data::NOW;
use super::many::{objects, word};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::sort::{Column, Sort};
use crate::server::index::judging::Judging;
use crate::server::index::objects::Objects;
use crate::server::index::search::{Counted, Hit, Hits, Patch, Question, Scope, SearchIndex};
use crate::server::index::source::Source;

const REPEATS: usize = 21;

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

struct Measured<'a> {
    index: &'a SearchIndex,
    source: &'a Objects,
}

impl Measured<'_> {
    fn ask(&self, query: &ObjectQuery, scope: &Scope, counted: Counted) -> Hits {
        let question = Question { kind: ObjectKind::OAuthClient, query, scope, now: NOW, readiness: &UNJUDGED };
        self.index.query(self.source, &Patch::default(), &question, counted)
    }

    fn say(&self, what: &str, query: &ObjectQuery, scope: &Scope, counted: Counted) {
        // The first one makes what is made once: an order, an automaton.
        let (_, first) = timed(|| self.ask(query, scope, counted));
        let mut times: Vec<Duration> = (0..REPEATS).map(|_| timed(|| self.ask(query, scope, counted)).1).collect();
        times.sort_unstable();
        let hits = self.ask(query, scope, counted);
        eprintln!(
            "{what:<36} {:>9.3} ms (first {:>8.3}), {} of {}",
            times[REPEATS / 2].as_secs_f64() * 1e3,
            first.as_secs_f64() * 1e3,
            hits.matching,
            hits.total
        );
    }

    fn say_searches(&self) {
        let document = self.source.count(ObjectKind::OAuthClient) / 2;
        let url = self.source.return_urls(document).next().unwrap_or_default().to_owned();
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        let rare = word(17_321);
        let mistaken = format!("{}x{}", &rare[..3], &rare[3..]);
        let searches = [
            ("name, 1 letter", "s".to_owned()),
            ("name, 3 letters", "sab".to_owned()),
            ("common word", word(0)),
            ("two words", format!("{} {}", word(3), word(40))),
            ("eight beginnings", "b k m n r s t v".to_owned()),
            ("misspelt word", mistaken.clone()),
            ("two mistakes", format!("x{rare}x")),
            ("two misspelt words", format!("{mistaken} x{rare}")),
            ("id", self.source.id(ObjectKind::OAuthClient, document).into_owned()),
            ("host", host),
            ("whole URL", url),
            ("nothing like it", "qqqqqqqqqqqq".to_owned()),
        ];
        for (what, search) in searches {
            let query = ObjectQuery { search, ..ObjectQuery::default() };
            self.say(what, &query, &Scope::All, Counted::Yes);
            self.say(&format!("{what}, no counts"), &query, &Scope::All, Counted::No);
        }
    }

    fn say_lists(&self) {
        let all = ObjectQuery::default();
        self.say("everything, counts", &all, &Scope::All, Counted::Yes);
        self.say("everything, no counts", &all, &Scope::All, Counted::No);
        for scope in ["scope:0", "scope:3", "scope:39"] {
            self.say(
                &format!("filter {scope}"),
                &all.clone().with(Facet::Scope, false, scope),
                &Scope::All,
                Counted::Yes,
            );
        }
        let several = all.clone().with(Facet::Scope, false, "scope:0").with(Facet::Product, true, "product-1");
        let several = several.with(Facet::State, false, "enabled").with(Facet::Production, false, "no");
        self.say("four filters", &several, &Scope::All, Counted::Yes);
        let top = Scope::Below(vec![self.source.id(ObjectKind::Organisation, 0).into_owned()]);
        self.say("reach of one tree", &all, &top, Counted::Yes);
        for column in Column::ALL {
            let sorted = all.clone().sorted(Some(Sort { column, is_descending: true }));
            self.say(&format!("by {}", column.code()), &sorted, &Scope::All, Counted::No);
        }
        let sorted = all.clone().with(Facet::Scope, false, "scope:39");
        let sorted = sorted.sorted(Some(Sort { column: Column::Changed, is_descending: false }));
        self.say("filter, by changed", &sorted, &Scope::All, Counted::Yes);
        for (what, query) in [("everything", all.clone()), ("half", all.with(Facet::Scope, false, "scope:0"))] {
            let question = Question {
                kind: ObjectKind::OAuthClient,
                query: &query,
                scope: &Scope::All,
                now: NOW,
                readiness: &UNJUDGED,
            };
            let mut cursor: Option<String> = None;
            for _ in 0..300 {
                cursor = self.index.batch(self.source, &Patch::default(), &question, cursor.as_deref()).next.or(cursor);
            }
            let deep = query.clone().at_cursor(cursor);
            self.say(&format!("deep cursor, {what}"), &deep, &Scope::All, Counted::No);
        }
    }
}

#[test]
#[ignore = "it takes a minute in a release build, and asserts nothing of time"]
fn a_hundred_thousand_organisations_and_a_million_clients_are_measured() {
    let (source, time) = timed(|| objects(100_000, 1_000_000));
    eprintln!("made up in {time:.2?}; the objects take {} MB", source.heap_size() / 1_000_000);
    let (built, time) = timed(|| SearchIndex::build(&source));
    eprintln!("build {time:.2?}, {} kB", size_of_index(&built));
    let (judged, time) = timed(|| Judging::default().judge(&source, &Patch::default()));
    eprintln!("judged by the readiness rules {time:.2?}, {} kB", judged.heap_size() / 1_000);
    let mut bytes = Vec::new();
    let (written, time) = timed(|| built.write(&mut bytes));
    written.unwrap();
    eprintln!("write {time:.2?}, {} kB", bytes.len() / 1_000);
    let mut read = built;
    for _ in 0..3 {
        let (again, time) = timed(|| SearchIndex::read(&bytes, &source));
        read = again.unwrap();
        eprintln!("read {time:.2?}, {} kB", size_of_index(&read));
    }
    let measured = Measured { index: &read, source: &source };
    measured.say_searches();
    measured.say_lists();
    eprintln!("with all orders {} kB", size_of_index(&read));
    let first = measured.ask(&ObjectQuery::default(), &Scope::All, Counted::No);
    assert!(matches!(first.rows.first(), Some(Hit::Document(_))));
}

fn size_of_index(index: &SearchIndex) -> usize {
    index.heap_size() / 1_000
}
