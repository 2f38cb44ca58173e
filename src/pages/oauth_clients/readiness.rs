//! The findings about a client, beside it.

use leptos::prelude::*;

use crate::components::Card;
use crate::domain::readiness::{Finding, Weight};

/// What may keep users from completing a journey.
#[component]
pub(super) fn Readiness(
    /// The findings.
    findings: Vec<Finding>,
) -> impl IntoView {
    let note = match findings.len() {
        0 => view! { <span class="pill pill-good">"No issues"</span> }.into_any(),
        1 => view! { <span class="pill pill-warning">"1 issue"</span> }.into_any(),
        count => view! { <span class="pill pill-warning">{format!("{count} issues")}</span> }.into_any(),
    };
    let body = if findings.is_empty() {
        view! { <p class="prose">"Return URLs, scopes and product are consistent."</p> }.into_any()
    } else {
        view! { <ul class="findings">{findings.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! {
        <Card id="readiness" title="Readiness" note>
            <div class="card-body">{body}</div>
        </Card>
    }
}

fn row(finding: Finding) -> impl IntoView {
    let (class, weight) = match finding.weight {
        Weight::Warning => ("pill pill-warning", "Warning"),
        Weight::Error => ("pill pill-bad", "Error"),
    };
    view! {
        <li>
            <span class=class>{weight}</span>
            <div>
                <h3>{finding.title}</h3>
                <p>{finding.advice}</p>
            </div>
        </li>
    }
}
