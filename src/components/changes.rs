//! Differences, as rows of removed and added values.

use leptos::prelude::*;

use crate::domain::audit::AuditedKind;
use crate::domain::change::FieldChange;
use crate::domain::excerpt::{Excerpt, MOST_SHOWN};
use crate::domain::field::FieldValue;
use crate::domain::field_error::LONGEST_TEXT;
use crate::domain::risk::{Risk, Severity};

/// A row for each changed field: its label, removed values, added values, and the risk.
#[component]
pub fn ChangeRows(
    /// The kind of object, which gives the fields their labels.
    #[prop(into)]
    kind: AuditedKind,
    /// The changes, each with its risk if it has one.
    changes: Vec<(FieldChange, Option<Risk>)>,
    /// Whether there was nothing before, so that only the new values are shown.
    #[prop(optional)]
    is_new: bool,
) -> impl IntoView {
    let row = move |(change, risk): (FieldChange, Option<Risk>)| {
        let label = kind.label(&change.field).to_owned();
        let (removed, more_removed) = shown(if is_new { Vec::new() } else { change.removed() });
        let removed = removed.into_iter().map(|text| {
            view! {
                <del class="removed">
                    <span>{text}</span>
                </del>
            }
        });
        let (added, more_added) = shown(change.added());
        let added = added.into_iter().map(|text| {
            view! {
                <ins class="added">
                    <span>{text}</span>
                </ins>
            }
        });
        view! {
            <div class="diff-row">
                <span class="diff-field">{label}</span>
                <div class="diff-values">
                    {removed.collect_view()} {more_removed} {added.collect_view()} {more_added}
                </div>
                {risk.map(risk_pill)}
            </div>
        }
    };
    view! { <div class="diff">{changes.into_iter().map(row).collect_view()}</div> }
}

/// The values that a page has room for, and how many more there are. A value that a form can send is shown whole.
fn shown(values: Vec<String>) -> (Vec<String>, impl IntoView) {
    let excerpt = Excerpt::of(values, MOST_SHOWN, LONGEST_TEXT);
    let more = excerpt.more().map(|text| view! { <span class="muted">{text}</span> });
    (excerpt.shown, more)
}

fn risk_pill(risk: Risk) -> impl IntoView {
    let class = match risk.severity {
        Severity::Warning => "pill pill-warning",
        Severity::Danger => "pill pill-bad",
    };
    view! {
        <span class="diff-risk">
            <span class=class>{risk.description}</span>
        </span>
    }
}

/// A value inside a sentence or a label.
#[component]
pub fn ValueChips(
    /// The value; `None` is "not set".
    value: Option<FieldValue>,
) -> impl IntoView {
    let texts = value.map_or_else(|| vec!["not set".to_owned()], |value| value.texts());
    let (texts, more) = shown(texts);
    view! {
        <span class="chips">
            {texts.into_iter().map(|text| view! { <span class="chip">{text}</span> }).collect_view()} {more}
        </span>
    }
}
