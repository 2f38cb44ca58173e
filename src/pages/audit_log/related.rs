//! The story around an entry: what else happened in the same request, to the same object and in the same session.

use leptos::prelude::*;

use crate::components::{Card, HistoryFeed};
use crate::domain::audit::RelatedEntries;
use crate::paths;

/// Lists of other entries, each with a link to all of it.
#[component]
pub(super) fn RelatedCard(
    /// The lists; those without another entry are left out.
    related: Vec<RelatedEntries>,
) -> impl IntoView {
    let lists: Vec<_> = related.into_iter().filter(|list| !list.entries.is_empty()).map(list).collect();
    (!lists.is_empty()).then(|| {
        view! {
            <Card id="related" title="Around this entry">
                <div class="card-body">{lists}</div>
            </Card>
        }
    })
}

fn list(list: RelatedEntries) -> impl IntoView {
    let RelatedEntries { by, filter, entries } = list;
    view! {
        <section class="related">
            <h3>{by.title()}</h3>
            <HistoryFeed entries/>
            <p>
                <a href=paths::audit_log(&filter)>{by.all()}</a>
            </p>
        </section>
    }
}
