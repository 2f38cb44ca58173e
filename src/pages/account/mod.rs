//! `/account`: the identity and permissions of the visitor, their drafts, their saved views and their sessions.

mod drafts;
mod saved_views;
mod sessions;
mod shortcuts;
mod times;

use leptos::prelude::*;

use crate::components::{Card, Chips, Crumb, Fact, Html, Layout, Location, PageHead, shell};
use crate::domain::principal::{Grant, Permission, Principal};
use crate::domain::review::DraftSummary;
use crate::domain::saved_view::SavedView;
use crate::domain::session_summary::SessionSummary;
use crate::domain::shell::Shell;
use crate::error::AppError;
use crate::server_fns::changes::list_drafts;
use crate::server_fns::preferences::list_time_zones;
use crate::server_fns::saved_views::list_saved_views;
use crate::server_fns::sessions::list_sessions;

const PERMISSIONS: [(Permission, &str); 8] = [
    (Permission::ViewObjects, "View organisations and clients"),
    (Permission::ViewAuditLog, "View the audit log"),
    (Permission::ViewHistory, "View the history of organisations and clients"),
    (Permission::EditSandbox, "Create and edit outside production"),
    (Permission::EditProduction, "Create and edit in production"),
    (Permission::RevealSecrets, "Reveal client secrets"),
    (Permission::CheckConnections, "Check connections"),
    (Permission::TestNotifications, "View and test notifications"),
];

/// The account page of the signed-in person.
///
/// # Errors
/// When the sessions, the drafts or the saved views cannot be read.
pub async fn account() -> Result<Html, AppError> {
    let kept =
        Kept { drafts: list_drafts().await?, views: list_saved_views().await?, sessions: list_sessions().await? };
    let zones = list_time_zones().await?;
    Ok(Html::of(shell().map(|shell| page(&shell, kept, zones))))
}

/// What is kept for the visitor.
struct Kept {
    drafts: Vec<DraftSummary>,
    views: Vec<SavedView>,
    sessions: Vec<SessionSummary>,
}

fn page(shell: &Shell, kept: Kept, zones: Vec<String>) -> impl IntoView + use<> {
    let Kept { drafts, views, sessions } = kept;
    let Shell { principal, is_demo, signs_in_here, has_single_keys, times, now, .. } = shell.clone();
    let sign_in_method = match (is_demo, signs_in_here) {
        (true, _) => "Signed in automatically for the demo",
        (false, true) => "Signed in with your identity provider",
        (false, false) => "Signed in by the proxy in front of this dashboard",
    };
    view! {
        <Layout title="Your account" location=Location::Elsewhere crumbs=vec![Crumb::here("Your account")] connection=None>
            <PageHead title=principal.name.clone() subline=view! { <span>{sign_in_method}</span> }.into_any()/>
            <div class="columns">
                <div class="column">
                    <Identity principal=principal.clone()/>
                    <drafts::Drafts drafts/>
                    <saved_views::OwnViews views/>
                    <sessions::Sessions sessions signs_in_here can_sign_out=!is_demo/>
                </div>
                <div class="column">
                    <Permissions principal/>
                    <times::Times times zones now/>
                    <shortcuts::Shortcuts is_on=has_single_keys/>
                </div>
            </div>
        </Layout>
    }
}

#[component]
fn Identity(principal: Principal) -> impl IntoView {
    let grants: Vec<String> = principal.grants.iter().map(describe).collect();
    view! {
        <Card id="identity" title="Your details">
            <div class="card-body">
                <dl class="facts">
                    <Fact name="User">
                        <code>{principal.subject}</code>
                    </Fact>
                    <Fact name="Email">{principal.email.unwrap_or_else(|| "Not provided".to_owned())}</Fact>
                    <Fact name="Groups">
                        <Chips values=principal.groups/>
                    </Fact>
                    <Fact name="Role">{grants.join(", ")}</Fact>
                </dl>
            </div>
        </Card>
    }
}

/// "editor for o-1 and its sub-organisations on sandbox".
fn describe(grant: &Grant) -> String {
    match &grant.within {
        None => grant.role.word().to_owned(),
        Some(subtree) => {
            format!(
                "{} for {} and its sub-organisations on {}",
                grant.role.word(),
                subtree.organisation,
                subtree.connection
            )
        }
    }
}

#[component]
fn Permissions(principal: Principal) -> impl IntoView {
    let facts = PERMISSIONS.map(|(permission, name)| {
        let answer = if principal.may_everywhere(permission) {
            "Yes"
        } else if principal.may_somewhere(permission) {
            "Only in organisations you manage"
        } else {
            "No"
        };
        view! { <Fact name>{answer}</Fact> }
    });
    view! {
        <Card id="may" title="What you can do">
            <div class="card-body">
                <dl class="facts facts-answers">{facts.collect_view()}</dl>
            </div>
        </Card>
    }
}
