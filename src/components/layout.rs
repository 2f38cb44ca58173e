//! The frame of every page: where am I, where can I go, who am I.

use leptos::prelude::*;

use super::escaped::PageTitle;
use super::icon::{Icon, IconName};
use super::live::Live;
use super::notice::FlashNotice;
use crate::domain::connection::{ConnectionSummary, Environment};
use crate::domain::shell::Shell;
use crate::paths;

/// The entry of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The overview.
    Overview,
    /// The organisations of the page's connection.
    Organisations,
    /// The clients of the page's connection.
    Clients,
    /// The connections.
    Connections,
    /// The audit log.
    AuditLog,
    /// None of them.
    Elsewhere,
}

/// One step of the way to a page; the last has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    name: String,
    path: Option<String>,
}

impl Crumb {
    /// A step that can be gone back to.
    pub fn to(name: impl Into<String>, path: String) -> Self {
        Self { name: name.into(), path: Some(path) }
    }

    /// The page itself.
    pub fn here(name: impl Into<String>) -> Self {
        Self { name: name.into(), path: None }
    }
}

/// The frame of a page.
#[component]
pub fn Layout(
    /// The title, for the browser's tab.
    #[prop(into)]
    title: String,
    /// The connection's name, for pages of one.
    #[prop(optional_no_strip)]
    connection: Option<String>,
    /// Where the page belongs in the navigation.
    location: Location,
    /// The way to the page.
    crumbs: Vec<Crumb>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Some(shell) = use_context::<Shell>() else {
        return ().into_any();
    };
    let summary = connection.as_deref().and_then(|name| shell.connection(name)).cloned();
    let flashes = shell.flashes.clone();
    let initials = shell.principal.initials();
    let account = format!("Your account: {}", shell.principal.name);
    view! {
        <PageTitle title/>
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="shell">
            <Band summary=summary.clone() is_demo=shell.is_demo/>
            <Sidebar shell current=summary location/>
            <div class="page">
                <header class="topbar">
                    <nav aria-label="Breadcrumb">
                        <ol class="breadcrumbs">
                            {crumbs.into_iter().map(|crumb| view! { <li>{crumb_view(crumb)}</li> }).collect_view()}
                        </ol>
                    </nav>
                    <div class="topbar-tools">
                        <a class="avatar" href=paths::ACCOUNT>
                            <span aria-hidden="true">{initials}</span>
                            <span class="visually-hidden">{account}</span>
                        </a>
                    </div>
                </header>
                <main class="main" id="main" tabindex="-1">
                    {flashes.into_iter().map(|flash| view! { <FlashNotice flash/> }).collect_view()}
                    {children()}
                </main>
            </div>
        </div>
    }
    .into_any()
}

fn crumb_view(crumb: Crumb) -> AnyView {
    match crumb.path {
        Some(path) => view! { <a href=path>{crumb.name}</a> }.into_any(),
        None => view! { <span aria-current="page">{crumb.name}</span> }.into_any(),
    }
}

/// The band across the top: the environment in words, shape and colour.
#[component]
fn Band(summary: Option<ConnectionSummary>, is_demo: bool) -> impl IntoView {
    let (class, name, note) = match &summary {
        None => ("band band-all", "All systems".to_owned(), "Sandbox and production together."),
        Some(connection) => match connection.environment {
            Environment::Sandbox => {
                ("band band-sandbox", connection.title(), "Sandbox: test data. Nothing here reaches real customers.")
            }
            Environment::Production => (
                "band band-production",
                connection.title(),
                "Production: live identity journeys depend on what you change here.",
            ),
        },
    };
    let note = if is_demo { "Demo: made-up data on this machine. Nothing leaves it." } else { note };
    view! {
        <section class=class aria-label="Environment">
            <span class="band-name">{name}</span>
            " "
            <span class="band-note">{note}</span>
        </section>
    }
}

#[component]
fn Sidebar(shell: Shell, current: Option<ConnectionSummary>, location: Location) -> impl IntoView {
    let is_current = move |place: Location, connection: Option<&ConnectionSummary>| {
        (location == place && current.as_ref() == connection).then_some("page")
    };
    let groups = shell
        .connections
        .iter()
        .map(|connection| {
            let word = format!(", {}", connection.name);
            let organisations = is_current(Location::Organisations, Some(connection));
            let clients = is_current(Location::Clients, Some(connection));
            view! {
                <p class="nav-heading">{connection.short_title()}</p>
                <ul>
                    <li>
                        <a class="nav-link" href=paths::organisations(&connection.name) aria-current=organisations>
                            <Icon name=IconName::Tree/>
                            " Organisations"
                            <span class="visually-hidden">{word.clone()}</span>
                        </a>
                    </li>
                    <li>
                        <a class="nav-link" href=paths::clients(&connection.name) aria-current=clients>
                            <Icon name=IconName::Key/>
                            " Clients"
                            <span class="visually-hidden">{word}</span>
                        </a>
                    </li>
                </ul>
            }
        })
        .collect_view();
    let overview = (location == Location::Overview).then_some("page");
    let connections = (location == Location::Connections).then_some("page");
    let audit = (location == Location::AuditLog).then_some("page");
    let failing = (shell.failing_connections > 0).then(|| {
        let words = format!("{} failing", shell.failing_connections);
        view! { <span class="pill pill-bad">{words}</span> }
    });
    view! {
        <div class="sidebar">
            <div class="sidebar-inner">
                <nav aria-label="Main">
                    <a class="brand" href=paths::OVERVIEW>
                        <Brand/>
                        " Partner Dashboard"
                    </a>
                    <details class="menu">
                        <summary>
                            <Icon name=IconName::Menu/>
                            " Menu"
                        </summary>
                        <div class="nav-list">
                            <ul>
                                <li>
                                    <a class="nav-link" href=paths::OVERVIEW aria-current=overview>
                                        <Icon name=IconName::Home/>
                                        " Overview"
                                    </a>
                                </li>
                            </ul>
                            {groups}
                            <p class="nav-heading">"All systems"</p>
                            <ul>
                                <li>
                                    <a class="nav-link" href=paths::CONNECTIONS aria-current=connections>
                                        <Icon name=IconName::Plug/>
                                        " Connections "
                                        <Live id="live-failing">{failing}</Live>
                                    </a>
                                </li>
                                <li>
                                    <a class="nav-link" href=paths::AUDIT aria-current=audit>
                                        <Icon name=IconName::Log/>
                                        " Audit log"
                                    </a>
                                </li>
                            </ul>
                        </div>
                    </details>
                </nav>
            </div>
        </div>
    }
}

#[component]
fn Brand() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path
                d="M12 2.2 20.5 7v10L12 21.8 3.5 17V7z"
                fill="none"
                stroke="currentColor"
                stroke-width="2.4"
                stroke-linejoin="round"
            ></path>
            <circle cx="12" cy="12" r="3.2" fill="currentColor"></circle>
        </svg>
    }
}

/// The head of a page: its one heading, a line below it, and what can be done.
#[component]
pub fn PageHead(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What stands below the heading.
    #[prop(optional, into)]
    subline: Option<AnyView>,
    /// What can be done.
    #[prop(optional, into)]
    actions: Option<AnyView>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div class="page-head-text">
                <h1>{title}</h1>
                {subline.map(|subline| view! { <div class="subline">{subline}</div> })}
            </div>
            {actions.map(|actions| view! { <div class="page-actions">{actions}</div> })}
        </div>
    }
}

/// The sections of an object's page.
#[component]
pub fn Tabs(
    /// The object's name.
    #[prop(into)]
    of: String,
    /// The path of the overview.
    overview: String,
    /// The path of the history.
    history: String,
    /// How many entries the history has, for those who may read it.
    entries: Option<u64>,
    /// Whether the history is the page that is open.
    is_history: bool,
) -> impl IntoView {
    let count = entries.map(|entries| view! { <span class="tab-count">{super::grouped(entries)}</span> });
    view! {
        <nav aria-label=format!("Sections of {of}")>
            <ul class="tabs">
                <li>
                    <a class="tab" href=overview aria-current=(!is_history).then_some("page")>
                        "Overview"
                    </a>
                </li>
                <li>
                    <a class="tab" href=history aria-current=is_history.then_some("page")>
                        "History "
                        {count}
                    </a>
                </li>
            </ul>
        </nav>
    }
}
