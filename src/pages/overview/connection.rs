//! One OneID connection on the overview: how it is, and how many objects are in each list.

use leptos::prelude::*;

use super::super::title_of;
use crate::components::{RelativeTime, grouped};
use crate::domain::check_text::milliseconds;
use crate::domain::object::ObjectKind;
use crate::domain::overview::{
    ConnectionHealth, ConnectionOverview, Counted, KindCounts, ObjectCounts, OverviewCounts,
};
use crate::domain::staleness::Staleness;
use crate::paths;

/// The connection as a card.
#[component]
pub(super) fn ConnectionColumn(
    /// What is known of it.
    overview: ConnectionOverview,
) -> impl IntoView {
    let ConnectionOverview { connection, health, counts, .. } = overview;
    let id = format!("connection-{connection}");
    let heading_id = id.clone();
    let pill = pill(&counts, health.as_ref());
    let health = health.map(|health| health_line(&connection, health));
    view! {
        <section class="card connection-card" aria-labelledby=heading_id>
            <div class="card-head">
                <div class="card-head-text">
                    <h2 id=id>{title_of(&connection)}</h2>
                    {health}
                </div>
                {pill}
            </div>
            {body(&connection, counts)}
        </section>
    }
}

/// What needs an eye; nothing where the connection works.
fn pill(counts: &OverviewCounts, health: Option<&ConnectionHealth>) -> Option<impl IntoView + use<>> {
    let (class, text) = if counts.is_failing() {
        ("pill pill-bad", "Failing")
    } else if counts.is_waiting() {
        ("pill pill-off", "No response yet")
    } else {
        let state = health?.state;
        match (state.is_failing(), state.is_working()) {
            (true, _) => ("pill pill-bad", state.word()),
            (_, false) => ("pill pill-off", state.word()),
            _ => return None,
        }
    };
    Some(view! { <span class=class>{text}</span> })
}

/// "200 in 61 ms · p95 80 ms · checked 2 minutes ago", as a link to the page of the connection.
fn health_line(connection: &str, health: ConnectionHealth) -> impl IntoView + use<> {
    let latency = health.p95_ms.map(|latency| format!(" · p95 {}", milliseconds(latency)));
    view! {
        <p class="card-note">
            <a href=paths::connection(connection)>{health.state.word()}</a>
            {format!(" · {}", health.answer)}
            {latency}
            " · "
            <RelativeTime at=health.at/>
        </p>
    }
}

fn body(connection: &str, counts: OverviewCounts) -> AnyView {
    match counts {
        OverviewCounts::Known(counts, stale) => view! { {table(connection, counts)} {stale.map(age)} }.into_any(),
        OverviewCounts::Failed(failure) => view! {
            <div class="card-body">
                <p class="secondary">{failure.title()} ". " {failure.advice()}</p>
                {links(connection)}
            </div>
        }
        .into_any(),
        OverviewCounts::Waiting => view! {
            <div class="card-body">
                <p class="secondary">
                    "OneID has not responded yet. Reload this page in a moment to see the counts."
                </p>
                {links(connection)}
            </div>
        }
        .into_any(),
    }
}

/// The lists themselves, where their counts are not known.
fn links(connection: &str) -> impl IntoView + use<> {
    view! {
        <div class="button-row">
            <a class="button" href=paths::organisations(connection)>
                "Organisations"
            </a>
            <a class="button button-quiet" href=paths::clients(connection)>
                "Clients"
            </a>
        </div>
    }
}

/// Why the numbers are old, and how old.
fn age(stale: Staleness) -> impl IntoView {
    view! {
        <p class="card-foot">
            {stale.title()} ". These counts are from " <RelativeTime at=stale.read_at/> "."
        </p>
    }
}

/// How many organisations and clients are in each list, each number a link to it.
fn table(connection: &str, counts: ObjectCounts) -> impl IntoView + use<> {
    let rows = Counted::ALL.map(|list| {
        let organisations = number(connection, ObjectKind::Organisation, list, Some(counts.organisations));
        let clients = number(connection, ObjectKind::OAuthClient, list, counts.clients);
        view! {
            <tr>
                <th scope="row">{list.label()}</th>
                {organisations}
                {clients}
            </tr>
        }
    });
    view! {
        <table class="table table-counts">
            <caption class="visually-hidden">"Organisations and clients, by list"</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col" class="numeric">
                        <a href=paths::organisations(connection)>"Organisations"</a>
                    </th>
                    <th scope="col" class="numeric">
                        <a href=paths::clients(connection)>"Clients"</a>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn number(connection: &str, kind: ObjectKind, list: Counted, counts: Option<KindCounts>) -> AnyView {
    let Some(count) = counts.map(|counts| counts.of_list(list)) else {
        return view! {
            <td class="numeric muted" title="Not counted yet">
                "–"
            </td>
        }
        .into_any();
    };
    if count == 0 {
        return view! { <td class="numeric muted">"0"</td> }.into_any();
    }
    let class = if list == Counted::Errors { "numeric is-bad" } else { "numeric" };
    view! {
        <td class=class>
            <a href=paths::listing(connection, kind, &list.query())>{grouped(count.into())}</a>
        </td>
    }
    .into_any()
}
