//! `/`: what needs the person, every OneID connection at a glance, and recent changes.

mod attention;
mod connection;

use std::sync::Arc;

use leptos::prelude::*;

use self::attention::AttentionCard;
use self::connection::ConnectionColumn;
use super::observed::ObservedCard;
use super::title_of;
use crate::components::{Card, Crumb, HistoryCard, Html, Layout, Location, PageHead, RelativeTime, shell};
use crate::domain::audit::{AuditFilter, EventGroup};
use crate::domain::backup::BackupState;
use crate::domain::overview::Overview;
use crate::domain::principal::Permission;
use crate::domain::shell::Shell;
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
    let get_started = overview.is_untouched.then(first_steps);
    let changes = AuditFilter { group: Some(EventGroup::Changes), ..AuditFilter::default() };
    let columns = overview.connections.into_iter().map(|overview| view! { <ConnectionColumn overview/> });
    let columns = columns.collect_view();
    view! {
        <Layout title="Overview" connection=None location=Location::Overview crumbs=vec![Crumb::here("Overview")]>
            <PageHead title="Overview" subline=view! { <span>{health.sentence()}</span> }.into_any()/>
            {get_started}
            <AttentionCard rows=overview.attention/>
            <div class="grid grid-wide">{columns}</div>
            <div class="columns">
                <div class="column">
                    <HistoryCard
                        history=overview.history
                        path=paths::audit_log(&changes)
                        nothing="No changes yet. Every change is listed here, with who made it, when and what changed."
                        permission=Permission::ViewAuditLog
                    />
                </div>
                <div class="column">
                    <ObservedCard connections=observed may_read/>
                    {overview.backup.map(backup_card)}
                </div>
            </div>
        </Layout>
    }
}

/// What to do first, as long as nothing has been done.
fn first_steps() -> impl IntoView {
    view! {
        <Card id="first-steps" title="Get started">
            <ol class="steps">
                {step("Create an organisation", "One for each customer you integrate. Organisations form a tree.")}
                {step("Create its clients", "Each application gets a client ID and a secret, and uses one product.")}
                {step("Change them safely", "Review every change before it is sent. Each one is recorded first.")}
            </ol>
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
