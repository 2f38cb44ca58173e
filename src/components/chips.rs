//! Short values and states: chips for values, pills for states that need attention.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::who_else::WhoElse;
use crate::domain::audit::{Action, Outcome};
use crate::domain::connection::Environment;
use crate::domain::excerpt::{Excerpt, LONGEST_NAME, MOST_SHOWN};
use crate::domain::facet::Facet;

/// Values beyond those that are shown which are read out to screen readers.
const MOST_READ_OUT: usize = 10;

/// Values as chips; the ones beyond `most` are counted, and the first of them read out to screen readers.
#[component]
pub fn Chips(
    /// The values, in the order to show.
    values: Vec<String>,
    /// The most values shown as chips.
    #[prop(default = MOST_SHOWN)]
    most: usize,
    /// The property whose values they are, where each leads to everything else that has it.
    #[prop(optional_no_strip)]
    facet: Option<Facet>,
) -> impl IntoView {
    let whole = if facet.is_some() { values.clone() } else { Vec::new() };
    let Excerpt { shown, rest } = Excerpt::of(values, most, LONGEST_NAME);
    let mut whole = whole.into_iter();
    let chip = |shown: String| match facet.zip(whole.next()) {
        Some((facet, value)) => view! { <li><WhoElse facet value shown is_chip=true/></li> }.into_any(),
        None => view! { <li class="chip">{shown}</li> }.into_any(),
    };
    let shown = shown.into_iter().map(chip).collect_view();
    let more = (!rest.is_empty()).then(|| {
        let count = format!("+{}", rest.len());
        let rest = Excerpt::of(rest, MOST_READ_OUT, LONGEST_NAME);
        let more = rest.more();
        let names = rest.shown.into_iter().chain(more).collect::<Vec<_>>().join(", ");
        view! {
            <li class="chip chip-more">
                {count} <span class="visually-hidden">{format!(": {names}")}</span>
            </li>
        }
    });
    view! {
        <ul class="chips">
            {shown} {more}
        </ul>
    }
}

/// A list as a fact: chips, "None", or "OneID default" where the partner sent no list.
#[component]
pub fn ListFact(
    /// What the list is called.
    #[prop(into)]
    name: String,
    /// The values, when there are any to know.
    values: Option<Vec<String>>,
    /// The property whose values they are, where each leads to everything else that has it.
    #[prop(optional)]
    facet: Option<Facet>,
) -> impl IntoView {
    match values {
        None => view! {
            <dt>{name}</dt>
            <dd class="muted">"OneID default"</dd>
        }
        .into_any(),
        Some(values) if values.is_empty() => view! {
            <dt>{name}</dt>
            <dd class="muted">"None"</dd>
        }
        .into_any(),
        Some(values) => view! {
            <dt>{name}</dt>
            <dd>
                <Chips values facet/>
            </dd>
        }
        .into_any(),
    }
}

/// A flag as a fact: "On", "Off", or "OneID default" where the partner sent no value.
#[component]
pub fn FlagFact(
    /// What the flag is called.
    #[prop(into)]
    name: String,
    /// The flag, when it is set.
    flag: Option<bool>,
) -> impl IntoView {
    let (class, text) = match flag {
        Some(true) => ("", "On"),
        Some(false) => ("", "Off"),
        None => ("muted", "OneID default"),
    };
    view! {
        <dt>{name}</dt>
        <dd class=class>{text}</dd>
    }
}

/// The environment in a row: production has its own colour and shape.
#[component]
pub fn EnvironmentPill(
    /// The environment of the row.
    environment: Environment,
) -> impl IntoView {
    match environment {
        Environment::Production => view! { <span class="pill pill-production">"Production"</span> }.into_any(),
        Environment::Sandbox => view! { <span class="muted">"Sandbox"</span> }.into_any(),
    }
}

/// The outcome of an action: a pill, unless it is as it should be.
#[component]
pub fn OutcomePill(
    /// What was done.
    action: Action,
    /// The outcome to show.
    outcome: Outcome,
) -> impl IntoView {
    let class = match outcome {
        Outcome::Applied => "secondary",
        Outcome::Refused => "pill pill-bad",
        Outcome::NotSent | Outcome::NotApplied => "pill pill-off",
        Outcome::Unknown => "pill pill-warning",
    };
    view! { <span class=class>{action.outcome_word(outcome)}</span> }
}

/// The cell at the side of a row: production has its own colour and shape, anything else is quiet. Where everything is for
/// production, that is quiet too: the band of the page says it.
#[component]
pub fn ProductionCell(
    /// Whether it is for production.
    is_production: bool,
    /// What to say where it is not.
    otherwise: &'static str,
    /// The environment of the whole list.
    of_list: Environment,
) -> impl IntoView {
    // Cells are made by the hundred: `into_any` would copy each of their texts.
    match (is_production, of_list) {
        (true, Environment::Sandbox) => EitherOf3::A(view! {
            <td class="cell-side">
                <span class="pill pill-production">"Production"</span>
            </td>
        }),
        (true, Environment::Production) => EitherOf3::B(view! { <td class="cell-side muted">"Production"</td> }),
        (false, _) => EitherOf3::C(view! { <td class="cell-side secondary">{otherwise}</td> }),
    }
}
