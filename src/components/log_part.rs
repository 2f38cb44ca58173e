//! The way through the audit log: to newer and older entries, and on where a search was stopped.

use leptos::prelude::*;

use super::notice::Notice;
use super::numbers::grouped;
use super::times::ExactTime;
use crate::domain::audit::{Entries, Place, Stopped};

/// A path with the parameter of a place.
fn at(path: &str, place: Place) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    match place.pair() {
        None => path.to_owned(),
        Some((name, id)) => format!("{path}{separator}{name}={id}"),
    }
}

/// Links to the parts of a list with newer and older entries. There is nothing where all fits.
#[component]
pub fn LogParts(
    /// The part that is shown.
    entries: Entries,
    /// The path with the query, but for the place.
    path: String,
) -> impl IntoView {
    let Entries { newer, older, .. } = entries;
    if newer.or(older).is_none() {
        return ().into_any();
    }
    let newest = newer.map(|_| view! { <a href=path.clone()>"Newest"</a> });
    let newer = newer.map(|place| {
        view! {
            <a rel="prev" href=at(&path, place)>
                "← Newer"
            </a>
        }
    });
    let older = older.map(|place| {
        view! {
            <a rel="next" href=at(&path, place)>
                "Older →"
            </a>
        }
    });
    view! {
        <nav class="pagination" aria-label="Pages">
            <span>{newest}</span>
            <span class="pagination-links">{newer} {older}</span>
        </nav>
    }
    .into_any()
}

/// What a short list says when time was up.
pub const NOT_SEARCHED_IN_FULL: &str = "The log is large, and has not been searched in full yet.";

/// Says that a search was stopped, with the way to go on, and that the index is being built.
#[component]
pub fn LogSearchNotice(
    /// How far it came.
    stopped: Option<Stopped>,
    /// How many records the index has not read yet.
    behind: Option<u64>,
    /// The path with the query, but for the place.
    path: String,
) -> impl IntoView {
    let stopped = stopped.map(|Stopped { at: place, until }| {
        let (label, direction) = if matches!(place, Place::After(_)) {
            ("Search newer entries", "up to")
        } else {
            ("Search older entries", "back to")
        };
        let until = until.map(|until| view! { " " {direction} " " <ExactTime at=until/> });
        view! {
            <Notice>
                <p>"This search is taking a while. So far it has looked at the entries" {until} "."</p>
                <p>
                    <a class="button" href=at(&path, place)>
                        {label}
                    </a>
                </p>
            </Notice>
        }
    });
    let behind = behind.map(|behind| {
        view! {
            <Notice>
                <p>
                    {format!("The search index is being built: {} records are not in it yet. Until it is finished, searches take longer and may have to be continued.", grouped(behind))}
                </p>
            </Notice>
        }
    });
    view! { {behind} {stopped} }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn html(at: Place, until: Option<OffsetDateTime>) -> String {
        let stopped = Some(Stopped { at, until });
        view! { <LogSearchNotice stopped behind=None path="/audit?q=harbour".to_owned()/> }.to_html()
    }

    #[test]
    fn a_search_that_was_stopped_says_how_far_it_came_and_goes_on_from_there() {
        let older = html(Place::Before(7), Some(OffsetDateTime::UNIX_EPOCH));
        assert!(older.contains(r#"href="/audit?q=harbour&amp;before=7""#), "{older}");
        assert!(older.contains("Search older entries") && older.contains("1970-01-01T00:00:00"), "{older}");
        let newer = html(Place::After(7), None);
        assert!(newer.contains("&amp;after=7") && newer.contains("Search newer entries"), "{newer}");
        assert!(!newer.contains("<time"), "{newer}");
    }

    #[test]
    fn an_index_that_is_being_built_says_how_much_is_missing() {
        let html = view! { <LogSearchNotice stopped=None behind=Some(12_345) path="/audit".to_owned()/> }.to_html();
        assert!(html.contains("12,345 records"), "{html}");
    }
}
