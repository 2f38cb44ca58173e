//! `/{connection}/organisations/{id}/history` and `/{connection}/clients/{id}/history`: what happened to an object, and to
//! the clients of an organisation.

use leptos::prelude::*;

use super::{Address, way_to};
use crate::components::{
    Crumb, Empty, HistoryTable, Html, IconName, Layout, Location, LogParts, LogSearchNotice, PageHead, Tab, Tabs,
};
use crate::domain::audit::Place;
use crate::domain::object::ObjectKind;
use crate::domain::version::leaves_a_version;
use crate::domain::views::History;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::audit_log::object_history;

/// The history of an object.
///
/// # Errors
/// When it cannot be read, or the person may not read it.
pub async fn history(kind: ObjectKind, address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let place = Place::from_pairs(address.pairs());
    let history = object_history(connection.clone(), kind, address.part("id"), place).await?;
    Ok(Html::of(page(connection, kind, history)))
}

fn page(connection: String, kind: ObjectKind, history: History) -> impl IntoView {
    let History { object, organisation, entries } = history;
    let overview = paths::object(&connection, kind, &object.id);
    let path = paths::object_history(&connection, kind, &object.id);
    let location = Location::Objects(kind);
    let mut crumbs = way_to(kind, &connection, organisation.as_ref());
    crumbs.push(Crumb::to(&object.name, overview.clone()));
    crumbs.push(Crumb::here("History"));
    let (count, stopped, behind) = (entries.count, entries.stopped, entries.behind);
    let (back, here) = (overview.clone(), path.clone());
    let oldest = entries.items.iter().rev().find(|entry| leaves_a_version(entry)).map(|entry| entry.id);
    let versions = oldest.map(|entry| {
        view! {
            <p class="list-actions">
                <a class="button" href=paths::since(entry)>
                    "Compare versions"
                </a>
            </p>
        }
    });
    let body = if count.is_none() {
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
            {versions}
            <HistoryTable entries=entries.items.clone()/>
            <LogParts entries path=path.clone()/>
        }
        .into_any()
    };
    view! {
        <Layout title=format!("History of {}", object.name) connection=Some(connection.clone()) location crumbs>
            <PageHead title=object.name.clone()/>
            <Tabs of=object.name connection kind id=object.id entries=Some(count) open=Tab::History/>
            <LogSearchNotice stopped behind path=here/>
            {body}
        </Layout>
    }
}
