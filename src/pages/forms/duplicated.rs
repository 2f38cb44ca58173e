//! What a form says that was filled in from another object.

use leptos::prelude::*;

use super::super::{Address, title_of};
use crate::components::{Notice, Readiness};
use crate::domain::duplicate::{DuplicateOf, Duplicated};
use crate::domain::object::ObjectKind;
use crate::paths;

/// The object that an address asks to duplicate.
pub(in crate::pages) fn duplicate_of(address: &Address) -> Option<DuplicateOf> {
    let id = address.query_if_any(paths::DUPLICATE)?;
    let connection = address.query_if_any(paths::DUPLICATE_FROM).unwrap_or_else(|| address.part("connection"));
    Some(DuplicateOf { connection, id })
}

/// Where the values of the form come from, and where else the object can be duplicated.
#[component]
pub(super) fn DuplicatedNotice(
    /// The object that it was filled in from.
    duplicated: Option<Duplicated>,
    /// The kind of object.
    kind: ObjectKind,
    /// The connection of the form.
    connection: String,
) -> impl IntoView {
    duplicated.map(|duplicated| {
        let of = DuplicateOf { connection: duplicated.connection.clone(), id: duplicated.from.id.clone() };
        let path = paths::object(&duplicated.connection, kind, &duplicated.from.id);
        let secret =
            if kind.owner().is_some() { "Its ID and its secret are not copied." } else { "Its ID is not copied." };
        let elsewhere =
            (duplicated.connection != connection).then(|| format!(" of {}", title_of(&duplicated.connection)));
        let others = duplicated.others.into_iter().map(|other| {
            let path = paths::duplicate(&paths::new_object(&other, kind, None), &of);
            view! {
                <a class="button button-small" href=path>
                    {format!("Duplicate in {}", title_of(&other))}
                </a>
            }
        });
        let others: Vec<_> = others.collect();
        let others = (!others.is_empty()).then(|| view! { <div class="button-row">{others}</div> });
        view! {
            <Notice>
                <p>
                    "Filled in from " <a href=path>{duplicated.from.name}</a> {elsewhere} ". " {secret}
                    " Change what must differ, then create it."
                </p>
                {others}
            </Notice>
        }
    })
}

/// What must differ: what the readiness rules find about the duplicate as it is.
pub(super) fn duplicated_readiness(duplicated: &Duplicated) -> impl IntoView + use<> {
    view! { <Readiness findings=duplicated.findings.clone()/> }
}
