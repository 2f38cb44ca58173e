//! What a form that came back says above its fields: its errors, and what the partner answered.

use leptos::prelude::*;

use crate::components::{ErrorSummary, FieldErrors, Notice, RelativeTime, alert};
use crate::domain::audit::Outcome;
use crate::domain::failure::{Effect, PartnerFailure};
use crate::domain::object::ObjectKind;
use crate::domain::review::{Draft, DraftSummary};
use crate::domain::shell::Tone;
use crate::domain::unknown_creation::LostCreation;
use crate::paths;

/// What a form that came back says above its fields: the errors, and what the partner answered.
#[component]
pub(super) fn FormNotices(
    /// The draft that came back, if one did.
    draft: Option<Draft>,
    /// Its errors.
    errors: FieldErrors,
    /// What is known of the creation that it was sent as, on a connection.
    lost: Option<(String, ObjectKind, LostCreation)>,
    /// The list to check for the object, which may have been created although no answer came.
    listed_at: String,
) -> impl IntoView {
    let is_known = lost.as_ref().is_some_and(|(_, _, lost)| lost.outcome != Outcome::Unknown);
    let look_at = match &lost {
        Some((connection, _, lost)) => paths::unknown_creation(connection, lost.entry),
        None => listed_at,
    };
    let failure = draft.filter(|_| !is_known).and_then(|draft| {
        let is_create = draft.object_id.is_none();
        draft.failure.map(|failure| (failure, is_create.then_some(look_at)))
    });
    // A refusal and its fields are one message. What nobody knows the outcome of says nothing about fields.
    let is_refusal = failure.as_ref().is_some_and(|(failure, _)| failure.effect == Effect::None);
    let has_failed = failure.is_some();
    let (of_refusal, errors) = if is_refusal { (errors.links(), None) } else { (None, Some(errors)) };
    let failure = failure.map(|(failure, look_at)| failure_panel(failure, look_at, of_refusal));
    let lost = lost.filter(|_| is_known || !has_failed);
    let lost = lost.map(|(connection, kind, lost)| what_is_known(&connection, kind, lost));
    view! {
        {lost}
        {failure}
        {errors.map(|errors| view! { <ErrorSummary errors/> })}
    }
}

/// What has been found out about a creation whose answer was lost, if anything.
fn what_is_known(connection: &str, kind: ObjectKind, lost: LostCreation) -> impl IntoView + use<> {
    let (title, text, link) = match (lost.outcome, lost.object_id) {
        (Outcome::Unknown, _) => (
            "This form has already been sent, and the outcome is unknown. ",
            "Nothing has been sent again. ",
            Some((paths::unknown_creation(connection, lost.entry), "Check whether it was created")),
        ),
        (Outcome::Applied, Some(id)) => (
            "This form has created an object. ",
            "The response was lost, but the object was found. ",
            Some((paths::object(connection, kind, &id), "Go to the object")),
        ),
        _ => (
            "This form has created nothing. ",
            "The response was lost, and the object was not found at OneID. You can send the form again.",
            None,
        ),
    };
    let link = link.map(|(path, label)| view! { <a href=path>{label}</a> });
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{title}</strong>
                {text}
                {link}
            </p>
        </Notice>
    }
}

/// A link to the newest unfinished draft of the same form.
#[component]
pub(super) fn LeftBehind(
    /// The newest such draft.
    draft: Option<DraftSummary>,
) -> impl IntoView {
    draft.map(|draft| {
        let path = paths::draft(&paths::form(&draft.target), &draft.id);
        view! {
            <Notice>
                <p>"You have an unfinished draft of this form, last saved " <RelativeTime at=draft.kept_at/> ". Drafts are kept for one day."</p>
                <div class="button-row">
                    <a class="button button-small" href=path>
                        "Continue draft"
                    </a>
                    <a class="button button-small button-quiet" href=paths::ACCOUNT>
                        "View all drafts"
                    </a>
                </div>
            </Notice>
        }
    })
}

/// The partner's refusal or failure, with its message, status and request id. It takes the focus.
pub(in crate::pages) fn failure_alert(failure: PartnerFailure) -> impl IntoView {
    failure_panel(failure, None, None::<()>)
}

/// The same on top of the form that it is about, with links to the fields that it names. For a creation whose answer was lost, where
/// to look first.
fn failure_panel(
    failure: PartnerFailure,
    list: Option<String>,
    fields: Option<impl IntoView + 'static>,
) -> impl IntoView {
    alert(Tone::Bad, true, failure_body(failure, list, fields))
}

fn failure_body(
    failure: PartnerFailure,
    list: Option<String>,
    fields: Option<impl IntoView + 'static>,
) -> impl IntoView {
    let unknown = (failure.effect == Effect::Unknown).then(|| {
        let look = list.map(|path| {
            view! {
                " "
                <a href=path>"Check whether it was created"</a>
                " before you try again."
            }
        });
        view! {
            <p>
                <strong>"The outcome is unknown: OneID may have applied the change. "</strong>
                "The audit log shows it as unknown." {look}
            </p>
        }
    });
    let message = failure.message.clone().map(|text| view! { <p>"OneID says: “" {text} "”"</p> });
    let status = failure.status.map(|status| {
        view! {
            "Status "
            <code>{status}</code>
            ". "
        }
    });
    let request_id = failure.request_id.clone().map(|id| {
        view! {
            "Partner request ID "
            <code>{id}</code>
            ". "
        }
    });
    let nothing = (failure.effect == Effect::None).then_some("Nothing has been changed. ");
    view! {
        <p>
            <strong>{failure.title()} ". "</strong>
            {failure.sentence()}
        </p>
        {message}
        {fields}
        {unknown}
        <p>{nothing} "What you typed is kept. " {status} {request_id}</p>
    }
}
