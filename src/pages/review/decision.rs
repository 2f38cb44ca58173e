//! What the admin says on the review page: a choice for each conflict, a name for what is dangerous.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Card, FieldMessages, ValueChips};
use crate::domain::change::Conflict;
use crate::domain::object::ObjectKind;
use crate::domain::review::{Review, ReviewNotice};
use crate::paths;
use crate::server_fns::changes::{DiscardChanges, SaveChanges};

/// The ID of the line into which the name is typed.
pub(super) const CONFIRMATION: &str = "confirmation";
/// What is said of a name that was typed wrongly.
pub(super) const NOT_CONFIRMED: &str = "The name you typed does not match.";

/// The ID of the choice between the values of a field.
pub(super) fn conflict_id(field: &str) -> String {
    format!("conflict-{field}")
}

pub(super) fn decision_form(review: &Review, edit_path: &str) -> impl IntoView + use<> {
    let draft = review.draft.id.clone();
    let back = paths::draft(edit_path, &draft);
    let conflicts = (!review.conflicts.is_empty()).then(|| {
        let kind = review.draft.kind;
        // None of the choices is kept: each of them is open again.
        let is_undecided = review.draft.notice == Some(ReviewNotice::Undecided);
        let choice = |conflict| conflict_choice(kind, conflict, is_undecided);
        let rows = review.conflicts.iter().cloned().map(choice).collect_view();
        view! {
            <Card id="conflicts" title="Resolve conflicts">
                {rows}
            </Card>
        }
    });
    let confirmation = confirmation(review);
    let has_something = !review.changes.is_empty() || !review.conflicts.is_empty();
    let save = has_something.then(|| {
        view! {
            <button class="button button-primary" type="submit">
                "Save changes"
            </button>
        }
    });
    view! {
        <form class="form" method="post" action=SaveChanges::url()>
            <input type="hidden" name="draft" value=draft.clone()/>
            {conflicts}
            {confirmation}
            {actions(save, back)}
        </form>
        {discard(draft)}
    }
}

/// The button that sends what was reviewed, if anything can be sent, beside the ways out.
pub(super) fn actions(send: impl IntoView, back: String) -> impl IntoView {
    view! {
        <div class="form-actions">
            {send}
            <a class="button" href=back>
                "Back to the form"
            </a>
            <button class="button button-quiet" type="submit" form="discard">
                "Discard"
            </button>
        </div>
    }
}

/// The form that *Discard* sends. It stands beside the form of the review: forms cannot be nested.
pub(super) fn discard(draft: String) -> impl IntoView {
    view! {
        <form id="discard" method="post" action=DiscardChanges::url()>
            <input type="hidden" name="draft" value=draft/>
        </form>
    }
}

/// The line into which the name is typed, if the review asks for it.
pub(super) fn confirmation(review: &Review) -> Option<impl IntoView + use<>> {
    let name = review.confirmation()?.to_owned();
    let is_wrong = review.draft.notice == Some(ReviewNotice::NotConfirmed);
    let messages: Vec<String> = is_wrong.then(|| NOT_CONFIRMED.to_owned()).into_iter().collect();
    Some(view! {
        <section class="card" aria-labelledby="confirm">
            <div class="card-head">
                <h2 id="confirm">"Confirm"</h2>
            </div>
            <div class="card-body">
                <div class="field">
                    <label for=CONFIRMATION>"Type " <strong>{name}</strong> " to confirm"</label>
                    <input
                        class="input input-short"
                        type="text"
                        id=CONFIRMATION
                        name="confirmation"
                        autocomplete="off"
                        aria-describedby=is_wrong.then(|| format!("{CONFIRMATION}-error"))
                        aria-invalid=is_wrong.then_some("true")
                    />
                    <FieldMessages id=CONFIRMATION messages/>
                </div>
            </div>
        </section>
    })
}

fn conflict_choice(kind: ObjectKind, conflict: Conflict, is_undecided: bool) -> impl IntoView {
    let id = conflict_id(&conflict.field);
    let messages: Vec<String> = is_undecided.then(|| "Choose a value.".to_owned()).into_iter().collect();
    let described_by = is_undecided.then(|| format!("{id}-error"));
    let of_messages = id.clone();
    let name = format!("resolution[{}]", conflict.field);
    let label = kind.label(&conflict.field).to_owned();
    view! {
        <fieldset class="conflict" id=id tabindex="-1" aria-describedby=described_by>
            <legend>{label}</legend>
            <p class="conflict-was">"When you opened the form: " <ValueChips value=conflict.shown/></p>
            <div class="conflict-sides">
                <label class="conflict-side">
                    <input type="radio" name=name.clone() value="mine"/>
                    <span class="conflict-who">"Your value"</span>
                    <span class="conflict-value">
                        <ValueChips value=conflict.mine/>
                    </span>
                </label>
                <label class="conflict-side">
                    <input type="radio" name=name value="theirs"/>
                    <span class="conflict-who">"Current value at OneID"</span>
                    <span class="conflict-value">
                        <ValueChips value=conflict.theirs/>
                    </span>
                </label>
            </div>
            <FieldMessages id=of_messages messages/>
        </fieldset>
    }
}
