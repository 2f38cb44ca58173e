//! One connection on the page of all of them.

use leptos::prelude::*;

use super::actions::CheckOnCard;
use crate::components::{CheckSpark, LifeMeter, Live, LiveBlock, Measure, RelativeTime, StatePill, TextWithTimes};
use crate::domain::check::{Check, ConnectionCard, ConnectionState};
use crate::paths;

/// The card of a connection. Its heading and its buttons stay; what is measured is kept up to date.
#[component]
pub(super) fn CardOfConnection(
    /// The connection.
    card: ConnectionCard,
    /// Whether another has the same kind and environment.
    is_ambiguous: bool,
) -> impl IntoView {
    let name = card.name.clone();
    let (heading_id, note_id) = (format!("c-{name}"), format!("c-{name}-note"));
    let label = format!("{heading_id} {note_id}");
    let described_by = label.clone();
    let system = card.kind.word();
    let note = card.note(is_ambiguous);
    let pill = view! { <StatePill card=card.clone()/> };
    let checks = card.checks.clone();
    let main_action = if card.can_send_message {
        view! {
            <a class="button" href=paths::test_message(&name) aria-describedby=label.clone()>
                "Send test message"
            </a>
        }
        .into_any()
    } else {
        view! { <CheckOnCard name=name.clone() heading_id=label.clone()/> }.into_any()
    };
    view! {
        <section class="card connection-card" aria-labelledby=label>
            <div class="card-head">
                <div class="card-head-text">
                    <h2 id=heading_id>{system}</h2>
                    <p class="card-note" id=note_id>
                        {note}
                    </p>
                </div>
                <Live id=format!("live-{name}-state")>
                    {pill}
                </Live>
            </div>
            <div class="card-body">
                <LiveBlock id=format!("live-{name}-measures")>
                    <Measures card/>
                    <CheckSpark checks/>
                </LiveBlock>
                <div class="button-row">
                    {main_action}
                    <a class="button button-quiet" href=paths::connection(&name) aria-describedby=described_by>
                        "Details"
                    </a>
                </div>
            </div>
        </section>
    }
}

/// Token, scopes, the last success, the last error, and what to do.
#[component]
fn Measures(card: ConnectionCard) -> impl IntoView {
    let last = card.checks.last().cloned();
    let scopes = card.token.as_ref().map(|token| token.scopes.join(", ")).filter(|scopes| !scopes.is_empty());
    let scopes = scopes.map(|scopes| view! { <Measure name="Scopes">{scopes}</Measure> });
    let found = last.clone().filter(|check| check.state != ConnectionState::Works);
    let found = found
        .map(|check| view! { <Measure name="Diagnosis" is_prose=true><TextWithTimes text=check.detail/></Measure> });
    let advice = last.and_then(|check| check.advice);
    let advice = advice.map(|advice| view! { <Measure name="What to do" is_prose=true>{advice}</Measure> });
    let title = format!("{} {}", card.kind.word(), card.environment.word());
    let token = (card.state != Some(ConnectionState::NotConfigured))
        .then(|| view! { <LifeMeter token=card.token.clone() of=title/> });
    view! {
        <dl class="measures">{token} {scopes} {last_success(&card)} {last_error(card.last_error)} {found} {advice}</dl>
    }
}

/// The last check that worked; its answer too, where it is among the last checks.
fn last_success(card: &ConnectionCard) -> impl IntoView + use<> {
    let answer = card.checks.iter().rev().find(|check| check.state.is_working()).map(Check::answer);
    card.last_success_at.map(|at| {
        view! {
            <Measure name="Last success">
                <RelativeTime at=at/>
                {answer.map(|answer| format!(" · {answer}"))}
            </Measure>
        }
    })
}

fn last_error(error: Option<Check>) -> impl IntoView {
    error.map(|error| {
        let request_id = error.request_id.clone().map(|id| {
            view! {
                <Measure name="Partner request ID" is_prose=true>
                    <code>{id}</code>
                </Measure>
            }
        });
        view! {
            <Measure name="Last error">
                <RelativeTime at=error.at/>
                {format!(" · {}", error.answer())}
            </Measure>
            {request_id}
        }
    })
}
