//! What was found, in cards: objects of one kind on one connection, and ways to go.

use leptos::prelude::*;

use crate::components::{Card, counted, shell};
use crate::domain::connection::ConnectionSummary;
use crate::domain::find::{Destination, FoundGroup, FoundObject};
use crate::domain::listing::{Filling, IndexAge};
use crate::domain::object::ObjectKind;
use crate::paths;

/// What a connection is called; its name where the page does not know it.
pub(super) fn title_of(connection: &str) -> String {
    let known = shell().and_then(|shell| shell.connection(connection).map(ConnectionSummary::title));
    known.unwrap_or_else(|| connection.to_owned())
}

/// "Clients · OneID sandbox"
pub(super) fn heading(group: &FoundGroup) -> String {
    format!("{} · {}", group.kind.list_title(), title_of(&group.connection))
}

/// Where an object is: in which organisations, or on which connection at its top.
pub(super) fn path_of(found: &FoundObject) -> String {
    found.path.join(" / ")
}

/// The objects of one group, with their count and the way to all of them.
pub(super) fn found_group(number: usize, group: FoundGroup) -> impl IntoView {
    let count = counted(group.matching, group.kind.word());
    let note = format!("{count} found");
    let more = (group.matching > group.rows.len() as u64).then(|| {
        let list = group.list.clone();
        view! {
            <div class="card-foot">
                <a href=list>{format!("View all {count} in the list")}</a>
            </div>
        }
    });
    let missing = missing(&group);
    let rows = objects(group.rows.clone());
    view! {
        <Card id=format!("find-group-{number}") title=heading(&group) note=note.into_any()>
            {rows}
            {missing.map(|text| view! { <p class="card-foot">{text}</p> })}
            {more}
        </Card>
    }
}

/// What a group cannot say.
fn missing(group: &FoundGroup) -> Option<String> {
    if let Some(failure) = &group.failure {
        return Some(format!("{}. {}", failure.title(), failure.sentence()));
    }
    match &group.age {
        IndexAge { filling: Some(Filling { read, of, .. }), .. } => {
            Some(format!("The clients of {read} of {} have been read so far.", counted((*of).into(), "organisation")))
        }
        IndexAge { stale: Some(_), .. } => Some("This may be out of date: OneID is not responding.".to_owned()),
        IndexAge { .. } => None,
    }
}

/// Objects as rows: name, kind and where.
pub(super) fn objects(found: Vec<FoundObject>) -> impl IntoView {
    let rows = found.into_iter().map(|found| {
        let path = paths::object(&found.connection, found.kind, &found.object.id);
        let place = path_of(&found);
        let place = if place.is_empty() { title_of(&found.connection) } else { place };
        let kind = (found.kind == ObjectKind::OAuthClient).then_some("Client in ");
        view! {
            <li>
                <span class="found">
                    <a href=path>{found.object.name}</a>
                    " "
                    <span class="object-path">{kind} {place}</span>
                </span>
                <code class="object-id">{found.object.id}</code>
            </li>
        }
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }
}

/// Pages or actions.
pub(super) fn destinations(id: &'static str, title: &'static str, all: Vec<Destination>) -> impl IntoView {
    (!all.is_empty()).then(|| {
        let rows = all.into_iter().map(|Destination { title, note, path }| {
            view! {
                <li>
                    <span class="found">
                        <a href=path>{title}</a>
                        " "
                        <span class="object-path">{note}</span>
                    </span>
                </li>
            }
        });
        view! {
            <Card id title>
                <ul class="rows">{rows.collect_view()}</ul>
            </Card>
        }
    })
}
