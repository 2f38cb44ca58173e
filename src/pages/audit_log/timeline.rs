//! What happened to one entry: recorded, sent, answered, and what was established later.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::{Card, ExactTime, OutcomePill, TextWithTimes, display};
use crate::domain::audit::{Action, AuditEntry, AuditedKind, Completion, Outcome, Resolution};
use crate::domain::time_format::{exact, rfc3339};
use crate::paths;

/// The steps of an entry in their order.
#[component]
pub(super) fn Timeline(
    /// The entry.
    entry: AuditEntry,
) -> impl IntoView {
    if entry.intent.action.is_complete_when_written() {
        return view! {
            <Card id="what-happened" title="What happened">
                <ol class="timeline">{step(entry.intended_at, recorded(&entry), None)}</ol>
            </Card>
        }
        .into_any();
    }
    let begun = step(entry.intended_at, "Recorded before sending".into_any(), None);
    let rest = match (&entry.completion, entry.completed_at) {
        (Some(completion), Some(at)) => completed(&entry, completion, at).into_any(),
        _ => view! {
            <li>
                <div class="timeline-event">{unfinished(&entry)}</div>
            </li>
        }
        .into_any(),
    };
    let action = entry.intent.action;
    let found_out = entry.resolution.clone().map(|resolution| {
        let Resolution { resolved_at, outcome, detail, .. } = resolution;
        let detail = view! { <p class="secondary"><TextWithTimes text=detail/></p> };
        let event = view! { "Established later: " <OutcomePill action outcome/> {detail} };
        step(resolved_at, event.into_any(), None)
    });
    view! {
        <Card id="what-happened" title="What happened">
            <ol class="timeline">{begun} {rest} {found_out}</ol>
        </Card>
    }
    .into_any()
}

/// The one step of an entry for which nothing was sent.
fn recorded(entry: &AuditEntry) -> AnyView {
    let answered = entry.intent.answers.map(|answers| {
        view! {
            ": "
            <a href=paths::audit_entry(answers)>{format!("entry #{answers}")}</a>
        }
    });
    let since = entry.intent.observation.as_ref().and_then(|observation| observation.last_seen);
    let since = since.map(|at| view! { ". Last seen unchanged: " <ExactTime at/> });
    let what = match entry.intent.action {
        Action::Observed | Action::NewFields => "Found when the lists were read from OneID",
        Action::SavePrevented => {
            "Not sent, because the audit log could not be written. This was recorded as soon as it could be"
        }
        action => action.word(),
    };
    view! { {what} {answered} {since} }.into_any()
}

fn step(at: OffsetDateTime, event: AnyView, took: Option<String>) -> impl IntoView {
    view! {
        <li>
            <time class="timeline-time" datetime=rfc3339(at) title=exact(at)>
                {display().time_of_day(at)}
            </time>
            <div class="timeline-event">{event}</div>
            {took.map(|took| view! { <span class="timeline-took">{took}</span> })}
        </li>
    }
}

/// The answer, and the outcome that it means.
fn completed(entry: &AuditEntry, completion: &Completion, at: OffsetDateTime) -> impl IntoView + use<> {
    let (partner, action) = (partner_name(entry), entry.intent.action);
    let method = match action {
        Action::Create | Action::SendMessage => "POST",
        Action::Update => "PUT",
        // Nothing is sent for any other, or it is not said how.
        _ => "Request",
    };
    let answer = match (completion.http_status, completion.outcome) {
        _ if action == Action::Check => "Checked".to_owned(),
        (Some(status), _) => format!("{method} sent to {partner}: response {status}"),
        (None, Outcome::NotSent) => format!("{method} not sent"),
        (None, _) => format!("{method} sent to {partner}: no reliable response"),
    };
    let detail =
        completion.detail.clone().map(|detail| view! { <p class="secondary"><TextWithTimes text=detail/></p> });
    let (took, outcome) = (format!("{} ms", completion.duration_ms), completion.outcome);
    view! {
        {step(at, view! { {answer} {detail} }.into_any(), Some(took))}
        {step(at, view! { "Outcome: " <OutcomePill action outcome/> }.into_any(), None)}
    }
}

/// Why there is no outcome.
fn unfinished(entry: &AuditEntry) -> AnyView {
    if entry.resolution.is_some() {
        return "The server stopped before an outcome was recorded.".into_any();
    }
    let advice = match entry.intent.target.kind {
        AuditedKind::Object(_) => ". Check the object at OneID.",
        AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard => ".",
    };
    view! {
        <OutcomePill action=entry.intent.action outcome=Outcome::Unknown/>
        " No outcome recorded. The change is still in progress, or the server stopped before it finished"
        {advice}
    }
    .into_any()
}

/// The partner's name on the page: all objects are OneID's.
fn partner_name(entry: &AuditEntry) -> &'static str {
    match entry.intent.target.kind {
        AuditedKind::Object(_) => "OneID",
        AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard => "the partner",
    }
}
