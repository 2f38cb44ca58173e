//! Where in the tree a list is: the breadcrumbs, and the ways to its whole and to a flat list.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::Shown;
use crate::components::Crumb;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::TreePage;
use crate::paths;

/// The branch of an organisation, alone.
pub(in crate::pages) fn branch(connection: &str, id: &str) -> String {
    paths::listing(connection, ObjectKind::Organisation, &ObjectQuery::default().in_branch(Some(id)))
}

/// The breadcrumbs of a list: the ancestors of the branch that is shown.
pub(super) fn crumbs(connection: &str, kind: ObjectKind, tree: Option<&TreePage>) -> Vec<Crumb> {
    let title = kind.list_title();
    let Some((tree, at)) = tree.and_then(|tree| Some((tree, tree.at.as_ref()?))) else {
        return vec![Crumb::here(title)];
    };
    let way = tree.ancestors.iter().map(|ancestor| Crumb::to(&ancestor.name, branch(connection, &ancestor.id)));
    std::iter::once(Crumb::to(title, paths::list(connection, kind))).chain(way).chain([Crumb::here(&at.name)]).collect()
}

/// What part of the tree is shown, or how a sorted list becomes a tree again.
pub(super) fn place(connection: &str, kind: ObjectKind, shown: &Shown) -> Option<impl IntoView + use<>> {
    let whole = paths::organisations(connection);
    let query = &shown.listing.query;
    match shown.tree.as_ref().map(|tree| tree.at.as_ref()) {
        Some(Some(ObjectReference { id, name })) => {
            let page = paths::organisation(connection, id);
            Some(EitherOf3::A(view! {
                <p class="list-place">
                    "Below "
                    <a href=page>{name.clone()}</a>
                    ". "
                    <a href=whole>"Show the whole tree"</a>
                </p>
            }))
        }
        Some(None) if query.at.is_some() => Some(EitherOf3::B(view! {
            <p class="list-place">
                "The organisation of this address is not in the list. This is the whole tree."
            </p>
        })),
        None if query.sort.is_some() && !query.is_narrowed() && kind == ObjectKind::Organisation => {
            Some(EitherOf3::C(view! {
                <p class="list-place">
                    "Sorted by a column, the list is flat. "
                    <a href=whole>"Show the tree"</a>
                </p>
            }))
        }
        _ => None,
    }
}
