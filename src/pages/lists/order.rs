//! The heads of a table whose columns sort it.

use leptos::either::Either;
use leptos::prelude::*;

use super::Shown;
use super::columns::table_class;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::sort::{Column, Sort};
use crate::paths;

/// How a table is sorted, and where its heads lead.
pub(in crate::pages) struct Order {
    connection: String,
    kind: ObjectKind,
    query: ObjectQuery,
    /// The order that the rows are in, where it is that of a column.
    present: Option<Sort>,
}

impl Order {
    /// The order of the rows that are shown.
    pub(in crate::pages) fn of(connection: &str, kind: ObjectKind, shown: &Shown) -> Self {
        let query = shown.listing.query.clone().in_branch(None);
        let is_by_name = shown.tree.is_none() && query.search.is_empty();
        let present = query.sort.or_else(|| is_by_name.then(Sort::default));
        Self { connection: connection.to_owned(), kind, query, present }
    }

    /// Everything that the heads of a table depend on.
    pub(in crate::pages) fn made_for(&self, table: &str) -> String {
        let present = self.present.map(|sort| sort.to_string()).unwrap_or_default();
        ["heads", table, &self.connection, &present, &self.query.to_string()].join("\n")
    }

    /// The classes of the table: those columns that are not chosen are left out.
    pub(in crate::pages) fn table_class(&self, of_table: &str) -> String {
        table_class(self.kind, &self.query, of_table)
    }

    /// What a click on the head of a column makes of the order: first the column one way, then the other way, then
    /// the natural order.
    fn next(&self, column: Column) -> Option<Sort> {
        let first = matches!(column, Column::Clients | Column::ReturnUrls | Column::Changed);
        match self.present.filter(|sort| sort.column == column) {
            None => Some(Sort { column, is_descending: first }),
            Some(sort) if sort.is_descending == first => Some(Sort { column, is_descending: !first }),
            Some(_) => None,
        }
    }

    fn word(&self, column: Column) -> Option<&'static str> {
        let sort = self.present.filter(|sort| sort.column == column)?;
        Some(if sort.is_descending { "descending" } else { "ascending" })
    }
}

/// The head of a column. It sorts, where the table has an order.
pub(in crate::pages) fn head(
    order: Option<&Order>,
    column: Column,
    label: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    match order {
        None => Either::Left(view! {
            <th scope="col" class=class>
                {label}
            </th>
        }),
        Some(order) => {
            let query = order.query.clone().sorted(order.next(column));
            let path = paths::listing(&order.connection, order.kind, &query);
            Either::Right(view! {
                <th scope="col" class=class aria-sort=order.word(column)>
                    <a class="sort" href=path>
                        {label}
                    </a>
                </th>
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(sort: &str) -> Order {
        Order {
            connection: "sandbox".to_owned(),
            kind: ObjectKind::OAuthClient,
            query: ObjectQuery::default(),
            present: sort.parse().ok(),
        }
    }

    #[test]
    fn a_column_sorts_one_way_then_the_other_then_not_at_all() {
        let next = |sort: &str, column| order(sort).next(column).map(|sort| sort.to_string());
        assert_eq!(next("", Column::State).as_deref(), Some("state"));
        assert_eq!(next("state", Column::State).as_deref(), Some("-state"));
        assert_eq!(next("-state", Column::State), None);
        assert_eq!(next("state", Column::Clients).as_deref(), Some("-clients"), "the most first");
        assert_eq!(next("-clients", Column::Clients).as_deref(), Some("clients"));
        assert_eq!(next("clients", Column::Clients), None);
    }
}
