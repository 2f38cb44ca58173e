//! Clients as rows of a table, of one organisation or of all.

use leptos::either::Either;
use leptos::prelude::*;

use crate::components::{ProductionCell, StateCell};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::reference::ObjectReference;
use crate::paths;

/// Clients, each with its organisation where that is not the page's own.
#[component]
pub(in crate::pages) fn ClientTable(
    /// The connection's name.
    connection: String,
    /// The clients.
    rows: Vec<(OAuthClient, Option<ObjectReference>)>,
    /// Whether to name the organisations.
    with_organisation: bool,
) -> impl IntoView {
    let rows = rows.into_iter().map(|(client, organisation)| {
        let product = match client.selected_product() {
            Some(product) => Either::Left(view! { <span class="chip">{product.to_owned()}</span> }),
            None => Either::Right(view! { <span class="muted">"Not set"</span> }),
        };
        let organisation = with_organisation.then(|| {
            let link = organisation.map(|organisation| {
                view! { <a href=paths::organisation(&connection, &organisation.id)>{organisation.name}</a> }
            });
            view! { <td class="cell-wide">{link}</td> }
        });
        view! {
            <tr>
                <th scope="row" class="cell-main">
                    <a href=paths::client(&connection, &client.id)>{client.name().into_owned()}</a>
                </th>
                {organisation}
                <td class="cell-wide">{product}</td>
                <td class="cell-wide cell-id">
                    <code>{client.id.clone()}</code>
                </td>
                <ProductionCell is_production=client.is_production() otherwise="Sandbox"/>
                <StateCell is_disabled=client.is_disabled()/>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="table table-rows">
            <caption class="visually-hidden">"Clients"</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    {with_organisation.then(|| view! { <th scope="col">"Organisation"</th> })}
                    <th scope="col">"Product"</th>
                    <th scope="col">"Client ID"</th>
                    <th scope="col">"Environment"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
