//! `/account`: who the dashboard takes the visitor for, what that lets them do, what they have not finished, and where
//! they are signed in.

mod drafts;
mod sessions;

use leptos::prelude::*;

use crate::components::{Card, Chips, Crumb, Fact, Html, Layout, Location, PageHead, shell};
use crate::domain::principal::{Grant, Permission, Principal};
use crate::domain::review::DraftSummary;
use crate::domain::shell::Shell;
use crate::domain::visit::Visit;
use crate::error::AppError;
use crate::server_fns::changes::list_drafts;
use crate::server_fns::sessions::list_sessions;

const PERMISSIONS: [(Permission, &str); 5] = [
    (Permission::ViewObjects, "See organisations and clients"),
    (Permission::ViewAuditLog, "Read the audit log"),
    (Permission::EditSandbox, "Create and edit outside production"),
    (Permission::EditProduction, "Create and edit in production"),
    (Permission::CheckConnections, "Check connections"),
];

/// The signed-in person.
///
/// # Errors
/// When the sessions or the drafts cannot be read.
pub async fn account() -> Result<Html, AppError> {
    let (visits, drafts) = (list_sessions().await?, list_drafts().await?);
    Ok(Html::of(shell().map(|shell| page(&shell, visits, drafts))))
}

fn page(shell: &Shell, visits: Vec<Visit>, drafts: Vec<DraftSummary>) -> impl IntoView + use<> {
    let Shell { principal, is_demo, signs_in_here, .. } = shell.clone();
    let way = match (is_demo, signs_in_here) {
        (true, _) => "Signed in by the demo",
        (false, true) => "Signed in with your identity provider",
        (false, false) => "Signed in by the proxy in front of this dashboard",
    };
    view! {
        <Layout title="Your account" location=Location::Elsewhere crumbs=vec![Crumb::here("Your account")] connection=None>
            <PageHead title=principal.name.clone() subline=view! { <span>{way}</span> }.into_any()/>
            <div class="columns">
                <div class="column">
                    <Identity principal=principal.clone()/>
                    <drafts::Drafts drafts/>
                    <sessions::Sessions visits signs_in_here can_sign_out=!is_demo/>
                </div>
                <div class="column">
                    <Abilities principal/>
                </div>
            </div>
        </Layout>
    }
}

#[component]
fn Identity(principal: Principal) -> impl IntoView {
    let grants: Vec<String> = principal.grants.iter().map(words).collect();
    view! {
        <Card id="identity" title="Who you are">
            <div class="card-body">
                <dl class="facts">
                    <Fact name="User">
                        <code>{principal.subject}</code>
                    </Fact>
                    <Fact name="E-mail">{principal.email.unwrap_or_else(|| "Not told".to_owned())}</Fact>
                    <Fact name="Groups">
                        <Chips values=principal.groups/>
                    </Fact>
                    <Fact name="Role">{grants.join(", ")}</Fact>
                </dl>
            </div>
        </Card>
    }
}

/// "editor below o-1 of sandbox".
fn words(grant: &Grant) -> String {
    match &grant.within {
        None => grant.role.word().to_owned(),
        Some(subtree) => {
            format!("{} below {} on {}", grant.role.word(), subtree.organisation, subtree.connection)
        }
    }
}

#[component]
fn Abilities(principal: Principal) -> impl IntoView {
    let facts = PERMISSIONS.map(|(permission, name)| {
        let answer = if principal.may_everywhere(permission) {
            "Yes"
        } else if principal.may_somewhere(permission) {
            "In your part of the organisations"
        } else {
            "No"
        };
        view! { <Fact name>{answer}</Fact> }
    });
    view! {
        <Card id="may" title="What you may do">
            <div class="card-body">
                <dl class="facts facts-answers">{facts.collect_view()}</dl>
            </div>
        </Card>
    }
}
