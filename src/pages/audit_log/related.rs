//! The story around an entry: what else happened in the same request, to the same object and in the same session.

use leptos::prelude::*;

use crate::components::{Card, HistoryFeed, NOT_SEARCHED_IN_FULL};
use crate::domain::audit::RelatedEntries;
use crate::paths;

/// Lists of other entries, each with a link to all of it.
#[component]
pub(super) fn RelatedCard(
    /// The lists; those in which there is certainly no other entry are left out.
    related: Vec<RelatedEntries>,
) -> impl IntoView {
    let lists: Vec<_> =
        related.into_iter().filter(|list| list.is_stopped || !list.entries.is_empty()).map(list).collect();
    (!lists.is_empty()).then(|| {
        view! {
            <Card id="related" title="Around this entry">
                <div class="card-body">{lists}</div>
            </Card>
        }
    })
}

fn list(list: RelatedEntries) -> impl IntoView {
    let RelatedEntries { by, filter, entries, is_stopped } = list;
    let feed = (!entries.is_empty()).then(|| view! { <HistoryFeed entries/> });
    let note = is_stopped.then(|| view! { <p class="secondary">{NOT_SEARCHED_IN_FULL}</p> });
    view! {
        <section class="related">
            <h3>{by.title()}</h3>
            {feed}
            {note}
            <p>
                <a href=paths::audit_log(&filter)>{by.all()}</a>
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::{AuditFilter, Related};

    fn html(is_stopped: bool) -> String {
        let filter = AuditFilter { request_id: Some("request-1".to_owned()), ..AuditFilter::default() };
        let list = RelatedEntries { by: Related::Request, filter, entries: Vec::new(), is_stopped };
        view! { <RelatedCard related=vec![list]/> }.to_html()
    }

    #[test]
    fn where_time_was_up_before_anything_was_found_that_is_said_and_there_is_a_way_to_go_on() {
        let stopped = html(true);
        assert!(stopped.contains(NOT_SEARCHED_IN_FULL) && stopped.contains("/audit?request=request-1"), "{stopped}");
        assert!(!html(false).contains("Around this entry"), "nothing was found, and nothing is left to search");
    }
}
