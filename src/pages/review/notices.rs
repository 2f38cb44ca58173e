//! What a review says above everything else: why it came back, and what saving it would undo.

use leptos::prelude::*;

use super::super::forms::failure_alert;
use super::decision::{CONFIRMATION, NOT_CONFIRMED, conflict_id};
use crate::components::{Notice, alert};
use crate::domain::review::{Review, ReviewNotice};
use crate::domain::shell::Tone;

pub(super) fn notices(review: &Review) -> impl IntoView + use<> {
    let failure = review.draft.failure.clone();
    let is_alone = failure.is_none();
    let notice = review.draft.notice.map(|notice| why_it_came_back(review, notice, is_alone));
    let failure = failure.map(failure_alert);
    let reverts = review.draft.answers.map(|_| {
        view! {
            <Notice>
                <p>"These are the values from before the change made outside this dashboard. Saving them reverts it."</p>
            </Notice>
        }
    });
    view! {
        {reverts}
        {failure}
        {notice}
    }
}

/// Why the last try came back here. What is wrong with a control leads to it, as in the summary of a form.
fn why_it_came_back(review: &Review, notice: ReviewNotice, is_alone: bool) -> AnyView {
    let (problem, next, control) = match notice {
        ReviewNotice::ChangedMeanwhile => {
            let text = "The object has changed at OneID since you last saw this page. Nothing has been sent. Review \
                        your changes again.";
            return told(is_alone, view! { <p>{text}</p> });
        }
        ReviewNotice::NotConfirmed => {
            let control = review.confirmation().map(|_| CONFIRMATION.to_owned());
            let next = if review.is_creation() {
                "Nothing has been sent. Type it below, then create it again."
            } else {
                "Nothing has been sent. Type it below, then save again."
            };
            (NOT_CONFIRMED, next, control)
        }
        ReviewNotice::Undecided => {
            let control = review.conflicts.first().map(|conflict| conflict_id(&conflict.field));
            ("Choose a value for each conflict, then save again.", "Nothing has been sent.", control)
        }
    };
    let problem = match control {
        Some(id) => view! { <a href=format!("#{id}")>{problem}</a> }.into_any(),
        None => problem.into_any(),
    };
    told(is_alone, view! { <p>{problem} " " {next}</p> })
}

/// The page opens on one of its notices, and that is read out.
fn told(is_alone: bool, body: impl IntoView + 'static) -> AnyView {
    if is_alone {
        alert(Tone::Warning, true, body).into_any()
    } else {
        view! { <Notice tone=Tone::Warning>{body}</Notice> }.into_any()
    }
}
