//! `/audit`: every change, newest first.

use leptos::prelude::*;

use super::super::address::{page_number, query_if_any};
use crate::components::{
    Crumb, Empty, HistoryTable, IconName, Layout, Location, PageHead, Pagination, grouped, loaded,
};
use crate::domain::audit::{AuditEntry, AuditFilter, Outcome};
use crate::domain::page::Page;
use crate::domain::shell::Shell;
use crate::paths;
use crate::server_fns::audit_log::list_audit_entries;

/// The audit log.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let filter = AuditFilter {
        connection: query_if_any("connection"),
        object_id: query_if_any("object"),
        outcome: query_if_any("outcome").as_deref().and_then(Outcome::from_code),
        actor: query_if_any("person"),
        ..AuditFilter::default()
    };
    let load = list_audit_entries(filter.clone(), page_number());
    loaded(None, load, move |entries| page(filter.clone(), entries))
}

fn page(filter: AuditFilter, entries: Page<AuditEntry>) -> impl IntoView {
    let is_narrowed = filter != AuditFilter::default();
    let outcome = filter.outcome.map(Outcome::code).unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (connection, object, person) = (text(&filter.connection), text(&filter.object_id), text(&filter.actor));
    let here = paths::with_query(
        paths::AUDIT,
        [("connection", connection.as_str()), ("object", &object), ("outcome", outcome), ("person", &person)],
    );
    let words = match entries.total {
        1 => "1 entry".to_owned(),
        total => format!("{} entries", grouped(total)),
    };
    let words = if is_narrowed { format!("{words} match") } else { words };
    let total = entries.total;
    let body = if total > 0 {
        view! {
            <HistoryTable entries=entries.items.clone()/>
            <Pagination page=entries path=here/>
        }
        .into_any()
    } else if is_narrowed {
        view! {
            <Empty icon=IconName::Log title="No entry matches" words="Try fewer filters.">
                <a class="button" href=paths::AUDIT>
                    "Clear all filters"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                icon=IconName::Log
                title="Nothing has been changed yet"
                words="Every change is recorded here before it is sent: who, when, what, and what came of it."
            >
                <a class="button" href=paths::OVERVIEW>
                    "Overview"
                </a>
            </Empty>
        }
        .into_any()
    };
    view! {
        <Layout title="Audit log" connection=None location=Location::AuditLog crumbs=vec![Crumb::here("Audit log")]>
            <PageHead title="Audit log" subline=view! { <span>{words}</span> }.into_any()/>
            {(total > 0 || is_narrowed).then(|| filters(&filter))}
            {body}
        </Layout>
    }
}

fn filters(filter: &AuditFilter) -> impl IntoView + use<> {
    let option = |value: String, words: String, chosen: Option<&str>| {
        let selected = chosen.unwrap_or_default() == value;
        view! {
            <option value=value selected=selected>
                {words}
            </option>
        }
    };
    let connections = use_context::<Shell>().map(|shell| shell.connections).unwrap_or_default();
    let chosen = filter.connection.clone();
    let connections = connections
        .into_iter()
        .map(|connection| option(connection.name.clone(), connection.title(), chosen.as_deref()))
        .collect_view();
    let outcome = filter.outcome.map(Outcome::code);
    let outcomes = Outcome::ALL.map(|one| option(one.code().to_owned(), one.word().to_owned(), outcome));
    let clear = (*filter != AuditFilter::default()).then(|| {
        view! {
            <ul class="filter-chips">
                <li>
                    <a class="filter-clear" href=paths::AUDIT>
                        "Clear all"
                    </a>
                </li>
            </ul>
        }
    });
    view! {
        <form class="filters" method="get" action=paths::AUDIT aria-label="Filter the audit log">
            <div class="filter filter-search">
                <label for="person">"Person"</label>
                <input
                    class="input"
                    type="search"
                    id="person"
                    name="person"
                    placeholder="Name or e-mail address"
                    value=filter.actor.clone().unwrap_or_default()
                />
            </div>
            <div class="filter filter-search">
                <label for="object">"Object id"</label>
                <input
                    class="input"
                    type="search"
                    id="object"
                    name="object"
                    placeholder="Organisation or client id"
                    value=filter.object_id.clone().unwrap_or_default()
                />
            </div>
            <div class="filter">
                <label for="connection">"Connection"</label>
                <select class="input" id="connection" name="connection">
                    {option(String::new(), "Any".to_owned(), filter.connection.as_deref())}
                    {connections}
                </select>
            </div>
            <div class="filter">
                <label for="outcome">"Outcome"</label>
                <select class="input" id="outcome" name="outcome">
                    {option(String::new(), "Any".to_owned(), outcome)}
                    {outcomes}
                </select>
            </div>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        {clear}
    }
}
