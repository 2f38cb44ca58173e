//! Entries of the audit log: as a table of their own, and as a short list beside an object.

use leptos::prelude::*;

use super::card::Card;
use super::chips::{EnvironmentPill, OutcomePill};
use super::log_part::NOT_SEARCHED_IN_FULL;
use super::numbers::{at_least, grouped};
use super::shell::shell;
use super::times::RelativeTime;
use crate::domain::audit::{AuditEntry, AuditedKind, Entries, Outcome, Sighting};
use crate::domain::principal::Permission;
use crate::paths;

/// The labels of the fields that an entry is about.
fn fields(entry: &AuditEntry) -> String {
    if let Some(Sighting::Many { count, .. }) = entry.intent.observation.as_ref().map(|seen| &seen.sighting) {
        return format!("{} objects", grouped(*count));
    }
    let kind = entry.intent.target.kind;
    let labels: Vec<&str> = entry.intent.changes.iter().map(|change| kind.label(&change.field)).collect();
    labels.join(", ")
}

/// "Created client", "Tried to change": the sentence before the link, without the person.
fn what(entry: &AuditEntry) -> String {
    let verb = entry.verb();
    let mut letters = verb.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let verb = format!("{}{}", first.collect::<String>(), letters.as_str());
    match entry.intent.target.kind {
        kind @ (AuditedKind::Object(_) | AuditedKind::Connection) => format!("{verb} {}", kind.word()),
        AuditedKind::Session | AuditedKind::Dashboard => verb,
    }
}

/// Audit entries as a table, newest first.
#[component]
pub fn HistoryTable(
    /// The entries of this page.
    entries: Vec<AuditEntry>,
) -> impl IntoView {
    view! {
        <div class="table-card">
            <table class="table table-rows">
                <caption class="visually-hidden">"Audit entries, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Time"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Where"</th>
                        <th scope="col">"Outcome"</th>
                    </tr>
                </thead>
                <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(entry: AuditEntry) -> impl IntoView {
    let (action, outcome) = (entry.intent.action, entry.outcome());
    let class = if outcome == Outcome::Applied { "cell-extra is-quiet" } else { "cell-extra" };
    let what = what(&entry);
    let environment = entry.intent.target.connection.as_ref().map(|connection| connection.environment);
    let fields = Some(fields(&entry)).filter(|fields| !fields.is_empty());
    view! {
        <tr>
            <td class="cell-half cell-time muted">
                <RelativeTime at=entry.intended_at/>
            </td>
            <td class="cell-half cell-who secondary">{entry.intent.actor.shown().to_owned()}</td>
            <th scope="row" class="cell-main sentence">
                {what}
                " "
                <a href=paths::audit_entry(entry.id)>{entry.intent.target.name}</a>
                " "
                {fields.map(|fields| view! { <span class="muted">{format!("· {fields}")}</span> })}
            </th>
            <td class="cell-side">
                {environment.map(|environment| view! { <EnvironmentPill environment/> })}
            </td>
            <td class=class>
                <OutcomePill action outcome/>
            </td>
        </tr>
    }
}

/// Entries as a short list, each with its link.
#[component]
pub fn HistoryFeed(
    /// The entries, in their order.
    entries: Vec<AuditEntry>,
) -> impl IntoView {
    let lines = entries.into_iter().map(|entry| {
        let (action, outcome) = (entry.intent.action, entry.outcome());
        let mark = (outcome != Outcome::Applied).then(|| view! { <OutcomePill action outcome/> });
        let text = format!("{} {} ", entry.intent.actor.shown(), entry.verb());
        view! {
            <li>
                {text}
                <a href=paths::audit_entry(entry.id)>{entry.intent.target.name}</a>
                " "
                {mark}
                <span class="feed-meta">
                    <RelativeTime at=entry.intended_at/>
                </span>
            </li>
        }
    });
    view! { <ul class="feed">{lines.collect_view()}</ul> }
}

/// The last changes of an object, beside it.
#[component]
pub fn HistoryCard(
    /// The last entries, for those who may read them.
    history: Option<Entries>,
    /// The page that lists all of them.
    path: String,
    /// What to say when there is none.
    #[prop(into)]
    nothing: String,
    /// What somebody needs to see it.
    #[prop(default = Permission::ViewHistory)]
    permission: Permission,
) -> impl IntoView {
    let Some(history) = history else {
        let reason = shell().and_then(|shell| shell.refusal_everywhere(permission));
        return view! {
            <Card id="last-changes" title="Recent changes">
                <div class="card-body">
                    <p class="prose secondary">{reason}</p>
                </div>
            </Card>
        }
        .into_any();
    };
    let (count, is_stopped) = (history.count, history.stopped.is_some());
    let body = if history.items.is_empty() {
        let nothing = if is_stopped { NOT_SEARCHED_IN_FULL.to_owned() } else { nothing };
        view! { <p class="prose">{nothing}</p> }.into_any()
    } else {
        view! { <HistoryFeed entries=history.items/> }.into_any()
    };
    let all = (!count.is_none()).then(|| {
        let label = if count.number == 0 {
            "Search the whole log".to_owned()
        } else if count.is_one() {
            "View details".to_owned()
        } else {
            format!("View all {} changes", at_least(count))
        };
        view! {
            <div class="card-foot">
                <a href=path>{label}</a>
            </div>
        }
    });
    view! {
        <Card id="last-changes" title="Recent changes">
            <div class="card-body">{body}</div>
            {all}
        </Card>
    }
    .into_any()
}
