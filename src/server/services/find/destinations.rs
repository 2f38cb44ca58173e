//! Where a person can go and what they can do, by the words of its name: only what their role allows.

use super::recent::is_within;
use crate::domain::find::Destination;
use crate::domain::object::ObjectKind;
use crate::domain::place::Place;
use crate::domain::principal::{Extent, Permission};
use crate::paths;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::services::access::edit_permission;

/// What can be done, that on the object of the page first.
pub(super) async fn actions(context: &RequestContext, here: Option<&Place>, search: &str) -> Vec<Destination> {
    let mut all = match here {
        Some(place) => actions_here(context, place).await,
        None => Vec::new(),
    };
    let principal = &context.principal;
    let connections = || seen(context);
    for connection in connections() {
        let may_edit = principal.extent(edit_permission(connection), &connection.summary.name) != Extent::Nowhere;
        if may_edit {
            let organisation = paths::new_object(&connection.summary.name, ObjectKind::Organisation, None);
            all.push(destination("Create organisation", connection.summary.title(), organisation));
            let list = paths::organisations(&connection.summary.name);
            let note = format!("{}, in an organisation that you open", connection.summary.title());
            all.push(destination("Create client", note, list));
        }
    }
    if let Some(place) = here {
        for other in connections().filter(|connection| connection.summary.name != place.connection) {
            let path = paths::list(&other.summary.name, place.kind);
            all.push(destination(format!("Switch to {}", other.summary.title()), String::new(), path));
        }
    }
    if principal.may_everywhere(Permission::CheckConnections) {
        let names = context.monitor.all().iter().map(|connection| connection.settings().name.clone());
        let check = |name: String| destination("Check connection", name.clone(), paths::connection(&name));
        all.extend(names.map(check));
    }
    found(all, search)
}

/// What can be done with the object of the page.
async fn actions_here(context: &RequestContext, place: &Place) -> Vec<Destination> {
    let (Some(id), Some(connection)) = (&place.id, context.connections.find(&place.connection)) else {
        return Vec::new();
    };
    let (name, kind) = (&connection.summary.name, place.kind);
    let mut all = Vec::new();
    if is_within(context, connection, edit_permission(connection), kind, id).await {
        let this = format!("Edit this {}", kind.word());
        all.push(destination(this, String::new(), paths::edit_object(name, kind, id)));
        if kind == ObjectKind::Organisation {
            let path = paths::new_object(name, ObjectKind::OAuthClient, Some(id));
            all.push(destination("Create client in this organisation", String::new(), path));
        }
    }
    if is_within(context, connection, Permission::ViewHistory, kind, id).await {
        let title = format!("History of this {}", kind.word());
        all.push(destination(title, String::new(), paths::object_history(name, kind, id)));
    }
    all
}

/// The connections of every kind.
pub(super) fn connections(context: &RequestContext, search: &str) -> Vec<Destination> {
    if search.is_empty() {
        return Vec::new();
    }
    let all = context.monitor.all().iter().map(|connection| {
        let settings = connection.settings();
        let system = format!("{} {}", settings.kind.word(), settings.environment.word());
        destination(settings.name.clone(), system, paths::connection(&settings.name))
    });
    found(all.collect(), search)
}

/// The pages of the navigation, and the account.
pub(super) fn pages(context: &RequestContext, search: &str) -> Vec<Destination> {
    let page = |title: &str, path: &str| destination(title, String::new(), path.to_owned());
    let mut all = vec![page("Overview", paths::OVERVIEW)];
    for Connection { summary, .. } in seen(context) {
        let list = |kind: ObjectKind| destination(kind.list_title(), summary.title(), paths::list(&summary.name, kind));
        all.extend(ObjectKind::ALL.map(list));
    }
    all.push(page("Connections", paths::CONNECTIONS));
    if context.principal.may_everywhere(Permission::ViewAuditLog) {
        all.push(page("Audit log", paths::AUDIT));
    }
    if context.principal.may_everywhere(Permission::TestNotifications) {
        all.push(page("Notifications", paths::NOTIFICATIONS));
    }
    all.push(page("Your account", paths::ACCOUNT));
    found(all, search)
}

/// The OneID connections of which the person sees something.
fn seen(context: &RequestContext) -> impl Iterator<Item = &Connection> {
    let is_seen = |connection: &&Connection| {
        context.principal.extent(Permission::ViewObjects, &connection.summary.name) != Extent::Nowhere
    };
    context.connections.in_order().filter(is_seen)
}

fn destination(title: impl Into<String>, note: String, path: String) -> Destination {
    Destination { title: title.into(), note, path }
}

/// Those with a word in title or note that begins with each word of the search.
fn found(all: Vec<Destination>, search: &str) -> Vec<Destination> {
    let wanted = words(search);
    let is_found = |one: &Destination| {
        let known = words(&[&one.title, " ", &one.note].concat());
        wanted.iter().all(|word| known.iter().any(|known| known.starts_with(word.as_str())))
    };
    all.into_iter().filter(is_found).collect()
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .map(str::to_owned)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_the_beginnings_of_its_words_in_any_order() {
        let all = || {
            ["Audit log", "Create client"].map(|title| destination(title, "OneID sandbox".to_owned(), "/".to_owned()))
        };
        let titles = |search: &str| found(all().to_vec(), search).into_iter().map(|one| one.title).collect::<Vec<_>>();
        assert_eq!(titles("sand CLI"), ["Create client"]);
        assert_eq!(titles("log a"), ["Audit log"]);
        assert_eq!(titles(""), ["Audit log", "Create client"]);
        assert!(titles("lient").is_empty());
    }
}
