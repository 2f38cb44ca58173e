//! What a form that came back says above its fields: its errors, and what the partner answered.

use leptos::prelude::*;

use crate::components::{ErrorSummary, FieldErrors, Moment, Notice};
use crate::domain::failure::{Effect, PartnerFailure};
use crate::domain::review::{Draft, DraftSummary};
use crate::domain::shell::Tone;
use crate::paths;

/// What a form that came back says above its fields: the errors, and what the partner answered.
#[component]
pub(super) fn FormNotices(
    /// The draft that came back, if one did.
    draft: Option<Draft>,
    /// Its errors.
    errors: FieldErrors,
    /// Where to look whether the object was created all the same.
    listed_at: String,
) -> impl IntoView {
    let failure = draft.and_then(|draft| {
        let is_create = draft.object_id.is_none();
        draft.failure.map(|failure| failure_notice(failure, is_create.then_some(listed_at)))
    });
    view! {
        {failure}
        <ErrorSummary errors/>
    }
}

/// The way back to a draft of the same form that the person left behind.
#[component]
pub(super) fn LeftBehind(
    /// The newest such draft.
    draft: Option<DraftSummary>,
) -> impl IntoView {
    draft.map(|draft| {
        let path = paths::draft(&paths::form(&draft.target), &draft.id);
        view! {
            <Notice>
                <p>"You left this form unfinished " <Moment at=draft.kept_at/> ". What you typed is kept for a day."</p>
                <div class="button-row">
                    <a class="button button-small" href=path>
                        "Continue where you were"
                    </a>
                    <a class="button button-small button-quiet" href=paths::ACCOUNT>
                        "All your drafts"
                    </a>
                </div>
            </Notice>
        }
    })
}

/// The partner's refusal or failure, with its words, status and request id. For a creation whose
/// answer was lost, where to look first.
pub(in crate::pages) fn failure_notice(failure: PartnerFailure, list: Option<String>) -> impl IntoView {
    let unknown = (failure.effect == Effect::Unknown).then(|| {
        let look = list.map(|path| {
            view! {
                " "
                <a href=path>"Look there first"</a>
                ", because trying again may create it twice."
            }
        });
        view! {
            <p>
                <strong>"It is not known whether OneID did it. "</strong>
                "The audit log says so too." {look}
            </p>
        }
    });
    let message = failure.message.clone().map(|words| view! { <p>"OneID says: “" {words} "”"</p> });
    let status = failure.status.map(|status| {
        view! {
            "Status "
            <code>{status}</code>
            ". "
        }
    });
    let request_id = failure.request_id.clone().map(|id| {
        view! {
            "x-request-id "
            <code>{id}</code>
            ". "
        }
    });
    let nothing = (failure.effect == Effect::None).then_some("Nothing has been changed. ");
    view! {
        <Notice tone=Tone::Bad>
            <p>
                <strong>{failure.title()} ". "</strong>
                {failure.sentence()}
            </p>
            {message}
            {unknown}
            <p>{nothing} "What you typed is kept. " {status} {request_id}</p>
        </Notice>
    }
}
