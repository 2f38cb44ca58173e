//! What the address of a page says: its parts and its query.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// A part of the path; empty when the route has none of this name.
pub(super) fn part(name: &str) -> String {
    use_params_map().with_untracked(|parts| parts.get(name)).unwrap_or_default()
}

/// A value of the query; empty when it is not there.
pub(super) fn query(name: &str) -> String {
    use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default()
}

/// A value of the query, when it is there and not empty.
pub(super) fn query_if_any(name: &str) -> Option<String> {
    Some(query(name)).filter(|value| !value.is_empty())
}

/// The number of the page; the first when the query says none, or nonsense.
pub(super) fn page_number() -> u32 {
    query("page").parse().unwrap_or(1)
}
