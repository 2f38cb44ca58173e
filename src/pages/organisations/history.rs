//! `/{connection}/organisations/{id}/history`: what happened to an organisation and its clients.

use leptos::prelude::*;

use super::super::address::{page_number, part};
use crate::components::{Crumb, Empty, HistoryTable, IconName, Layout, Location, PageHead, Pagination, Tabs, loaded};
use crate::domain::field::ObjectKind;
use crate::domain::views::History;
use crate::paths;
use crate::server_fns::audit_log::object_history;

/// The history of an organisation.
#[component]
pub fn OrganisationHistoryPage() -> impl IntoView {
    history_page(ObjectKind::Organisation)
}

/// The history of an object of either kind.
pub(in crate::pages) fn history_page(kind: ObjectKind) -> impl IntoView {
    let connection = part("connection");
    let load = object_history(connection.clone(), kind, part("id"), page_number());
    loaded(Some(connection.clone()), load, move |history| page(connection.clone(), kind, history))
}

fn page(connection: String, kind: ObjectKind, history: History) -> impl IntoView {
    let History { object, organisation, entries } = history;
    let overview = paths::object(&connection, kind, &object.id);
    let path = format!("{overview}/history");
    let (location, mut crumbs) = match kind {
        ObjectKind::Organisation => {
            (Location::Organisations, vec![Crumb::to("Organisations", paths::organisations(&connection))])
        }
        ObjectKind::OAuthClient => {
            (Location::Clients, super::super::oauth_clients::crumbs(&connection, organisation.as_ref()))
        }
    };
    crumbs.push(Crumb::to(&object.name, overview.clone()));
    crumbs.push(Crumb::here("History"));
    let total = entries.total;
    let back = overview.clone();
    let body = if total == 0 {
        view! {
            <Empty
                icon=IconName::Log
                title="No changes yet"
                description="Every change made in this dashboard is listed here, with who made it, when and what changed."
            >
                <a class="button" href=back>
                    "Overview"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <HistoryTable entries=entries.items.clone()/>
            <Pagination page=entries path=path.clone()/>
        }
        .into_any()
    };
    view! {
        <Layout title=format!("History of {}", object.name) connection=Some(connection) location crumbs>
            <PageHead title=object.name.clone()/>
            <Tabs of=object.name overview history=path entries=Some(total) is_history=true/>
            {body}
        </Layout>
    }
}
