//! A connection that needs attention, on the page of all of them: what, since when, why and what to do.

use leptos::prelude::*;

use super::actions::CheckFromList;
use crate::components::{CheckSpark, Live, LiveBlock, Measure, RelativeTime, StatePill, TextWithTimes};
use crate::domain::check::{Check, ConnectionCard};
use crate::islands::CopyTextOf;
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
    let (described_by, heading) = (label.clone(), label.clone());
    let note = card.note(is_ambiguous);
    let pill = view! { <StatePill card=card.clone()/> };
    let checks = card.checks.clone();
    let request_id = request_id(&card);
    view! {
        <section class="card connection-card" aria-labelledby=label>
            <div class="card-head">
                <div class="card-head-text">
                    <h3 id=heading_id>{card.kind.word()}</h3>
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
                </LiveBlock>
                {request_id}
                <LiveBlock id=format!("live-{name}-checks")>
                    <CheckSpark checks/>
                </LiveBlock>
                <div class="button-row">
                    <CheckFromList name=name.clone() heading_id=heading/>
                    <a class="button button-quiet" href=paths::connection(&name) aria-describedby=described_by>
                        "Details"
                    </a>
                </div>
            </div>
        </section>
    }
}

/// Since when, why, and what to do; then when it last worked.
#[component]
fn Measures(card: ConnectionCard) -> impl IntoView {
    let last = card.checks.last().cloned();
    let since = card.since.map(|at| view! { <Measure name="Since"><RelativeTime at/></Measure> });
    let success = card.last_success_at.map(|at| {
        let answer = card.checks.iter().rev().find(|check| check.state.is_working()).map(Check::answer);
        view! {
            <Measure name="Last success">
                <RelativeTime at/>
                {answer.map(|answer| format!(" · {answer}"))}
            </Measure>
        }
    });
    let answer = last.clone().map(|check| {
        let answer = check.answer();
        view! {
            <Measure name="Last check">
                <RelativeTime at=check.at/>
                {format!(" · {answer}")}
            </Measure>
        }
    });
    let found = last
        .clone()
        .map(|check| view! { <Measure name="Diagnosis" is_prose=true><TextWithTimes text=check.detail/></Measure> });
    let advice = last.and_then(|check| check.advice);
    let advice = advice.map(|advice| view! { <Measure name="What to do" is_prose=true>{advice}</Measure> });
    view! { <dl class="measures">{since} {found} {advice} {answer} {success}</dl> }
}

/// The request ID of the last check, to be quoted to the partner's support.
fn request_id(card: &ConnectionCard) -> Option<impl IntoView + use<>> {
    let id = card.checks.last()?.request_id.clone()?;
    let live = format!("live-{}-request", card.name);
    let text = format!("text-{live}");
    let of = text.clone();
    Some(view! {
        <p class="measures request-id">
            <span class="secondary">"Partner request ID"</span>
            <code id=text>
                <Live id=live>{id}</Live>
            </code>
            <CopyTextOf of label="partner request ID".to_owned()/>
        </p>
    })
}
