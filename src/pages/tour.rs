//! `/tour`: five steps through the best of the dashboard, in the demo alone.

use leptos::prelude::*;

use crate::components::{Crumb, Html, Layout, Location, PageHead, shell};
use crate::domain::audit::{AuditFilter, Outcome};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::error::{AppError, AppErrorCode};
use crate::paths;

/// The sandbox of the demo.
const SANDBOX: &str = "sandbox";

/// The page of the tour.
///
/// # Errors
/// Outside of the demo, where there is no such page.
pub fn tour() -> Result<Html, AppError> {
    if !shell().is_some_and(|shell| shell.is_demo) {
        return Err(AppError::new(AppErrorCode::NotFound));
    }
    Ok(Html::of(page()))
}

/// A step: its heading, what to look at, and where.
struct Step {
    title: &'static str,
    text: &'static str,
    links: Vec<(&'static str, String)>,
}

fn steps() -> [Step; 5] {
    let organisation = ObjectQuery { search: "Barrel & Bramble".to_owned(), ..ObjectQuery::default() };
    let warned = ObjectQuery::default().with(Facet::Readiness, false, "warning");
    let unknown = AuditFilter { outcome: Some(Outcome::Unknown), ..AuditFilter::default() };
    [
        Step {
            title: "See what needs you",
            text: "The overview begins with what needs attention: connections that fail, changes whose outcome is not \
                   known, and changes made outside the dashboard. Decide about the creation whose response was lost.",
            links: vec![("Open the overview", paths::OVERVIEW.to_owned())],
        },
        Step {
            title: "Find anything",
            text: "Search every organisation and client by name, exact ID, return URL or scope, narrow the list, and \
                   save the view. Ctrl K opens the same search on every page.",
            links: vec![
                ("Search everywhere", paths::FIND.to_owned()),
                ("Clients with a warning", paths::listing(SANDBOX, ObjectKind::OAuthClient, &warned)),
            ],
        },
        Step {
            title: "Change something safely",
            text: "Open Barrel & Bramble Wines and choose Disable. The review names everything below it before \
                   anything is sent. If somebody else changes it in the meantime, you choose which values to keep.",
            links: vec![("Find it", paths::listing(SANDBOX, ObjectKind::Organisation, &organisation))],
        },
        Step {
            title: "Trust the record",
            text: "Each change was recorded before it was sent. Look at a change that OneID rejected, at one whose outcome \
                   was found out later, and at one made outside the dashboard. Each entry has a proof that you can check \
                   offline.",
            links: vec![
                ("Open the audit log", paths::AUDIT.to_owned()),
                ("Unknown outcomes", paths::audit_log(&unknown)),
            ],
        },
        Step {
            title: "Watch every partner system",
            text: "Five partner systems, each with its token, its last checks and its uptime. Two of them do not work: \
                   their cards say since when, why, and what to do.",
            links: vec![("Open the connections", paths::CONNECTIONS.to_owned())],
        },
    ]
}

fn page() -> impl IntoView {
    let steps = steps().into_iter().map(|Step { title, text, links }| {
        let links = links.into_iter().map(|(label, path)| {
            view! {
                <a class="button" href=path>
                    {label}
                </a>
            }
        });
        view! {
            <li>
                <div class="step-text">
                    <h2>{title}</h2>
                    <p>{text}</p>
                    <div class="button-row">{links.collect_view()}</div>
                </div>
            </li>
        }
    });
    view! {
        <Layout title="Tour" connection=None location=Location::Elsewhere crumbs=vec![Crumb::here("Tour")]>
            <PageHead
                title="Tour"
                subline=view! { <span>"Five steps. The data is a sample, and nothing leaves this machine."</span> }.into_any()
            />
            <section class="card" aria-label="Steps">
                <ol class="steps">{steps.collect_view()}</ol>
            </section>
        </Layout>
    }
}
