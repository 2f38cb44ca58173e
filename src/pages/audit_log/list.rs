//! `/audit`: everything that was recorded, newest first.

use leptos::prelude::*;

use super::super::Address;
use crate::components::{
    Crumb, Empty, FilterChips, FilterSearch, FilterSelect, HistoryTable, Html, IconName, Layout, Location, PageHead,
    Pagination, grouped, pairs, shell,
};
use crate::domain::audit::{Action, AuditEntry, AuditFilter, EventGroup, Outcome};
use crate::domain::page::Page;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::audit_log::list_audit_entries;

/// The list of audit entries, with filters.
///
/// # Errors
/// When it cannot be read, or the person may not read it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let action = address.query_if_any("action");
    let filter = AuditFilter {
        connection: address.query_if_any("connection"),
        object_id: address.query_if_any("object"),
        outcome: address.query_if_any("outcome").as_deref().and_then(Outcome::from_code),
        actor: address.query_if_any("person"),
        action: action.as_deref().and_then(Action::from_code),
        group: action.as_deref().and_then(EventGroup::from_code),
        is_open: action.as_deref() == Some(paths::OPEN),
        ..AuditFilter::default()
    };
    let entries = list_audit_entries(filter.clone(), address.page_number()).await?;
    Ok(Html::of(page(&filter, entries)))
}

fn page(filter: &AuditFilter, entries: Page<AuditEntry>) -> impl IntoView + use<> {
    let is_narrowed = *filter != AuditFilter::default();
    let here = address_of(filter);
    let summary = match (entries.total, is_narrowed) {
        (1, false) => "1 entry".to_owned(),
        (1, true) => "1 matching entry".to_owned(),
        (total, false) => format!("{} entries", grouped(total)),
        (total, true) => format!("{} matching entries", grouped(total)),
    };
    let total = entries.total;
    let body = if total > 0 {
        view! {
            <HistoryTable entries=entries.items.clone()/>
            <Pagination page=entries path=here/>
        }
        .into_any()
    } else if is_narrowed {
        view! {
            <Empty icon=IconName::Log title="No matching entries" description="Try fewer filters.">
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
                title="No entries yet"
                description="Every change is recorded here before it is sent, with who made it, when, what changed and the outcome. So is who signs in."
            >
                <a class="button" href=paths::OVERVIEW>
                    "Overview"
                </a>
            </Empty>
        }
        .into_any()
    };
    let filters = (total > 0 || is_narrowed).then(|| filters(filter));
    view! {
        <Layout title="Audit log" connection=None location=Location::AuditLog crumbs=vec![Crumb::here("Audit log")]>
            <PageHead title="Audit log" subline=view! { <span>{summary}</span> }.into_any()/>
            {filters}
            {body}
        </Layout>
    }
}

/// The address of the log with a filter in its query.
fn address_of(filter: &AuditFilter) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (connection, object, person) = (text(&filter.connection), text(&filter.object_id), text(&filter.actor));
    let outcome = filter.outcome.map(Outcome::code).unwrap_or_default();
    paths::with_query(
        paths::AUDIT,
        [
            ("connection", connection.as_str()),
            ("object", &object),
            ("action", action_of(filter)),
            ("outcome", outcome),
            ("person", &person),
        ],
    )
}

/// The value of `action` in the address.
fn action_of(filter: &AuditFilter) -> &'static str {
    if filter.is_open {
        return paths::OPEN;
    }
    filter.action.map(Action::code).or_else(|| filter.group.map(EventGroup::code)).unwrap_or_default()
}

fn filters(filter: &AuditFilter) -> impl IntoView + use<> {
    let without = |clear: fn(&mut AuditFilter)| {
        let mut filter = filter.clone();
        clear(&mut filter);
        address_of(&filter)
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let outcome = filter.outcome.map(Outcome::code).unwrap_or_default().to_owned();
    let chips = vec![
        ("Person", text(&filter.actor), without(|filter| filter.actor = None)),
        ("Object", text(&filter.object_id), without(|filter| filter.object_id = None)),
        ("Connection", text(&filter.connection), without(|filter| filter.connection = None)),
        (
            "Event",
            action_of(filter).to_owned(),
            without(|filter| (filter.action, filter.group, filter.is_open) = (None, None, false)),
        ),
        ("Outcome", outcome.clone(), without(|filter| filter.outcome = None)),
    ];
    let connections = shell().map(|shell| shell.connections.clone()).unwrap_or_default();
    let connections = connections.into_iter().map(|connection| (connection.name.clone(), connection.title())).collect();
    let groups = EventGroup::ALL.map(|group| (group.code(), group.word())).into_iter();
    let actions = groups.chain(Action::ALL.map(|action| (action.code(), action.word())));
    let actions = actions.chain([(paths::OPEN, "Changed elsewhere, not answered")]);
    let actions = actions.map(|(code, word)| (code.to_owned(), word.to_owned())).collect();
    let outcomes = Outcome::ALL.map(|outcome| (outcome.code(), outcome.word()));
    view! {
        <form class="filters" method="get" action=paths::AUDIT aria-label="Filter the audit log">
            <FilterSearch name="person" label="Person" placeholder="Name or email address" value=text(&filter.actor)/>
            <FilterSearch
                name="object"
                label="Object ID"
                placeholder="Organisation or client ID"
                value=text(&filter.object_id)
            />
            <FilterSelect name="connection" label="Connection" options=connections chosen=text(&filter.connection)/>
            <FilterSelect name="action" label="Event" options=actions chosen=action_of(filter).to_owned()/>
            <FilterSelect name="outcome" label="Outcome" options=pairs(outcomes) chosen=outcome/>
            <button class="button" type="submit">
                "Apply"
            </button>
        </form>
        <FilterChips chips clear=paths::AUDIT.to_owned()/>
    }
}
