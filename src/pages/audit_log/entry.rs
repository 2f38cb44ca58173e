//! `/audit/{id}`: one entry in full.

use leptos::prelude::*;

use super::super::Address;
use super::super::observed::StandingCard;
use super::certainty::CertaintyLine;
use super::place::place;
use super::proof::ProofCard;
use super::related::RelatedCard;
use super::restore::RestoreButton;
use super::timeline::Timeline;
use crate::components::{Card, ChangeRows, Chips, Crumb, ExactTime, Fact, Html, Layout, PageHead, grouped, shell};
use crate::domain::audit::{Action, AuditEntry, AuditedKind, Sighting, Target};
use crate::domain::observed::EntryPage;
use crate::domain::version::doubts_of;
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
    let page = load_audit_entry(address.part("id").parse().unwrap_or(0)).await?;
    Ok(Html::of(view_of(page)))
}

fn view_of(EntryPage { entry, standing, may_restore, proof, related }: EntryPage) -> impl IntoView {
    let target = entry.intent.target.clone();
    let title = format!("{} {} {}", entry.intent.actor.shown(), entry.verb(), target.name);
    let connection = shell().and_then(|shell| shell.connection(target.connection_name()).cloned());
    let system = match (&connection, &target.connection) {
        (Some(connection), _) => connection.title(),
        (None, Some(gone)) => format!("{} ({})", gone.name, gone.environment.word()),
        (None, None) => target.name.clone(),
    };
    let object = match (entry.object_id(), is_known(&target, connection.is_some())) {
        (Some(id), true) => view! {
            {target.kind.word()}
            " "
            <a href=paths::audited(target.connection_name(), target.kind, id)>
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
            <ExactTime at=entry.intended_at/>
            " · "
            {system}
            " · "
            {object}
        </span>
    };
    let id = entry.id;
    let proof = proof.map(|proof| view! { <ProofCard id proof/> });
    let (location, log) = place();
    view! {
        <Layout
            title=title.clone()
            connection=connection.map(|connection| connection.name)
            location
            crumbs=vec![log, Crumb::here(format!("#{id}"))]
        >
            <PageHead title subline=subline.into_any()/>
            <div class="columns">
                <div class="column">
                    {what(&entry)} <Timeline entry=entry.clone()/> <RelatedCard related/>
                </div>
                <aside class="column" aria-label="About this entry">
                    <StandingCard standing/>
                    {version(&entry, may_restore)} {who(&entry)} {partner(&entry)} {proof}
                </aside>
            </div>
        </Layout>
    }
}

/// Whether there is a page to link to: a connection has one of its own, objects need their connection.
fn is_known(target: &Target, has_connection: bool) -> bool {
    (has_connection && matches!(target.kind, AuditedKind::Object(_))) || target.kind == AuditedKind::Connection
}

/// The fields before and after, the document that was sent, or what somebody said; nothing for a check.
fn what(entry: &AuditEntry) -> AnyView {
    let observed = entry.intent.observation.as_ref().map(|observation| &observation.sighting);
    let (title, note) = match entry.intent.action {
        Action::Observed if matches!(observed, Some(Sighting::Many { .. })) => return many(entry),
        Action::Observed => ("Before and after", "before: as last seen; after: as found at OneID"),
        Action::NewFields => ("New fields", "sent by OneID, not known to this dashboard before"),
        Action::Accept if entry.intent.changes.is_empty() => return ().into_any(),
        Action::Accept => ("Note", "of the person who accepted"),
        Action::Create => ("Requested values", "recorded before sending"),
        Action::SavePrevented if entry.intent.target.id.is_none() => ("Requested values", "nothing was sent"),
        Action::SavePrevented => ("Before and after", "before: as read from OneID; after: as requested, not sent"),
        Action::Update => ("Before and after", "before: as read from OneID; after: as requested"),
        Action::SendMessage => ("Message", "recorded before sending"),
        _ if entry.intent.changes.is_empty() => return ().into_any(),
        _ => ("Details", "recorded when it happened"),
    };
    let is_new = match entry.intent.action {
        Action::Observed => observed == Some(&Sighting::Added),
        Action::SavePrevented => entry.intent.target.id.is_none(),
        action => action != Action::Update,
    };
    let kind = entry.intent.target.kind;
    let changes = entry.intent.changes.iter().map(|change| (change.clone(), None)).collect::<Vec<_>>();
    let certainty = matches!(entry.intent.action, Action::Observed | Action::Create | Action::Update).then(|| {
        view! {
            <div class="card-body">
                <CertaintyLine kind doubts=doubts_of(entry)/>
            </div>
        }
    });
    view! {
        <Card id="changes" title note=note.into_any()>
            {certainty}
            <ChangeRows kind changes is_new/>
        </Card>
    }
    .into_any()
}

/// The version that an entry left: what became of it, and the way back to it.
fn version(entry: &AuditEntry, may_restore: Option<bool>) -> impl IntoView + use<> {
    let (id, restored) = (entry.id, entry.intent.restores);
    let restored = restored.map(|restored| {
        view! {
            <p>
                "This change restored the version after "
                <a href=paths::audit_entry(restored)>{format!("entry #{restored}")}</a>
                "."
            </p>
        }
    });
    may_restore.map(|may_restore| {
        view! {
            <Card id="version" title="This version">
                <div class="card-body">
                    {restored}
                    <div class="button-row">
                        <a class="button" href=paths::since(id)>
                            "Compare with now"
                        </a>
                        <RestoreButton entry=id may_restore/>
                    </div>
                </div>
            </Card>
        }
    })
}

/// The first of many objects that changed at once.
fn many(entry: &AuditEntry) -> AnyView {
    let Some(Sighting::Many { count, first }) =
        entry.intent.observation.as_ref().map(|observation| observation.sighting.clone())
    else {
        return ().into_any();
    };
    let connection = entry.intent.target.connection_name().to_owned();
    let note = format!("the first {} of {}", first.len(), grouped(count));
    let rows = first.into_iter().map(move |(kind, id)| {
        view! {
            <li>
                {kind.word()}
                " "
                <a href=paths::object(&connection, kind, &id)>
                    <code>{id.clone()}</code>
                </a>
            </li>
        }
    });
    view! {
        <Card id="changes" title="Changed objects" note=note.into_any()>
            <ul class="rows">{rows.collect_view()}</ul>
        </Card>
    }
    .into_any()
}

/// The person; what was observed has none, and what an unknown person is called says so.
fn who(entry: &AuditEntry) -> impl IntoView + use<> {
    let actor = entry.intent.actor.clone();
    let name = actor.shown().to_owned();
    let person = view! {
        <Fact name="Person">
            {name}
            {actor.email.map(|email| view! { <span class="feed-meta">{email}</span> })}
        </Fact>
    };
    let role = actor.role.clone();
    let role = (actor.subject.is_empty() && !role.is_empty()).then(|| view! { <Fact name="Role">{role}</Fact> });
    let known = (!actor.subject.is_empty()).then(|| {
        view! {
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
        }
    });
    view! {
        <Card id="who" title="Who">
            <div class="card-body">
                <dl class="facts facts-narrow">{person} {role} {known}</dl>
            </div>
        </Card>
    }
}

/// What the partner's support asks for; nothing where nothing was sent.
fn partner(entry: &AuditEntry) -> AnyView {
    if entry.intent.action.is_complete_when_written() {
        return ().into_any();
    }
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
    .into_any()
}
