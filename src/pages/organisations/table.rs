//! Organisations as rows of a table: the tree with its folds, or a flat list with parents.

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

use super::super::lists::address_of;
use crate::components::{Chips, ProductionCell, StateCell, grouped};
use crate::domain::list::ListQuery;
use crate::domain::object::ObjectKind;
use crate::domain::views::{Branch, OrganisationRow};
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

pub(super) fn table(connection: &str, query: &ListQuery, rows: Vec<OrganisationRow>) -> impl IntoView + use<> {
    let is_flat = query.is_narrowed();
    let has_counts = rows.iter().any(|row| row.clients.is_some());
    let rows = rows.into_iter().map(|row| table_row(connection, query, row, has_counts)).collect_view();
    view! {
            <table class="table table-rows">
                <caption class="visually-hidden">"Organisations"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        {is_flat.then(|| view! { <th scope="col">"Parent"</th> })}
                        <th scope="col">"Products"</th>
                        {has_counts
                            .then(|| {
                                view! {
                                    <th scope="col" class="numeric">
                                        "Clients"
                                    </th>
                                }
                            })}
                        <th scope="col">"Production access"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
    }
}

fn table_row(connection: &str, query: &ListQuery, row: OrganisationRow, has_counts: bool) -> impl IntoView + use<> {
    let is_flat = query.is_narrowed();
    let toggle = (!is_flat).then(|| toggle(connection, query, &row));
    let organisation = row.organisation;
    let products = match row.products {
        Some(products) if products.is_empty() => EitherOf3::A(view! { <span class="muted">"None"</span> }),
        Some(values) => EitherOf3::B(view! { <Chips values most=2/> }),
        None => EitherOf3::C(view! { <span class="muted">"OneID default"</span> }),
    };
    let parent = is_flat.then(|| {
        let parent = row.parent.map(|parent| {
            view! { <a href=paths::organisation(connection, &parent.id)>{parent.name}</a> }
        });
        view! { <td class="cell-wide">{parent}</td> }
    });
    let clients = has_counts.then(|| {
        view! { <td class="cell-wide numeric">{row.clients.map(|clients| grouped(clients.into()))}</td> }
    });
    let name = view! {
        <a href=paths::organisation(connection, &organisation.id)>{organisation.name}</a>
    };
    let class = CLASSES[usize::try_from(row.depth).unwrap_or(usize::MAX).min(CLASSES.len() - 1)];
    let name = match toggle {
        Some(toggle) => Either::Left(view! { <div class="tree-name">{toggle} {name}</div> }),
        None => Either::Right(name),
    };
    view! {
        <tr>
            <th scope="row" class=class>
                {name}
            </th>
            {parent}
            <td class="cell-wide cell-products">{products}</td>
            {clients}
            <ProductionCell is_production=row.is_production otherwise="Sandbox only"/>
            <StateCell is_disabled=row.is_disabled/>
        </tr>
    }
}

/// The link that folds or unfolds what is below an organisation.
fn toggle(connection: &str, query: &ListQuery, row: &OrganisationRow) -> impl IntoView + use<> {
    if row.branch == Branch::Leaf {
        return Either::Left(view! { <span class="tree-leaf"></span> });
    }
    let (id, is_folded) = (&row.organisation.id, row.branch == Branch::Folded);
    let mut folded: Vec<&str> = query.folded.split(',').filter(|known| !known.is_empty() && known != id).collect();
    if !is_folded {
        folded.push(id);
    }
    let path =
        address_of(connection, ObjectKind::Organisation, &ListQuery { folded: folded.join(","), ..query.clone() });
    let label = [if is_folded { "Expand " } else { "Collapse " }, &row.organisation.name].concat();
    Either::Right(view! {
        <a class="tree-toggle" href=path aria-expanded=if is_folded { "false" } else { "true" }>
            <span class="visually-hidden">{label}</span>
        </a>
    })
}
