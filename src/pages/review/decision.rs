//! What the admin says on the review page: a choice for each conflict, a name for what is dangerous.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{Card, ValueChips};
use crate::domain::change::Conflict;
use crate::domain::object::ObjectKind;
use crate::domain::review::Review;
use crate::paths;
use crate::server_fns::changes::{DiscardChanges, SaveChanges};

pub(super) fn decision_form(review: &Review, edit_path: &str) -> impl IntoView + use<> {
    let draft = review.draft.id.clone();
    let back = paths::draft(edit_path, &draft);
    let conflicts = (!review.conflicts.is_empty()).then(|| {
        let kind = review.draft.kind;
        let rows = review.conflicts.iter().cloned().map(|conflict| conflict_choice(kind, conflict)).collect_view();
        view! {
            <Card id="conflicts" title="Resolve conflicts">
                {rows}
            </Card>
        }
    });
    let confirmation = review.confirmation().map(confirmation);
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

pub(super) fn confirmation(name: &str) -> impl IntoView + use<> {
    let name = name.to_owned();
    view! {
        <section class="card" aria-labelledby="confirm">
            <div class="card-head">
                <h2 id="confirm">"Confirm"</h2>
            </div>
            <div class="card-body">
                <div class="field">
                    <label for="confirmation">"Type " <strong>{name}</strong> " to confirm"</label>
                    <input
                        class="input input-short"
                        type="text"
                        id="confirmation"
                        name="confirmation"
                        autocomplete="off"
                    />
                </div>
            </div>
        </section>
    }
}

fn conflict_choice(kind: ObjectKind, conflict: Conflict) -> impl IntoView {
    let name = format!("resolution[{}]", conflict.field);
    let label = kind.label(&conflict.field).to_owned();
    view! {
        <fieldset class="conflict">
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
        </fieldset>
    }
}
