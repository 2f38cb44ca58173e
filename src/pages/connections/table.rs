//! The connections that work, one row each, on the page of all of them.

use leptos::prelude::*;

use super::actions::CheckFromList;
use crate::components::{CheckSpark, EnvironmentPill, Life, Live, LiveBlock, RelativeTime, StatePill};
use crate::domain::check::{ConnectionCard, ConnectionState};
use crate::domain::check_history::p95;
use crate::domain::check_text::milliseconds;
use crate::paths;

/// The table of connections that work, or that have not been checked yet.
#[component]
pub(super) fn HealthyTable(
    /// The connections, each with whether another has the same kind and environment.
    cards: Vec<(ConnectionCard, bool)>,
) -> impl IntoView {
    view! {
        <div class="table-card">
            <table class="table table-rows table-connections">
                <caption class="visually-hidden">"Connections that need no attention"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Connection"</th>
                        <th scope="col">"Environment"</th>
                        <th scope="col">"Token"</th>
                        <th scope="col">"Last check"</th>
                        <th scope="col">"Last 50 checks"</th>
                        <th scope="col" class="numeric">
                            "p95"
                        </th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{cards.into_iter().map(|(card, is_ambiguous)| row(card, is_ambiguous)).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(card: ConnectionCard, is_ambiguous: bool) -> impl IntoView {
    let name = card.name.clone();
    let heading_id = format!("c-{name}");
    let live = |part: &str| format!("live-{name}-{part}");
    // What is as it should be needs no word.
    let state = (card.state != Some(ConnectionState::Works)).then(|| view! { <StatePill card=card.clone()/> });
    let last = card.checks.last().map(|check| {
        view! {
            <RelativeTime at=check.at/>
            <span class="cell-note">{check.answer()}</span>
        }
    });
    let latency = p95(&card.checks).map_or_else(|| "–".to_owned(), milliseconds);
    // A check of what takes messages sends none, so that a test message says more.
    let action = if card.can_send_message {
        view! {
            <a class="button button-quiet" href=paths::test_message(&name) aria-describedby=heading_id.clone()>
                "Send test message"
            </a>
        }
        .into_any()
    } else {
        view! { <CheckFromList is_quiet=true name=name.clone() heading_id=heading_id.clone()/> }.into_any()
    };
    let title = format!("{} {}", card.kind.word(), card.environment.word());
    view! {
        <tr>
            <th scope="row" class="cell-main">
                <span id=heading_id>
                    <a href=paths::connection(&name)>{card.kind.word()}</a>
                    <span class="cell-note">{card.which(is_ambiguous).to_owned()}</span>
                </span>
            </th>
            <td class="cell-side">
                <EnvironmentPill environment=card.environment/>
                " "
                <Live id=live("state")>{state}</Live>
            </td>
            <td class="cell-half">
                <Live id=live("token")>
                    <Life token=card.token.clone() of=title/>
                </Live>
            </td>
            <td class="cell-half">
                <Live id=live("last")>{last}</Live>
            </td>
            <td class="cell-line cell-spark">
                <LiveBlock id=live("checks")>
                    <CheckSpark checks=card.checks is_bare=true/>
                </LiveBlock>
            </td>
            <td class="cell-wide numeric">
                <Live id=live("p95")>{latency}</Live>
            </td>
            <td class="cell-action">
                {action}
            </td>
        </tr>
    }
}
