//! Errors in the frame of the page: what happened, what was not done, what to do next.

use leptos::prelude::*;

use super::card::Fact;
use super::layout::{Crumb, Layout, PageHead};
use super::location::Location;
use super::shell::shell;
use crate::domain::failure::PartnerFailure;
use crate::domain::object::ObjectKind;
use crate::error::{AppError, AppErrorCode};
use crate::islands::CopyButton;
use crate::paths;

/// A whole page about an error, with a way back and, where it may help, *Try again*.
#[component]
pub fn ErrorPage(
    /// The error, which gives the page its title.
    error: AppError,
    /// The connection's name, for pages of one.
    #[prop(optional_no_strip)]
    connection: Option<String>,
) -> impl IntoView {
    let here = shell().map(|shell| shell.here.clone()).unwrap_or_default();
    let can_try_again =
        matches!(error.code, AppErrorCode::Partner(_) | AppErrorCode::Internal | AppErrorCode::AuditUnavailable);
    let try_again_path = here.clone();
    let try_again = can_try_again.then(|| {
        view! {
            <a class="button button-primary" href=try_again_path>
                "Try again"
            </a>
        }
    });
    let title = error.title();
    // A connection that does not exist has no frame of its own.
    let connection = connection.filter(|name| shell().is_some_and(|shell| shell.connection(name).is_some()));
    let back = connection.as_deref().map_or_else(|| paths::OVERVIEW.to_owned(), paths::organisations);
    let list = connection.as_deref().map(|name| {
        let is_here = |kind: &ObjectKind| here.starts_with(&paths::list(name, *kind));
        (name, ObjectKind::ALL.into_iter().find(is_here).unwrap_or(ObjectKind::Organisation))
    });
    let location = list.map_or(Location::Elsewhere, |(_, kind)| Location::Objects(kind));
    let crumbs = list.map(|(name, kind)| Crumb::to(kind.list_title(), paths::list(name, kind)));
    let crumbs = crumbs.into_iter().chain([Crumb::here("Error")]).collect();
    let is_of_connection = connection.is_some();
    view! {
        <Layout title connection location crumbs>
            <PageHead title/>
            <ErrorPanel error>
                {try_again}
                <a class="button" href=back>
                    {if is_of_connection { "Organisations" } else { "Overview" }}
                </a>
            </ErrorPanel>
        </Layout>
    }
}

/// The explanation of an error in a panel: what happened, what to do, and IDs for support.
#[component]
pub fn ErrorPanel(
    /// The error, with the request ID for support.
    error: AppError,
    /// Buttons for the next step.
    children: Children,
) -> impl IntoView {
    let failure = match &error.code {
        AppErrorCode::Partner(failure) => Some(failure.clone()),
        _ => None,
    };
    let message = failure.as_ref().and_then(|failure| failure.message.clone());
    view! {
        <section class="card error-panel" aria-label="What happened">
            <div class="card-body">
                <p class="lead">{error.sentence()}</p>
                {message.map(|text| view! { <p class="prose">"OneID says: “" {text} "”"</p> })}
                <p class="prose">{error.advice()}</p>
                <dl class="facts">
                    {failure.map(failure_facts)}
                    {error
                        .request_id
                        .clone()
                        .map(|id| {
                            view! {
                                <Fact name="Request ID">
                                    <code>{id.clone()}</code>
                                    " "
                                    <CopyButton text=id label="request ID".to_owned()/>
                                </Fact>
                            }
                        })}
                </dl>
                <div class="button-row">{children()}</div>
            </div>
        </section>
    }
}

/// Status and request id of the partner, for its support.
fn failure_facts(failure: PartnerFailure) -> impl IntoView {
    let status = failure.status.map(|status| {
        view! {
            <Fact name="Status">
                <code>{status}</code>
            </Fact>
        }
    });
    let request_id = failure.request_id.map(|id| {
        view! {
            <Fact name="Partner request ID">
                <code>{id.clone()}</code>
                " "
                <CopyButton text=id label="partner request ID".to_owned()/>
            </Fact>
        }
    });
    view! {
        {status}
        {request_id}
    }
}
