//! `/audit/{id}`: one entry in full.

use leptos::prelude::*;

use super::super::Address;
use crate::components::{
    Card, ChangeRows, Chips, Crumb, Fact, Html, Layout, Location, OutcomePill, PageHead, TextWithTimes, shell,
};
use crate::domain::audit::{Action, AuditEntry, AuditedKind, Outcome, Resolution, Target};
use crate::domain::time_format::{exact, rfc3339, time_of_day};
use crate::error::AppError;
use crate::islands::CopyButton;
use crate::paths;
use crate::server_fns::audit_log::load_audit_entry;

/// The page of one audit entry.
///
/// # Errors
/// When there is no such entry, or the person may not read the log.
pub async fn entry(address: Address) -> Result<Html, AppError> {
    // Entries are counted from 1: anything that is not a number finds none.
    let entry = load_audit_entry(address.part("id").parse().unwrap_or(0)).await?;
    Ok(Html::of(page(entry)))
}

fn page(entry: AuditEntry) -> impl IntoView {
    let target = entry.intent.target.clone();
    let title = format!("{} {} {}", entry.intent.actor.name, entry.verb(), target.name);
    let connection = shell().and_then(|shell| shell.connection(&target.connection).cloned());
    let system = connection.as_ref().map_or_else(
        || format!("{} ({})", target.connection, target.environment.word()),
        crate::domain::connection::ConnectionSummary::title,
    );
    let object = match (entry.object_id(), is_known(&target, connection.is_some())) {
        (Some(id), true) => view! {
            {target.kind.word()}
            " "
            <a href=paths::audited(&target.connection, target.kind, id)>
                <code>{id.to_owned()}</code>
            </a>
        }
        .into_any(),
        (Some(id), false) => view! {
            {target.kind.word()}
            " "
            <code>{id.to_owned()}</code>
        }
        .into_any(),
        (None, _) => target.kind.word().into_any(),
    };
    let subline = view! {
        <span>
            <time datetime=rfc3339(entry.intended_at)>{exact(entry.intended_at)}</time>
            " · "
            {system}
            " · "
            {object}
        </span>
    };
    view! {
        <Layout
            title=title.clone()
            connection=connection.map(|connection| connection.name)
            location=Location::AuditLog
            crumbs=vec![Crumb::to("Audit log", paths::AUDIT.to_owned()), Crumb::here(format!("#{}", entry.id))]
        >
            <PageHead title subline=subline.into_any()/>
            <div class="columns">
                <div class="column">
                    {what_was_sent(&entry)} {what_happened(&entry)}
                </div>
                <aside class="column" aria-label="About this entry">
                    {who(&entry)} {partner(&entry)}
                </aside>
            </div>
        </Layout>
    }
}

/// Whether there is a page to link to: a connection has one of its own, objects need their connection.
fn is_known(target: &Target, has_connection: bool) -> bool {
    has_connection || target.kind == AuditedKind::Connection
}

/// The partner's name on the page: all objects are OneID's.
fn partner_word(entry: &AuditEntry) -> &'static str {
    match entry.intent.target.kind {
        AuditedKind::Object(_) => "OneID",
        AuditedKind::Connection => "the partner",
    }
}

/// The fields before and after, or the document that was sent; nothing for a check.
fn what_was_sent(entry: &AuditEntry) -> AnyView {
    let (title, note) = match entry.intent.action {
        Action::Create => ("Requested values", "recorded before sending"),
        Action::Update => ("Before and after", "before: as read from OneID; after: as requested"),
        Action::SendMessage => ("Message", "recorded before sending"),
        Action::Check => return ().into_any(),
    };
    let is_new = entry.intent.action != Action::Update;
    let kind = entry.intent.target.kind;
    let changes = entry.intent.changes.iter().map(|change| (change.clone(), None)).collect::<Vec<_>>();
    view! {
        <Card id="changes" title note=note.into_any()>
            <ChangeRows kind changes is_new/>
        </Card>
    }
    .into_any()
}

fn what_happened(entry: &AuditEntry) -> impl IntoView + use<> {
    let step = |at: time::OffsetDateTime, event: AnyView, took: Option<String>| {
        view! {
            <li>
                <time class="timeline-time" datetime=rfc3339(at) title=exact(at)>
                    {time_of_day(at)}
                </time>
                <div class="timeline-event">{event}</div>
                {took.map(|took| view! { <span class="timeline-took">{took}</span> })}
            </li>
        }
    };
    let (partner, action) = (partner_word(entry), entry.intent.action);
    let method = match action {
        Action::Create | Action::SendMessage => "POST",
        Action::Update => "PUT",
        Action::Check => "Check",
    };
    let begun = step(entry.intended_at, "Recorded before sending".into_any(), None);
    let rest = match (&entry.completion, entry.completed_at) {
        (Some(completion), Some(at)) => {
            let answer = match (completion.http_status, completion.outcome) {
                _ if action == Action::Check => "Checked".to_owned(),
                (Some(status), _) => format!("{method} sent to {partner}: response {status}"),
                (None, Outcome::NotSent) => format!("{method} not sent"),
                (None, _) => format!("{method} sent to {partner}: no reliable response"),
            };
            let detail =
                completion.detail.clone().map(|detail| view! { <p class="secondary"><TextWithTimes text=detail/></p> });
            let took = format!("{} ms", completion.duration_ms);
            let outcome = completion.outcome;
            view! {
                {step(at, view! { {answer} {detail} }.into_any(), Some(took))}
                {step(at, view! { "Outcome: " <OutcomePill outcome/> }.into_any(), None)}
            }
            .into_any()
        }
        _ if entry.resolution.is_some() => view! {
            <li>
                <div class="timeline-event">"The server stopped before an outcome was recorded."</div>
            </li>
        }
        .into_any(),
        _ => view! {
            <li>
                <div class="timeline-event">
                    <OutcomePill outcome=Outcome::Unknown/>
                    " No outcome recorded. The change is still in progress, or the server stopped before it finished"
                    {match entry.intent.target.kind {
                        AuditedKind::Object(_) => ". Check the object at OneID.",
                        AuditedKind::Connection => ".",
                    }}
                </div>
            </li>
        }
        .into_any(),
    };
    let found_out = entry.resolution.clone().map(|resolution| {
        let Resolution { resolved_at, outcome, detail, .. } = resolution;
        let detail = view! { <p class="secondary"><TextWithTimes text=detail/></p> };
        let event = view! { "Established later: " <OutcomePill outcome/> {detail} };
        step(resolved_at, event.into_any(), None)
    });
    view! {
        <Card id="what-happened" title="What happened">
            <ol class="timeline">{begun} {rest} {found_out}</ol>
        </Card>
    }
}

fn who(entry: &AuditEntry) -> impl IntoView + use<> {
    let actor = entry.intent.actor.clone();
    view! {
        <Card id="who" title="Who">
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <Fact name="Person">
                        {actor.name}
                        {actor.email.map(|email| view! { <span class="feed-meta">{email}</span> })}
                    </Fact>
                    <Fact name="User">
                        <code>{actor.subject}</code>
                    </Fact>
                    <Fact name="Role">{actor.role}</Fact>
                    <Fact name="Groups">
                        <Chips values=actor.groups/>
                    </Fact>
                    <Fact name="From">
                        <code>{actor.peer.unwrap_or_else(|| "Unknown".to_owned())}</code>
                    </Fact>
                </dl>
            </div>
        </Card>
    }
}

fn partner(entry: &AuditEntry) -> impl IntoView + use<> {
    let own_request_id = entry.intent.request_id.clone();
    let completion = entry.completion.clone();
    let status = completion.as_ref().and_then(|completion| completion.http_status);
    let request_id = completion.and_then(|completion| completion.partner_request_id);
    let request_id = match request_id {
        Some(id) => view! {
            <code>{id.clone()}</code>
            " "
            <CopyButton text=id label="partner request ID".to_owned()/>
        }
        .into_any(),
        None => view! { <span class="muted">"None"</span> }.into_any(),
    };
    let status = status.map_or_else(|| "None".to_owned(), |status| status.to_string());
    view! {
        <Card id="for-support" title="For support">
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <Fact name="Status">
                        <code>{status}</code>
                    </Fact>
                    <Fact name="Partner request ID">{request_id}</Fact>
                    <Fact name="Request ID">
                        <code>{own_request_id}</code>
                    </Fact>
                </dl>
            </div>
        </Card>
    }
}
