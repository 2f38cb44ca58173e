//! The navigation beside every page.

use std::sync::Arc;

use leptos::prelude::*;

use super::brand::Brand;
use super::fragment_list::rendered_for;
use super::icon::{Icon, IconName};
use super::live::Live;
use super::location::Location;
use super::refused::RefusedLink;
use crate::domain::connection::ConnectionSummary;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::domain::shell::Shell;
use crate::paths;

/// The navigation: the overview, each connection, and monitoring.
#[component]
pub(super) fn Sidebar(
    /// The connections, and what the visitor can see.
    shell: Arc<Shell>,
    /// The connection of the page.
    current: Option<ConnectionSummary>,
    /// Where the page belongs.
    location: Location,
) -> impl IntoView {
    rendered_for(&made_for(&shell, current.as_ref(), location), || navigation(&shell, current.as_ref(), location))
}

/// Everything that the navigation depends on.
fn made_for(shell: &Shell, current: Option<&ConnectionSummary>, location: Location) -> String {
    let mut made_for = format!("navigation\n{location:?}\n{}", shell.failing_connections);
    let log = shell.refusal_everywhere(Permission::ViewAuditLog);
    for part in [current.map(|current| current.name.as_str()), log] {
        made_for.push('\n');
        made_for.push_str(part.unwrap_or_default());
    }
    for ConnectionSummary { name, kind, environment, is_ambiguous } in &shell.connections {
        let is_named = if *is_ambiguous { "named" } else { "" };
        for part in [name, kind.word(), environment.word(), is_named] {
            made_for.push('\n');
            made_for.push_str(part);
        }
    }
    made_for
}

fn navigation(shell: &Shell, current: Option<&ConnectionSummary>, location: Location) -> impl IntoView + use<> {
    let groups: Vec<_> = shell.connections.iter().map(|connection| group(connection, current, location)).collect();
    let overview = (location == Location::Overview).then_some("page");
    view! {
        <div class="sidebar">
            <div class="sidebar-inner">
                <nav aria-label="Main">
                    <Brand/>
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
                            {monitoring(shell, location)}
                        </div>
                    </details>
                </nav>
            </div>
        </div>
    }
}

/// The lists of one connection.
fn group(
    connection: &ConnectionSummary,
    current: Option<&ConnectionSummary>,
    location: Location,
) -> impl IntoView + use<> {
    let is_current = |place: Location| (location == place && current == Some(connection)).then_some("page");
    let word = format!(", {}", connection.name);
    let organisations = is_current(Location::Objects(ObjectKind::Organisation));
    let clients = is_current(Location::Objects(ObjectKind::OAuthClient));
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
}

/// The connections with a count of failing ones, the audit log, and notifications.
fn monitoring(shell: &Shell, location: Location) -> impl IntoView + use<> {
    let failing_connections = shell.failing_connections;
    let connections = (location == Location::Connections).then_some("page");
    let audit = (location == Location::AuditLog).then_some("page");
    let notifications = (location == Location::Notifications).then_some("page");
    // Nobody but admins has anything to do there.
    let notifications = shell.principal.may_everywhere(Permission::TestNotifications).then(|| {
        view! {
            <li>
                <a class="nav-link" href=paths::NOTIFICATIONS aria-current=notifications>
                    <Icon name=IconName::Bell/>
                    " Notifications"
                </a>
            </li>
        }
    });
    let failing = (failing_connections > 0).then(|| {
        let text = format!("{failing_connections} failing");
        view! { <span class="pill pill-bad">{text}</span> }
    });
    let log = match shell.refusal_everywhere(Permission::ViewAuditLog) {
        None => view! {
            <a class="nav-link" href=paths::AUDIT aria-current=audit>
                <Icon name=IconName::Log/>
                " Audit log"
            </a>
        }
        .into_any(),
        Some(reason) => view! {
            <RefusedLink class="nav-link is-disabled" reason>
                <Icon name=IconName::Log/>
                " Audit log"
            </RefusedLink>
        }
        .into_any(),
    };
    view! {
        <p class="nav-heading">"Monitoring"</p>
        <ul>
            <li>
                <a class="nav-link" href=paths::CONNECTIONS aria-current=connections>
                    <Icon name=IconName::Plug/>
                    " Connections "
                    <Live id="live-failing">{failing}</Live>
                </a>
            </li>
            <li>{log}</li>
            {notifications}
        </ul>
    }
}
