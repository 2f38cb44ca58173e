//! The orders of the columns other than the name.

use std::cmp::Ordering;

use super::kind::KindIndex;
use super::numbers::Numbers;
use super::order::Order;
use super::subject::value_facet;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::sort::Column;
use crate::server::folding::name_key;
use crate::server::index::source::Source;

impl KindIndex {
    /// The order of a column. All but that of names are made when they are first asked for.
    pub(super) fn order(&self, source: &impl Source, column: Column, organisations: &Order) -> &Order {
        let place = Column::ALL.iter().position(|known| *known == column);
        // Clients have no clients, and organisations no return URLs: all are equal in such a column.
        let is_other = !matches!(
            (column, self.kind),
            (Column::Name, _)
                | (Column::Clients, ObjectKind::OAuthClient)
                | (Column::ReturnUrls | Column::Algorithm, ObjectKind::Organisation)
        );
        match place.and_then(|place| self.columns.get(place)) {
            Some(order) if is_other => order.get_or_init(|| by_column(source, self.kind, column, self, organisations)),
            _ => &self.by_name,
        }
    }
}

/// The order of a column other than the name. `organisations` is the order of their names.
fn by_column(
    source: &impl Source,
    kind: ObjectKind,
    column: Column,
    index: &KindIndex,
    organisations: &Order,
) -> Order {
    let names = if column == Column::Organisation { same_names(source, organisations) } else { Vec::new() };
    let key = |document: u32| match column {
        Column::Organisation => {
            let above = source.above(kind, document);
            above.and_then(|above| names.get(above as usize).copied()).map_or(0, |name| name.saturating_add(1))
        }
        Column::Product => first_value(index, Facet::Product, document),
        Column::Algorithm => first_value(index, Facet::Algorithm, document),
        Column::ReturnUrls if kind == ObjectKind::OAuthClient => {
            u32::try_from(source.return_urls(document).count()).unwrap_or(u32::MAX)
        }
        Column::Production => u32::from(!source.is_production(kind, document)),
        Column::State => u32::from(source.is_disabled(kind, document)),
        Column::Clients if kind == ObjectKind::Organisation => source.clients(document),
        Column::Name | Column::Clients | Column::ReturnUrls => 0,
        Column::Changed => source.changed_at(kind, document).map_or(0, |seconds| seconds.saturating_add(1)),
    };
    let mut sorted: Vec<u64> = (0..)
        .zip(index.by_name.documents.iter())
        .map(|(rank, document): (u64, u32)| u64::from(key(document)) << 32 | rank)
        .collect();
    sorted.sort_unstable();
    let document = |key: u64| {
        let rank = usize::try_from(key & u64::from(u32::MAX)).unwrap_or_default();
        index.by_name.documents.get(rank).unwrap_or_default()
    };
    let documents: Vec<u32> = sorted.into_iter().map(document).collect();
    Order::of(Numbers::of(&documents)).unwrap_or_default()
}

/// The number of the first value that a document has of a facet, from 1 on; 0 when it has none.
fn first_value(index: &KindIndex, facet: Facet, document: u32) -> u32 {
    let rows = value_facet(facet).and_then(|facet| index.rows.facets.get(facet));
    let first = rows.and_then(|rows| rows.of_document(document).first());
    first.map_or(0, |first| first.saturating_add(1))
}

/// The place of the name of each organisation among all names; organisations with the same name have the same.
fn same_names(source: &impl Source, organisations: &Order) -> Vec<u32> {
    let key = |document: u32| name_key(source.name(ObjectKind::Organisation, document));
    let mut names = vec![0; organisations.documents.len()];
    let (mut last, mut number) = (None, 0);
    for document in organisations.documents.iter() {
        let this = key(document);
        if last.as_ref().is_some_and(|last| this.cmp(last) != Ordering::Equal) {
            number += 1;
        }
        last = Some(this);
        if let Some(place) = names.get_mut(document as usize) {
            *place = number;
        }
    }
    names
}
