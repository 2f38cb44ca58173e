//! The document around every page, and the table of routes.

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::domain::shell::Shell;
use crate::pages::account::AccountPage;
use crate::pages::audit_log::{AuditEntryPage, AuditLogPage};
use crate::pages::connections::{ConnectionPage, ConnectionsPage};
use crate::pages::not_found::NotFoundPage;
use crate::pages::oauth_clients::{
    EditOAuthClientPage, NewOAuthClientPage, OAuthClientHistoryPage, OAuthClientPage, OAuthClientsPage,
};
use crate::pages::organisations::{
    EditOrganisationPage, NewOrganisationPage, OrganisationHistoryPage, OrganisationPage, OrganisationsPage,
};
use crate::pages::overview::OverviewPage;

/// The whole HTML document. The browser loads one style sheet and, for the islands, one script.
pub fn document(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Shell>().map(|shell| shell.assets).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("{assets}/pkg/partner-dashboard.css")/>
                <HydrationScripts options islands=true root=assets/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The routes. Each is rendered whole on the server: it works before and without JavaScript, and
/// its status, title and session are right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                <Route path=path!("/audit") view=AuditLogPage ssr=SsrMode::Async/>
                <Route path=path!("/audit/:id") view=AuditEntryPage ssr=SsrMode::Async/>
                <Route path=path!("/connections") view=ConnectionsPage ssr=SsrMode::Async/>
                <Route path=path!("/connections/:name") view=ConnectionPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations") view=OrganisationsPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations/new") view=NewOrganisationPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations/:id") view=OrganisationPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations/:id/edit") view=EditOrganisationPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations/:id/history") view=OrganisationHistoryPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/organisations/:id/clients/new") view=NewOAuthClientPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/clients") view=OAuthClientsPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/clients/:id") view=OAuthClientPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/clients/:id/edit") view=EditOAuthClientPage ssr=SsrMode::Async/>
                <Route path=path!("/:connection/clients/:id/history") view=OAuthClientHistoryPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
