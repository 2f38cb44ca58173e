//! What is kept of a state of the index with it: the counts of the filters.

use time::OffsetDateTime;

use super::observing::{named, read};
use super::{Entry, Rig};
use crate::domain::facet::Facet;
use crate::domain::field::FieldValue;
use crate::domain::listing::FacetCounts;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::sort::{Column, Sort};
use crate::server::clock::Clock as _;
use crate::server::index::objects::PatchedObject;
use crate::server::index::{Scope, View};

const KIND: ObjectKind = ObjectKind::Organisation;
const DAY: i64 = 86_400;

fn with_product((id, mut fields): Entry, product: &str) -> Entry {
    fields.set("allowed_products", Some(FieldValue::List(vec![product.to_owned()])));
    (id, fields)
}

/// How many organisations have each product, as the page of a query says.
fn products(view: &View, query: &ObjectQuery, scope: &Scope) -> Vec<(String, u64)> {
    let hits = view.page(KIND, query, scope, OffsetDateTime::UNIX_EPOCH);
    let counts = hits.counts.iter().find(|counts: &&_| counts.facet == Facet::Product).unwrap();
    FacetCounts::clone(counts).values
}

fn counts(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

#[tokio::test(start_paused = true)]
async fn counts_are_those_of_the_query_in_any_order_and_of_the_objects_as_they_are() {
    let rig = Rig::new();
    let of = |name: &str, product| with_product(named(&name.to_lowercase(), name), product);
    read(&rig, vec![of("A", "sign_up"), of("B", "sign_up"), of("C", "sign_in")]).await;
    let view = rig.index.lists.model.latest().await;
    let all = ObjectQuery::default();
    let sorted = all.clone().sorted(Some(Sort { column: Column::Name, is_descending: true }));
    let searched = ObjectQuery { search: "a".to_owned(), ..all.clone() };
    let below = Scope::Below(vec!["c".to_owned()]);
    for _ in 0..2 {
        for query in [&all, &sorted] {
            assert_eq!(products(&view, query, &Scope::All), counts(&[("sign_up", 2), ("sign_in", 1)]));
        }
        assert_eq!(products(&view, &searched, &Scope::All), counts(&[("sign_up", 1)]));
        assert_eq!(products(&view, &all, &below), counts(&[("sign_in", 1)]), "others do not see what is kept for all");
    }
    let (id, fields) = of("A", "sign_in");
    rig.index.changed(PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }), true).await;
    let view = rig.index.lists.model.latest().await;
    assert_eq!(products(&view, &all, &Scope::All), counts(&[("sign_in", 2), ("sign_up", 1)]));
}

#[tokio::test(start_paused = true)]
async fn the_counts_of_what_was_changed_lately_go_by_the_time_of_each_page() {
    let rig = Rig::new();
    read(&rig, vec![named("a", "A")]).await;
    let (id, fields) = named("a", "B");
    rig.index.changed(PatchedObject::Organisation(Organisation { id, fields, unknown: Vec::new() }), true).await;
    let view = rig.index.lists.model.latest().await;
    let changed = |seconds: i64| {
        let now = rig.clock.now() + time::Duration::seconds(seconds);
        let hits = view.page(KIND, &ObjectQuery::default(), &Scope::All, now);
        let counts = hits.counts.iter().find(|counts: &&_| counts.facet == Facet::Changed).unwrap();
        FacetCounts::clone(counts).values
    };
    assert_eq!(changed(0), counts(&[("1d", 1), ("7d", 1), ("30d", 1)]));
    assert_eq!(changed(DAY), counts(&[("1d", 1), ("7d", 1), ("30d", 1)]));
    assert_eq!(changed(DAY + 1), counts(&[("1d", 0), ("7d", 1), ("30d", 1)]));
    assert_eq!(changed(8 * DAY), counts(&[("1d", 0), ("7d", 0), ("30d", 1)]));
}
