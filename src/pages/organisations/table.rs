//! Organisations as rows of a table: the tree with its branches, or a flat list with the way to each.

use leptos::either::Either;
use leptos::prelude::*;

use super::super::lists::{Order, Shown, branch, copy_id, head};
use super::super::permission::environment_of;
use super::cells::{path_cell, products_cell, state};
use super::tree::{Tree, more_row};
use crate::components::{FragmentList, ProductionCell, RelativeTime, grouped, rendered_for};
use crate::domain::fragment::Fragment;
use crate::domain::object::ObjectKind;
use crate::domain::rows::OrganisationRow;
use crate::domain::sort::Column;
use crate::paths;

/// The classes of the first cell by depth in the tree. Deeper than this there is no more room to indent.
const CLASSES: [&str; 7] = [
    "cell-main depth-0",
    "cell-main depth-1",
    "cell-main depth-2",
    "cell-main depth-3",
    "cell-main depth-4",
    "cell-main depth-5",
    "cell-main depth-6",
];

/// The rows, and the table in which they have their place.
pub(super) fn table(
    connection: &str,
    shown: &Shown,
    rows: &[Fragment<OrganisationRow>],
) -> (impl IntoView + use<>, FragmentList) {
    let tree = shown.tree.as_ref().map(|tree| Tree { connection, query: &shown.listing.query, page: tree });
    let is_tree = tree.is_some();
    let mut more = shown.tree.iter().flat_map(|tree| &tree.more).peekable();
    // The links that open branches keep those open that are.
    let made_for = tree.as_ref().map(Tree::address).unwrap_or_default();
    let mut html = FragmentList::with_room_for(rows.len());
    for (row, number) in rows.iter().zip(1_u32..) {
        html.push_kept(row, row.changed_at, &made_for, |row| table_row(connection, tree.as_ref(), row));
        while let Some(more) = more.next_if(|more| more.after <= number) {
            html.push(more_row(connection, more));
        }
    }
    let order = Order::of(connection, ObjectKind::Organisation, shown);
    let made_for = order.made_for(if is_tree { "tree" } else { "organisations" });
    let table = view! {
        <table class=order.table_class("table-organisations")>
            <caption class="visually-hidden">"Organisations"</caption>
            <thead>{rendered_for(&made_for, || heads(&order, is_tree))}</thead>
            <tbody>{html.place()}</tbody>
        </table>
    };
    (table, html)
}

fn heads(order: &Order, is_tree: bool) -> impl IntoView + use<> {
    let order = Some(order);
    let second = if is_tree {
        Either::Left(view! {
            <th scope="col" class="numeric">
                "Below"
            </th>
        })
    } else {
        Either::Right(head(order, Column::Organisation, "Path", ""))
    };
    view! {
        <tr>
            {head(order, Column::Name, "Name", "")} {second}
            {head(order, Column::Product, "Products", "")}
            {head(order, Column::Clients, "Clients", "numeric")}
            {head(order, Column::Production, "Production access", "")}
            {head(order, Column::State, "State", "")}
            {head(order, Column::Changed, "Last change", "")}
        </tr>
    }
}

fn table_row(connection: &str, tree: Option<&Tree<'_>>, row: &OrganisationRow) -> impl IntoView + use<> {
    let class = CLASSES[usize::try_from(row.depth).unwrap_or(usize::MAX).min(CLASSES.len() - 1)];
    let level = tree.is_some().then(|| (u64::from(row.depth) + 1).to_string());
    let key = tree.is_some().then(|| row.organisation.id.clone());
    let second = match tree {
        Some(_) => Either::Left(below(connection, row)),
        None => Either::Right(path_cell(connection, &row.path)),
    };
    let name =
        view! { <a href=paths::organisation(connection, &row.organisation.id)>{row.organisation.name.clone()}</a> };
    let name = match tree {
        Some(tree) => {
            let toggle = tree.toggle(&row.organisation, row.branch);
            Either::Left(view! { <div class="tree-name">{toggle} {name} {copy_id(&row.organisation.name)}</div> })
        }
        None => Either::Right(view! { {name} {copy_id(&row.organisation.name)} }),
    };
    let clients = row.clients.map(|clients| grouped(clients.into()));
    let changed = row.changed_at.map(|at| view! { <RelativeTime at/> });
    view! {
        <tr data-level=level data-key=key>
            <th scope="row" class=class>
                {name}
            </th>
            {second}
            {products_cell(row.products.clone(), &row.beyond_parent)}
            <td class="cell-wide numeric">{clients}</td>
            <ProductionCell is_production=row.is_production otherwise="Sandbox only" of_list=environment_of(connection)/>
            {state(row)}
            <td class="cell-wide cell-time secondary">{changed}</td>
        </tr>
    }
}

/// How many organisations are below one, as a link to them alone.
fn below(connection: &str, row: &OrganisationRow) -> impl IntoView + use<> {
    let count = grouped(row.below.into());
    if row.below == 0 {
        return Either::Left(view! { <td class="cell-wide"></td> });
    }
    let name = row.organisation.name.clone();
    Either::Right(view! {
        <td class="cell-wide numeric">
            <a href=branch(connection, &row.organisation.id)>
                {count}
                <span class="visually-hidden">{format!(" below {name}")}</span>
            </a>
        </td>
    })
}
