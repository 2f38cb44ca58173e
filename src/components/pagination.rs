//! The way through a long list.

use leptos::prelude::*;

use super::numbers::grouped;
use crate::domain::page::Page;

/// "1–50 of 120", with links to the pages before and after.
#[component]
pub fn Pagination<T: Send + Sync + 'static>(
    /// The page that is shown.
    page: Page<T>,
    /// The path with the query, but for the page.
    path: String,
) -> impl IntoView {
    let text = match page.range() {
        Some((first, last)) => format!("{}–{} of {}", grouped(first), grouped(last), grouped(page.total)),
        None => "Nothing to show".to_owned(),
    };
    let separator = if path.contains('?') { '&' } else { '?' };
    let link = |number: u32| format!("{path}{separator}page={number}");
    let previous = (page.number > 1).then(|| {
        view! {
            <a rel="prev" href=link(page.number - 1)>
                "← Previous"
            </a>
        }
    });
    let next = (page.number < page.last()).then(|| {
        view! {
            <a rel="next" href=link(page.number + 1)>
                "Next →"
            </a>
        }
    });
    view! {
        <nav class="pagination" aria-label="Pages">
            <span>{text}</span>
            <span class="pagination-links">{previous} {next}</span>
        </nav>
    }
}
