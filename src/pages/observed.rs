//! What was changed outside of this dashboard, on the pages of objects, of entries and on the overview: what it was, and
//! the buttons that accept or revert it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::permission::refusal_on;
use crate::components::{Card, Notice, RefusedButton, RelativeTime, grouped};
use crate::domain::audit::{AuditFilter, AuditedKind, Sighting};
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::observed::{Answer, ObservedTarget, OpenChange, OpenChanges, Standing};
use crate::domain::shell::Tone;
use crate::domain::staleness::EditRefusal;
use crate::paths;
use crate::server_fns::observed::{AcceptObserved, RevertObserved};

/// The most fields that are named in a sentence.
const MOST_FIELDS: usize = 6;

/// The codes of the pages that an answer goes back to.
const OBJECT: &str = "object";
const ENTRY: &str = "entry";
const OVERVIEW: &str = "overview";

/// The notice on the page of an object; nothing where nothing is open.
#[component]
pub(super) fn ObservedNotice(
    /// What was observed of the object.
    change: Option<OpenChange>,
) -> impl IntoView {
    change.map(|change| {
        let entry = change.may_read.then(|| {
            view! {
                " "
                <a href=paths::audit_entry(change.about.until)>"View in the audit log"</a>
            }
        });
        let since = change.last_seen.map(|at| view! { " Last seen unchanged " <RelativeTime at/> "." });
        view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>{what_happened(&change)} " " <RelativeTime at=change.found_at/> {fields(&change)} "."</strong>
                    {since}
                    {entry}
                </p>
                {buttons(&change, OBJECT)}
            </Notice>
        }
    })
}

/// "Changed outside this dashboard".
fn what_happened(change: &OpenChange) -> String {
    match &change.sighting {
        Sighting::Changed | Sighting::NewFields { .. } => "Changed outside this dashboard".to_owned(),
        Sighting::Added => "Added outside this dashboard".to_owned(),
        Sighting::Removed => "Removed outside this dashboard".to_owned(),
        Sighting::Many { count, .. } => format!("{} changes made outside this dashboard", grouped(*count)),
    }
}

/// ": Name, Return URLs"; nothing for an object that came or went.
fn fields(change: &OpenChange) -> Option<String> {
    if !change.may_be_reverted() || change.fields.is_empty() {
        return None;
    }
    let labels = change.fields.iter().take(MOST_FIELDS).map(|field| cut(change.about.kind.label(field), LONGEST_NAME));
    let labels = labels.collect::<Vec<_>>().join(", ");
    Some(match change.fields.len().saturating_sub(MOST_FIELDS) {
        0 => format!(": {labels}"),
        more => format!(": {labels} and {more} more"),
    })
}

/// The buttons, or why they cannot be used.
fn buttons(change: &OpenChange, from: &'static str) -> impl IntoView + use<> {
    let connection = &change.about.connection;
    let reason = (!change.may_answer).then(|| EditRefusal::OutOfReach.reason());
    if let Some(reason) = refusal_on(connection, reason) {
        return view! {
            <div class="button-row">
                <RefusedButton class="button" label="Accept" reason described_by=None/>
            </div>
        }
        .into_any();
    }
    let revert = change.may_be_reverted().then(|| {
        view! {
            <form method="post" action=RevertObserved::url()>
                {about(&change.about, from)}
                <button class="button" type="submit">
                    "Revert…"
                </button>
            </form>
        }
    });
    let name = cut(&change.name, LONGEST_NAME).into_owned();
    let note = (from == ENTRY).then(|| {
        view! {
            " "
            <label for="note">"Note (optional)"</label>
            " "
            <input class="input" type="text" id="note" name="note" maxlength="1000" autocomplete="off"/>
        }
    });
    view! {
        <div class="button-row">
            <form method="post" action=AcceptObserved::url()>
                {about(&change.about, from)}
                <button class="button" type="submit">
                    "Accept"
                    <span class="visually-hidden">{format!(" the change of {name}")}</span>
                </button>
                {note}
            </form>
            {revert}
        </div>
    }
    .into_any()
}

/// What a form is about, and the page that it goes back to.
fn about(about: &ObservedTarget, from: &'static str) -> impl IntoView + use<> {
    let ObservedTarget { connection, kind, id, until } = about.clone();
    view! {
        <input type="hidden" name="connection" value=connection/>
        <input type="hidden" name="kind" value=kind.code()/>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="until" value=until.to_string()/>
        <input type="hidden" name="from" value=from/>
    }
}

/// The card on the page of an entry: open, to be answered with a note, or how it was answered.
#[component]
pub(super) fn StandingCard(
    /// Where the change stands.
    standing: Option<Standing>,
) -> impl IntoView {
    standing.map(|standing| {
        let body = match standing {
            Standing::Open(change) => view! {
                <p class="prose">"Nobody has accepted or reverted this change yet. Reverting opens a review first."</p>
                {buttons(&change, ENTRY)}
            }
            .into_any(),
            Standing::Answered(answer) => answered(answer).into_any(),
        };
        view! {
            <Card id="standing" title="Answer">
                <div class="card-body">{body}</div>
            </Card>
        }
    })
}

fn answered(answer: Answer) -> impl IntoView {
    let what = if answer.is_reverted { "Reverted by " } else { "Accepted by " };
    view! {
        <p class="prose">
            {what} {answer.name} " " <RelativeTime at=answer.at/> ". "
            <a href=paths::audit_entry(answer.entry)>"View this entry"</a>
        </p>
    }
}

/// The card on the overview: how many changes are open on all connections, and the newest. Nothing where none is.
#[component]
pub(super) fn ObservedCard(
    /// What is open on each connection, with the title of the connection.
    connections: Vec<(String, OpenChanges)>,
    /// Whether the person may read the audit log.
    may_read: bool,
) -> impl IntoView {
    let total: u64 = connections.iter().map(|(_, open)| open.total).sum();
    (total > 0).then(|| {
        let lines = connections
            .into_iter()
            .flat_map(|(title, open)| open.newest.into_iter().map(move |change| line(&title, &change)));
        let all = may_read.then(|| {
            let path = paths::audit_log(&AuditFilter { is_open: true, ..AuditFilter::default() });
            view! {
                <div class="card-foot">
                    <a href=path>{format!("View all {} in the audit log", grouped(total))}</a>
                </div>
            }
        });
        let note = format!("{} not accepted or reverted", grouped(total));
        view! {
            <Card id="observed" title="Changed outside this dashboard" note=note.into_any()>
                <div class="card-body">
                    <ul class="feed">{lines.collect_view()}</ul>
                </div>
                {all}
            </Card>
        }
    })
}

fn line(title: &str, change: &OpenChange) -> impl IntoView + use<> {
    let name = cut(&change.name, LONGEST_NAME).into_owned();
    let name = match object_path(change) {
        Some(path) => view! { <a href=path>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    // What has no page of its own is answered here; for the rest, the object is to be seen first.
    let answer = (object_path(change).is_none() && change.may_answer).then(|| buttons(change, OVERVIEW));
    let entry = change.may_read.then(|| {
        view! {
            " · "
            <a href=paths::audit_entry(change.about.until)>"Before and after"</a>
        }
    });
    view! {
        <li>
            {name} " " <span class="secondary">{what_happened(change)} {fields(change)}</span>
            <span class="feed-meta">
                {title.to_owned()} " · " <RelativeTime at=change.found_at/> {entry}
            </span>
            {answer}
        </li>
    }
}

/// The page of the object; `None` when it is gone, or it is about many.
fn object_path(change: &OpenChange) -> Option<String> {
    let about = &change.about;
    match about.kind {
        AuditedKind::Object(kind) if change.sighting != Sighting::Removed => {
            Some(paths::object(&about.connection, kind, &about.id))
        }
        AuditedKind::Object(_) | AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard => None,
    }
}
