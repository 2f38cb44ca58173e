//! The story around an entry: what else happened in the same request, to the same object and in the same session.

use leptos::prelude::*;

use crate::components::{Card, OutcomePill, RelativeTime};
use crate::domain::audit::{AuditEntry, Outcome, RelatedEntries};
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
            <ul class="feed">{entries.into_iter().map(line).collect_view()}</ul>
            <p>
                <a href=paths::audit_log(&filter)>{by.all()}</a>
            </p>
        </section>
    }
}

fn line(entry: AuditEntry) -> impl IntoView {
    let outcome = entry.outcome();
    let mark = (outcome != Outcome::Applied).then(|| view! { <OutcomePill outcome/> });
    view! {
        <li>
            {format!("{} {} ", entry.intent.actor.shown(), entry.verb())}
            <a href=paths::audit_entry(entry.id)>{entry.intent.target.name}</a>
            " "
            {mark}
            <span class="feed-meta">
                <RelativeTime at=entry.intended_at/>
            </span>
        </li>
    }
}
