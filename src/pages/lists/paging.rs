//! The way through a long list, by cursors.

use leptos::prelude::*;

use super::Shown;
use crate::components::grouped;
use crate::domain::object::ObjectKind;
use crate::paths;

/// "101–200 of 1,284 that match", with links to the pages before and after.
pub(super) fn paging(connection: &str, kind: ObjectKind, shown: &Shown) -> impl IntoView + use<> {
    let listing = &shown.listing;
    let link = |cursor: &Option<String>| {
        let cursor = cursor.clone()?;
        let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
        Some(paths::listing(connection, kind, &listing.query.clone().at_cursor(cursor)))
    };
    let previous = link(&listing.previous).map(|path| {
        view! {
            <a rel="prev" href=path>
                "← Previous"
            </a>
        }
    });
    let next = link(&listing.next).map(|path| {
        view! {
            <a rel="next" href=path>
                "Next →"
            </a>
        }
    });
    view! {
        <nav class="pagination" aria-label="Pages">
            <span>{text(shown)}</span>
            <span class="pagination-links">{previous} {next}</span>
        </nav>
    }
}

fn text(shown: &Shown) -> String {
    let listing = &shown.listing;
    let rows = shown.tree.as_ref().map_or(listing.rows.len() as u64, |tree| tree.on_level);
    if rows == 0 {
        return "Nothing on this page".to_owned();
    }
    let (first, last) = (listing.before.saturating_add(1), listing.before.saturating_add(rows));
    // Both are of different moments when something has changed between two pages.
    let of = grouped(listing.matching.max(last));
    let range = format!("{}–{} of {of}", grouped(first), grouped(last));
    let what = match &shown.tree {
        Some(tree) if tree.at.is_some() => " directly below",
        Some(_) => " at the top level",
        None if listing.query.is_narrowed() => " that match",
        None => "",
    };
    let misspelt = match listing.misspelt {
        0 => String::new(),
        1 => ", the last one with a spelling mistake".to_owned(),
        count => format!(", the last {} with a spelling mistake", grouped(count)),
    };
    [range, what.to_owned(), misspelt].concat()
}
