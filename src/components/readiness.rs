//! What the readiness rules find, beside an object and in the review of a change.

use leptos::prelude::*;

use super::Card;
use crate::domain::readiness::{Finding, FindingValue, Rule, Severity};

/// Makes what can be done about a rule that is broken.
pub type FindingActions = Box<dyn Fn(&'static Rule) -> AnyView + Send>;

/// What may keep users from completing a journey.
#[component]
pub fn Readiness(
    /// What the rules find.
    findings: Vec<Finding>,
    /// What can be done about each finding.
    #[prop(optional)]
    actions: Option<FindingActions>,
    /// What stands below them.
    #[prop(optional)]
    below: Option<AnyView>,
) -> impl IntoView {
    let note = match findings.len() {
        0 => view! { <span class="pill pill-good">"No issues"</span> }.into_any(),
        1 => pill(findings.first().map(|finding| finding.severity), "1 issue".to_owned()),
        count => pill(findings.iter().map(|finding| finding.severity).max(), format!("{count} issues")),
    };
    view! {
        <Card id="readiness" title="Readiness" note>
            <div class="card-body">{list(findings, actions)} {below}</div>
        </Card>
    }
}

/// The same once a change is made, with what the change brings about.
#[component]
pub fn ReadinessAfter(
    /// What the rules find then.
    findings: Vec<Finding>,
) -> impl IntoView {
    let new = findings.iter().filter(|finding| finding.is_new);
    let worst = new.clone().map(|finding| finding.severity).max();
    let note = match new.count() {
        0 => view! { "nothing new" }.into_any(),
        count => pill(worst, format!("{count} new")),
    };
    view! {
        <Card id="readiness" title="Readiness after this change" note>
            <div class="card-body">{list(findings, None)}</div>
        </Card>
    }
}

fn pill(severity: Option<Severity>, text: String) -> AnyView {
    view! { <span class=class(severity)>{text}</span> }.into_any()
}

const fn class(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "pill pill-bad",
        _ => "pill pill-warning",
    }
}

fn list(findings: Vec<Finding>, actions: Option<FindingActions>) -> AnyView {
    if findings.is_empty() {
        return view! { <p class="prose">"The readiness rules find nothing wrong."</p> }.into_any();
    }
    let rows = findings.into_iter().filter_map(|finding| row(finding, actions.as_deref())).collect_view();
    view! { <ul class="findings">{rows}</ul> }.into_any()
}

fn row(finding: Finding, actions: Option<&(dyn Fn(&'static Rule) -> AnyView + Send)>) -> Option<AnyView> {
    let rule = finding.rule()?;
    let actions = actions.map(|actions| actions(rule));
    let more = (finding.more > 0).then(|| view! { <li class="muted">{format!("and {} more", finding.more)}</li> });
    let is_new = finding.is_new.then(|| view! { <span class="pill pill-new">"New"</span> });
    let values = finding.values.into_iter().map(value).collect::<Vec<_>>();
    let values = (!values.is_empty()).then(|| view! { <ul class="finding-values">{values} {more}</ul> });
    let row = view! {
        <li>
            <span class=class(Some(finding.severity))>{finding.severity.label()}</span>
            <div>
                <h3>{rule.title} " " {is_new}</h3>
                {values}
                <p>{rule.remedy}</p>
                {actions}
            </div>
        </li>
    };
    Some(row.into_any())
}

fn value(value: FindingValue) -> impl IntoView {
    let because_of = value.because_of.map(|name| view! { <span class="muted">" (" {name} ")"</span> });
    view! {
        <li>
            <code>{value.value}</code>
            {because_of}
        </li>
    }
}
