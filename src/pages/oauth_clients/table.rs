//! Clients as rows of a table, of one organisation or of all.

use leptos::either::Either;
use leptos::prelude::*;

use super::super::lists::{Order, copy_id, head};
use super::super::permission::environment_of;
use crate::components::{ProductionCell, RelativeTime, beyond_mark, disabled, grouped, rendered_for, state_cell};
use crate::domain::object::ObjectKind;
use crate::domain::rows::OAuthClientRow;
use crate::domain::sort::Column;
use crate::paths;

/// Clients. With an order, of all organisations: each with its own and its last change, sorted by the heads.
pub(in crate::pages) fn client_table<R: IntoView>(rows: R, order: Option<&Order>) -> impl IntoView + use<R> {
    let class = order.map_or_else(|| "table table-rows".to_owned(), |order| order.table_class("table-clients"));
    let made_for = order.map_or_else(|| "heads of clients".to_owned(), |order| order.made_for("clients"));
    view! {
        <table class=class>
            <caption class="visually-hidden">"Clients"</caption>
            <thead>{rendered_for(&made_for, || heads(order))}</thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn heads(order: Option<&Order>) -> impl IntoView + use<> {
    let is_of_all = order.is_some();
    view! {
        <tr>
            {head(order, Column::Name, "Name", "")}
            {is_of_all.then(|| head(order, Column::Organisation, "Organisation", ""))}
            {head(order, Column::Product, "Product", "")}
            {head(order, Column::Algorithm, "Algorithm", "")}
            {head(order, Column::ReturnUrls, "Return URLs", "numeric")}
            {head(order, Column::Production, "Environment", "")}
            {head(order, Column::State, "State", "")}
            {is_of_all.then(|| head(order, Column::Changed, "Last change", ""))}
        </tr>
    }
}

/// The row of a client; of all organisations with its own and its last change.
pub(in crate::pages) fn client_row(connection: &str, row: &OAuthClientRow, is_of_all: bool) -> impl IntoView + use<> {
    let product = match row.product.clone() {
        Some(product) => Either::Left(view! { <span class="chip">{product}</span> }),
        None => Either::Right(view! { <span class="muted">"Not set"</span> }),
    };
    let algorithm = match row.algorithm.clone() {
        Some(algorithm) => Either::Left(view! { <code>{algorithm}</code> }),
        None => Either::Right(view! { <span class="muted">"Default"</span> }),
    };
    let organisation = is_of_all.then(|| {
        let link = row.organisation.clone().map(|organisation| {
            view! { <a href=paths::organisation(connection, &organisation.id)>{organisation.name}</a> }
        });
        view! { <td class="cell-path">{link}</td> }
    });
    let changed = is_of_all.then(|| {
        view! { <td class="cell-wide cell-time secondary">{row.changed_at.map(|at| view! { <RelativeTime at/> })}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="cell-main">
                <a href=paths::client(connection, &row.client.id)>{row.client.name.clone()}</a>
                {is_of_all.then(|| copy_id(&row.client.name))}
            </th>
            {organisation}
            <td class="cell-wide">{product}</td>
            <td class="cell-wide">{algorithm}</td>
            <td class="cell-wide numeric">{grouped(row.return_urls.into())}</td>
            <ProductionCell is_production=row.is_production otherwise="Sandbox" of_list=environment_of(connection)/>
            {state_cell(
                disabled(row.is_disabled, row.disabled_by.as_deref()),
                None::<()>,
                beyond_mark(ObjectKind::OAuthClient, &row.beyond_parent),
            )}
            {changed}
        </tr>
    }
}
