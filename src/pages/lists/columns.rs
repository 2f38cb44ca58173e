//! Which columns of a list are shown: a menu, and the class by which the table leaves the others out.

use leptos::prelude::*;

use crate::components::rendered_for;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::sort::Column;
use crate::paths;

/// A column that can be left out: its place in the table, counted from 1, and its label.
struct Optional {
    column: Column,
    place: u8,
    label: &'static str,
}

const fn optional(column: Column, place: u8, label: &'static str) -> Optional {
    Optional { column, place, label }
}

const OF_ORGANISATIONS: [Optional; 6] = [
    optional(Column::Organisation, 2, "Below, or path"),
    optional(Column::Product, 3, "Products"),
    optional(Column::Clients, 4, "Clients"),
    optional(Column::Production, 5, "Production access"),
    optional(Column::State, 6, "State"),
    optional(Column::Changed, 7, "Last change"),
];

const OF_CLIENTS: [Optional; 7] = [
    optional(Column::Organisation, 2, "Organisation"),
    optional(Column::Product, 3, "Product"),
    optional(Column::Algorithm, 4, "Algorithm"),
    optional(Column::ReturnUrls, 5, "Return URLs"),
    optional(Column::Production, 6, "Environment"),
    optional(Column::State, 7, "State"),
    optional(Column::Changed, 8, "Last change"),
];

const fn of_kind(kind: ObjectKind) -> &'static [Optional] {
    match kind {
        ObjectKind::Organisation => &OF_ORGANISATIONS,
        ObjectKind::OAuthClient => &OF_CLIENTS,
    }
}

/// Whether a column is shown.
fn is_shown(query: &ObjectQuery, column: Column) -> bool {
    query.columns.is_empty() || query.columns.contains(&column)
}

/// The classes of a table of all objects: `table`, and one for each column that it leaves out.
pub(in crate::pages) fn table_class(kind: ObjectKind, query: &ObjectQuery, of_table: &str) -> String {
    let mut class = format!("table table-rows {of_table}");
    for one in of_kind(kind).iter().filter(|one| !is_shown(query, one.column)) {
        class.push_str(" without-");
        class.push_str(&one.place.to_string());
    }
    class
}

/// The menu. A native disclosure with a form that is sent with GET: it works without JavaScript, and its address can be
/// saved as a view.
pub(super) fn columns(connection: &str, kind: ObjectKind, query: &ObjectQuery) -> impl IntoView + use<> {
    let made_for = ["columns", connection, kind.collection(), &query.to_string()].join("\n");
    rendered_for(&made_for, || menu(connection, kind, query))
}

fn menu(connection: &str, kind: ObjectKind, query: &ObjectQuery) -> impl IntoView + use<> {
    let kept = ObjectQuery { columns: Vec::new(), ..query.clone() }.pairs();
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let boxes = of_kind(kind).iter().map(|one| {
        view! {
            <li>
                <label>
                    <input type="checkbox" name="columns" value=one.column.code() checked=is_shown(query, one.column)/>
                    {one.label}
                </label>
            </li>
        }
    });
    view! {
        <details class="drop-down">
            <summary class="button">"Columns"</summary>
            <form class="drop-down-panel" action=paths::list(connection, kind)>
                {kept.collect_view()}
                <ul class="drop-down-choices">{boxes.collect_view()}</ul>
                <button class="button" type="submit">
                    "Show these columns"
                </button>
            </form>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_leaves_out_what_is_not_among_the_columns() {
        let class = |query: &str| {
            let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
            let query = ObjectQuery::from_pairs(pairs.iter().map(|(name, value)| (&**name, &**value)));
            table_class(ObjectKind::OAuthClient, &query, "table-clients")
        };
        assert_eq!(class(""), "table table-rows table-clients");
        assert_eq!(
            class("columns=state&columns=product,nonsense,name"),
            "table table-rows table-clients without-2 without-4 without-5 without-6 without-8"
        );
    }
}
