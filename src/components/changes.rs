//! Differences, as rows of what goes and what comes.

use leptos::prelude::*;

use crate::domain::audit::AuditedKind;
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::domain::risk::{Risk, Severity};

/// A row for each change.
#[component]
pub fn ChangeRows(
    /// Whose fields they are.
    #[prop(into)]
    kind: AuditedKind,
    /// The changes, each with its risk if it has one.
    changes: Vec<(FieldChange, Option<Risk>)>,
    /// Whether there was nothing before, so that only what came is worth a look.
    #[prop(optional)]
    is_new: bool,
) -> impl IntoView {
    let row = move |(change, risk): (FieldChange, Option<Risk>)| {
        let label = kind.label(&change.field).to_owned();
        let removed = if is_new { Vec::new() } else { change.removed() };
        let removed = removed.into_iter().map(|words| {
            view! {
                <del class="removed">
                    <span>{words}</span>
                </del>
            }
        });
        let added = change.added().into_iter().map(|words| {
            view! {
                <ins class="added">
                    <span>{words}</span>
                </ins>
            }
        });
        view! {
            <div class="diff-row">
                <span class="diff-field">{label}</span>
                <div class="diff-values">{removed.collect_view()} {added.collect_view()}</div>
                {risk.map(risk_pill)}
            </div>
        }
    };
    view! { <div class="diff">{changes.into_iter().map(row).collect_view()}</div> }
}

fn risk_pill(risk: Risk) -> impl IntoView {
    let class = match risk.severity {
        Severity::Warning => "pill pill-warning",
        Severity::Danger => "pill pill-bad",
    };
    view! {
        <span class="diff-risk">
            <span class=class>{risk.words}</span>
        </span>
    }
}

/// A value inside a sentence or a label.
#[component]
pub fn ValueChips(
    /// The value; `None` is "not set".
    value: Option<FieldValue>,
) -> impl IntoView {
    let words = value.map_or_else(|| vec!["not set".to_owned()], |value| value.words());
    view! {
        <span class="chips">
            {words.into_iter().map(|word| view! { <span class="chip">{word}</span> }).collect_view()}
        </span>
    }
}
