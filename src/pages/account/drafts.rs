//! The drafts of the visitor, with a link to each form.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Card, RelativeTime};
use crate::domain::review::DraftSummary;
use crate::paths;
use crate::server_fns::changes::DiscardChanges;

/// The list of the person's drafts, with buttons to discard them.
#[component]
pub(super) fn Drafts(
    /// The drafts, the newest first.
    drafts: Vec<DraftSummary>,
) -> impl IntoView {
    let body = if drafts.is_empty() {
        view! { <p class="card-foot">"You have no drafts."</p> }.into_any()
    } else {
        view! {
            <table class="table table-rows">
                <caption class="visually-hidden">"Your drafts, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Form"</th>
                        <th scope="col">"Connection"</th>
                        <th scope="col">"Last changed"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Discard"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{drafts.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <Card id="drafts" title="Your drafts">
            <div class="card-body">
                <p class="prose secondary">
                    "What you type into a form is kept for one day, even if you sign out. None of it has been sent."
                </p>
            </div>
            {body}
        </Card>
    }
}

fn row(draft: DraftSummary) -> impl IntoView {
    let title = draft.title();
    let discard = format!("Discard: {title}");
    view! {
        <tr>
            <th scope="row" class="cell-main">
                <a href=paths::draft(&paths::form(&draft.target), &draft.id)>{title}</a>
            </th>
            <td class="cell-wide">{draft.target.connection.clone()}</td>
            <td class="cell-wide">
                <RelativeTime at=draft.kept_at/>
            </td>
            <td class="cell-side">
                <form method="post" action=DiscardChanges::url()>
                    <input type="hidden" name="draft" value=draft.id/>
                    <input type="hidden" name="from_account" value="true"/>
                    <button class="button button-small" type="submit" title=discard>
                        "Discard"
                    </button>
                </form>
            </td>
        </tr>
    }
}
