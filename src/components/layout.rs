//! The frame of every page: environment, navigation, breadcrumbs, messages and heading.

use std::sync::OnceLock;

use leptos::prelude::*;

use super::account_menu::AccountMenu;
use super::document::{Document, Islands};
use super::footer::Footer;
use super::fragment_list::rendered_once;
use super::location::Location;
use super::notice::FlashNotice;
use super::refused::RefusedLink;
use super::shell::shell;
use super::sidebar::Sidebar;
use crate::domain::audit::Count;
use crate::domain::connection::{ConnectionSummary, Environment};
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::islands::Palette;
use crate::paths;

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

    /// The current page, which is no link.
    pub fn here(name: impl Into<String>) -> Self {
        Self { name: name.into(), path: None }
    }
}

/// The frame of a page: environment band, navigation, breadcrumbs and messages.
#[component]
pub fn Layout<C: IntoView + 'static>(
    /// The title, for the browser's tab.
    #[prop(into)]
    title: String,
    /// The connection's name, for pages of one.
    #[prop(optional_no_strip)]
    connection: Option<String>,
    /// Where the page belongs in the navigation.
    location: Location,
    /// The breadcrumbs, the current page last.
    crumbs: Vec<Crumb>,
    /// The content of `<main>`.
    children: TypedChildren<C>,
) -> impl IntoView {
    let children = children.into_inner();
    shell().map(|shell| {
        let summary = connection.as_deref().and_then(|name| shell.connection(name)).cloned();
        let flashes = shell.flashes.clone();
        let demo = shell.is_demo.then(|| view! { <a class="pill" href=paths::TOUR>"Demo tour"</a> });
        view! {
            <Document title of=summary.clone() assets=shell.assets.clone() islands=Some(Islands { nonce: shell.nonce.clone() })>
            <a class="skip-link" href="#main">"Skip to content"</a>
            <div class="shell">
                <Band summary=summary.clone() is_demo=shell.is_demo/>
                <Sidebar shell=shell.clone() current=summary location/>
                <div class="page">
                    <header class="topbar">
                        <nav aria-label="Breadcrumb">
                            <ol class="breadcrumbs">
                                {crumbs.into_iter().map(|crumb| view! { <li>{crumb_view(crumb)}</li> }).collect_view()}
                            </ol>
                        </nav>
                        <div class="topbar-tools">
                            {palette(shell.has_single_keys)}
                            {demo}
                            <AccountMenu shell=shell.clone()/>
                        </div>
                    </header>
                    <main class="main" id="main" tabindex="-1">
                        {flashes.into_iter().map(|flash| view! { <FlashNotice flash/> }).collect_view()}
                        {children()}
                    </main>
                    <Footer shell=shell.clone()/>
                </div>
            </div>
            </Document>
        }
    })
}

/// The palette is the same for everybody, but for the single keys.
fn palette(has_single_keys: bool) -> impl IntoView {
    static PALETTES: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    let [without, with] = &PALETTES;
    rendered_once(if has_single_keys { with } else { without }, || view! { <Palette has_single_keys/> })
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
        None => ("band band-all", "All environments".to_owned(), "Sandbox and production."),
        Some(connection) => match connection.environment {
            Environment::Sandbox => {
                ("band band-sandbox", connection.title(), "Sandbox: test data. Nothing here reaches real customers.")
            }
            Environment::Production => {
                ("band band-production", connection.title(), "Production: your changes affect live identity journeys.")
            }
        },
    };
    let note = if is_demo { "Demo: sample data on this machine. Nothing leaves it." } else { note };
    view! {
        <section class=class aria-label="Environment">
            <span class="band-name">{name}</span>
            " "
            <span class="band-note">{note}</span>
        </section>
    }
}

/// The head of a page: its one heading, a line below it, and what can be done.
#[component]
pub fn PageHead(
    /// The only `<h1>` of the page.
    #[prop(into)]
    title: String,
    /// What stands below the heading.
    #[prop(optional, into)]
    subline: Option<AnyView>,
    /// Buttons at the end of the line.
    #[prop(optional_no_strip, into)]
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

/// A section of an object's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The object itself.
    Overview,
    /// How it is used, which clients alone have.
    Journey,
    /// What happened to it.
    History,
}

/// The sections of an object's page.
#[component]
pub fn Tabs(
    /// The object's name, for the label of the navigation.
    #[prop(into)]
    of: String,
    /// The connection's name.
    connection: String,
    /// The kind of object.
    kind: ObjectKind,
    /// The object's id.
    id: String,
    /// How many entries the history has, for those who may read it.
    entries: Option<Count>,
    /// The section that is open.
    open: Tab,
) -> impl IntoView {
    let current = move |tab| (open == tab).then_some("page");
    let count = entries.map(|entries| view! { <span class="tab-count">{super::at_least(entries)}</span> });
    let refusal = shell().and_then(|shell| shell.refusal(Permission::ViewHistory));
    let history = match refusal {
        None => view! {
            <a class="tab" href=paths::object_history(&connection, kind, &id) aria-current=current(Tab::History)>
                "History "
                {count}
            </a>
        }
        .into_any(),
        Some(reason) => view! {
            <RefusedLink class="tab is-disabled" reason>
                "History"
            </RefusedLink>
        }
        .into_any(),
    };
    let journey = (kind == ObjectKind::OAuthClient).then(|| {
        view! {
            <li>
                <a class="tab" href=paths::journey(&connection, &id) aria-current=current(Tab::Journey)>
                    "Use it"
                </a>
            </li>
        }
    });
    view! {
        <nav aria-label=format!("Sections of {of}")>
            <ul class="tabs">
                <li>
                    <a class="tab" href=paths::object(&connection, kind, &id) aria-current=current(Tab::Overview)>
                        "Overview"
                    </a>
                </li>
                {journey}
                <li>{history}</li>
            </ul>
        </nav>
    }
}
