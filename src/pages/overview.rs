//! `/`: every OneID connection at a glance, recent changes, and how to get started.

use std::sync::Arc;

use leptos::prelude::*;

use super::observed::ObservedCard;
use super::title_of;
use crate::components::{
    Card, Crumb, HistoryCard, Html, Layout, Location, Notice, PageHead, RelativeTime, counted, grouped, shell,
};
use crate::domain::audit::Outcome;
use crate::domain::backup::BackupState;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::object::ObjectKind;
use crate::domain::overview::{
    ConnectionOverview, OrganisationCounts, Overview, OverviewCounts, ReadinessErrors, errors_in_production,
};
use crate::domain::shell::{Shell, Tone};
use crate::domain::staleness::Staleness;
use crate::domain::unknown_creation::WaitingCreation;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::overview::load_overview;

/// The overview page.
///
/// # Errors
/// When its data cannot be read.
pub async fn overview() -> Result<Html, AppError> {
    let overview = load_overview().await?;
    // The navigation counts what this page has found too, so that both say the same.
    if let Some(shell) = shell() {
        let failing_connections = overview.health.failing;
        provide_context(Arc::new(Shell { failing_connections, ..Arc::unwrap_or_clone(shell) }));
    }
    Ok(Html::of(page(overview)))
}

fn page(overview: Overview) -> impl IntoView {
    let health = overview.health;
    let observed = overview.connections.iter().map(|one| (title_of(&one.connection), one.observed.clone())).collect();
    let may_read = overview.history.is_some();
    let cards = overview.connections.into_iter().map(card).collect_view();
    view! {
        <Layout title="Overview" connection=None location=Location::Overview crumbs=vec![Crumb::here("Overview")]>
            <PageHead title="Overview" subline=view! { <span>{health.sentence()}</span> }.into_any()/>
            {unknown_changes(overview.unknown)} {waiting(overview.waiting)}
            <div class="grid">{cards}</div>
            <div class="columns">
                <div class="column">
                    <ObservedCard connections=observed may_read/>
                    <HistoryCard
                        history=overview.history
                        path=paths::AUDIT.to_owned()
                        nothing="No changes yet. Every change is listed here, with who made it, when and what changed."
                    />
                </div>
                <aside class="column" aria-label="Get started">
                    <Card id="first-steps" title="Get started">
                        <ol class="steps">
                            {step("Create an organisation", "One for each customer you integrate. Organisations form a tree.")}
                            {step("Create its clients", "Each application gets a client ID and a secret, and uses one product.")}
                            {step("Change them safely", "Review every change before it is sent. Each one is recorded first.")}
                        </ol>
                    </Card>
                    {overview.backup.map(backup_card)}
                </aside>
            </div>
        </Layout>
    }
}

/// A warning that some changes have no known outcome; nothing when all have one.
fn unknown_changes(count: u64) -> Option<impl IntoView> {
    let text = match count {
        0 => return None,
        1 => "One change may or may not have been applied: OneID sent no reliable response. ".to_owned(),
        count => {
            let count = grouped(count);
            format!("{count} changes may or may not have been applied: OneID sent no reliable response. ")
        }
    };
    let path = paths::with_query(paths::AUDIT, [("outcome", Outcome::Unknown.code())]);
    Some(view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>"Outcome unknown. "</strong>
                {text} "Check the objects at OneID. "
                <a href=path>"View in the audit log"</a>
            </p>
        </Notice>
    })
}

/// The creations that wait for a decision; nothing when there are none.
fn waiting(creations: Vec<WaitingCreation>) -> Option<impl IntoView> {
    let rows = creations.into_iter().map(|creation| {
        let path = paths::unknown_creation(&creation.connection, creation.entry);
        let name = cut(&creation.name, LONGEST_NAME).into_owned();
        view! {
            <li>
                <span>
                    <a href=path>{format!("Was “{name}” created?")}</a>
                    <span class="feed-meta">
                        {creation.kind.word()} " · " {title_of(&creation.connection)} " · sent "
                        <RelativeTime at=creation.sent_at/>
                    </span>
                </span>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Card id="waiting" title="Waiting for your decision" note="the response was lost".into_any()>
                <ul class="rows">{rows}</ul>
            </Card>
        }
    })
}

/// How the scheduled backups are going.
fn backup_card(backup: BackupState) -> impl IntoView {
    let last = match backup.last {
        Some(last) => view! { "Last backup: " <RelativeTime at=last.at/> "." }.into_any(),
        None => "No backup yet.".into_any(),
    };
    let failure = backup.failed_at.map(|at| {
        view! {
            <p>
                <strong>"The last backup failed " <RelativeTime at/> ". "</strong>
                "The log of the server says why. It is tried again every 15 minutes."
            </p>
        }
    });
    view! {
        <Card id="backup" title="Backup">
            <div class="card-body">{failure} <p>{last}</p></div>
        </Card>
    }
}

fn step(title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <li>
            <div class="step-text">
                <h3>{title}</h3>
                <p>{text}</p>
            </div>
        </li>
    }
}

fn card(overview: ConnectionOverview) -> impl IntoView {
    let name = overview.connection;
    let title = title_of(&name);
    let id = format!("connection-{name}");
    let heading_id = id.clone();
    let pill = pill(&overview.organisations);
    view! {
        <section class="card connection-card" aria-labelledby=heading_id>
            <div class="card-head">
                <div class="card-head-text">
                    <h2 id=id>{title}</h2>
                </div>
                {pill}
            </div>
            <div class="card-body">
                {body(&name, overview.organisations)}
                <div class="button-row">
                    <a class="button" href=paths::organisations(&name)>
                        "Organisations"
                    </a>
                    <a class="button button-quiet" href=paths::clients(&name)>
                        "Clients"
                    </a>
                </div>
            </div>
        </section>
    }
}

fn pill(counts: &OverviewCounts) -> impl IntoView + use<> {
    let (class, text) = if counts.is_failing() {
        ("pill pill-bad", "Failing")
    } else if counts.is_waiting() {
        ("pill pill-off", "No response yet")
    } else {
        ("pill pill-good", "Operational")
    };
    view! { <span class=class>{text}</span> }
}

fn body(connection: &str, counts: OverviewCounts) -> AnyView {
    match counts {
        OverviewCounts::Known(counts, stale) => {
            let errors = errors(connection, counts.errors);
            view! { {counts_view(counts)} {errors} {stale.map(age)} }.into_any()
        }
        OverviewCounts::Failed(failure) => {
            view! { <p class="secondary">{failure.title()} ". " {failure.advice()}</p> }.into_any()
        }
        OverviewCounts::Waiting => view! {
            <p class="secondary">"OneID has not responded yet. Reload this page in a moment to see the counts."</p>
        }
        .into_any(),
    }
}

/// What in production breaks readiness rules, as links to the lists; nothing when nothing does.
fn errors(connection: &str, errors: ReadinessErrors) -> Option<impl IntoView + use<>> {
    let link = |kind: ObjectKind, count: u32| {
        let path = paths::listing(connection, kind, &errors_in_production());
        (count > 0).then(|| view! { <a href=path>{counted(count.into(), kind.word())}</a> })
    };
    let links = (link(ObjectKind::Organisation, errors.organisations), link(ObjectKind::OAuthClient, errors.clients));
    let (first, second) = match links {
        (None, None) => return None,
        (Some(first), second) => (first, second.map(|second| view! { " and " {second} })),
        (None, Some(first)) => (first, None),
    };
    Some(view! {
        <p class="secondary">
            <span class="pill pill-bad">"Readiness"</span>
            " In production, with errors: "
            {first}
            {second}
            "."
        </p>
    })
}

/// Why the numbers are old, and how old.
fn age(stale: Staleness) -> impl IntoView {
    view! {
        <p class="secondary">
            {stale.title()} ". These counts are from " <RelativeTime at=stale.read_at/> "."
        </p>
    }
}

fn counts_view(counts: OrganisationCounts) -> impl IntoView {
    let line = |name: &'static str, number: Option<u32>| {
        let text = number.map_or_else(|| "–".to_owned(), |number| grouped(number.into()));
        let title = number.is_none().then_some("Not counted yet");
        view! {
            <div>
                <dt>{name}</dt>
                <dd title=title>{text}</dd>
            </div>
        }
    };
    view! {
        <dl class="counts">
            {line("Organisations", Some(counts.all))}
            {line("Clients", counts.clients)}
            {line("Production access", Some(counts.production))}
            {line("Disabled", Some(counts.disabled))}
        </dl>
    }
}
