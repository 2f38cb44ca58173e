//! The form for an object of any kind: new, or on one that exists. What a kind shows differently stands with its pages.

mod controls;
mod duplicated;
mod notices;

use leptos::prelude::*;

pub(super) use controls::Controls;
pub(super) use duplicated::duplicate_of;
use duplicated::{DuplicatedNotice, duplicated_readiness};
pub(super) use notices::failure_alert;
use notices::{FormNotices, LeftBehind};

use crate::components::{Crumb, FieldErrors, Html, Layout, Location, PageHead, counted};
use crate::domain::change::difference;
use crate::domain::review::Draft;
use crate::domain::views::FormPage;
use crate::islands::LeaveGuard;
use crate::paths;

/// What the forms of a kind show differently.
pub(super) struct FormOfKind {
    /// The server function that creates one.
    pub create: &'static str,
    /// The server function that takes an edit for review.
    pub review: &'static str,
    /// The way to the page.
    pub crumbs: fn(&str, &FormPage) -> Vec<Crumb>,
    /// Where a new one is listed once it is created.
    pub listed_at: fn(&str, &FormPage) -> String,
    /// The controls, one for each field.
    pub controls: fn(&Controls<'_>) -> AnyView,
    /// What stands beside the form.
    pub aside: fn(&FormPage) -> AnyView,
}

/// The form, with what was typed and its errors when it came back.
pub(super) fn form_page(connection: &str, form: &FormPage, of_kind: &FormOfKind) -> Html {
    let kind = form.kind;
    let rows = kind.rows().and_then(|field| form.form.fields.list(field.name)).map_or(0, <[String]>::len).max(1);
    let draft_errors = form.draft.as_ref().map(|draft| draft.errors.clone()).unwrap_or_default();
    let errors = FieldErrors::new(kind, draft_errors).with_rows(rows);
    let mut crumbs = (of_kind.crumbs)(connection, form);
    let (title, action, button, back) = if let Some(object) = &form.object {
        let path = paths::object(connection, kind, &object.id);
        crumbs.push(Crumb::to(&object.name, path.clone()));
        crumbs.push(Crumb::here("Edit"));
        (format!("Edit {}", object.name), of_kind.review, "Review changes".to_owned(), path)
    } else {
        crumbs.push(Crumb::here(format!("New {}", kind.word())));
        let title = format!("Create {}", kind.word());
        (title.clone(), of_kind.create, title, (of_kind.listed_at)(connection, form))
    };
    // Enter in a line of text presses the first button: it must be the one that sends the form, not one that removes a
    // row or finds a parent.
    let has_other_buttons = kind.rows().is_some() || kind.parent_field().is_some();
    let first_button = has_other_buttons.then(|| {
        view! {
            <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">
                {button.clone()}
            </button>
        }
    });
    let (controls, aside) =
        ((of_kind.controls)(&Controls { form, errors: &errors, connection }), (of_kind.aside)(form));
    let (about, form_id, location) = (about(form), form.form_id.clone(), Location::Objects(kind));
    let changed = changed_so_far(form);
    let (left_behind, draft) = (form.left_behind.clone(), form.draft.clone());
    let (duplicated, readiness) = (form.duplicated.clone(), form.duplicated.as_ref().map(duplicated_readiness));
    let lost = form.lost.clone().map(|lost| (connection.to_owned(), kind, lost));
    let connection = connection.to_owned();
    Html::of(view! {
        <Layout title=title.clone() connection=Some(connection.clone()) location crumbs>
            <PageHead title/>
            <div class="columns">
                <div class="column">
                    <LeftBehind draft=left_behind/>
                    <DuplicatedNotice duplicated kind connection=connection.clone()/>
                    <FormNotices draft errors lost listed_at=back.clone()/>
                    <form class="form" method="post" action=action novalidate>
                        {first_button}
                        <LeaveGuard/>
                        <input type="hidden" name="connection" value=connection/>
                        <input type="hidden" name="draft" value=form_id/>
                        {about}
                        <div class="card form-card">{controls}</div>
                        <div class="form-actions form-bar">
                            <button class="button button-primary" type="submit">
                                {button}
                            </button>
                            <a class="button" href=back>
                                "Cancel"
                            </a>
                            {changed}
                        </div>
                    </form>
                </div>
                <aside class="column" aria-label="Available values">
                    {readiness} {aside}
                </aside>
            </div>
        </Layout>
    })
}

/// A part of a form, with its heading. `id` is unique on the page.
pub(super) fn form_section(id: &str, title: &'static str, controls: impl IntoView) -> impl IntoView {
    let heading_id = format!("section-{id}");
    let id = heading_id.clone();
    view! {
        <section class="form-section" aria-labelledby=heading_id>
            <h2 class="form-heading" id=id>
                {title}
            </h2>
            {controls}
        </section>
    }
}

/// How many fields differ from what the form opened on. The guard of the form keeps it up to date while one types.
fn changed_so_far(form: &FormPage) -> impl IntoView + use<> {
    let meant = form.draft.as_ref().map(Draft::meant);
    let changes = meant.map(|meant| difference(form.kind.fields(), &form.shown, &meant)).unwrap_or_default();
    let text = match changes.len() {
        0 => String::new(),
        count => format!("{} changed", counted(count as u64, "field")),
    };
    let names = changes.into_iter().map(|change| change.field).collect::<Vec<_>>().join(" ");
    view! {
        <span class="secondary small" role="status" data-changed=names>
            {text}
        </span>
    }
}

/// What the form is about: the object with the values that the form opened on, or the organisation of a new one.
fn about(form: &FormPage) -> AnyView {
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    match (&form.object, &form.organisation) {
        (Some(object), _) => {
            let base = serde_json::to_string(&form.shown).unwrap_or_default();
            (hidden("id", object.id.clone()), hidden("base", base)).into_any()
        }
        (None, Some(owner)) if form.kind.owner().is_some() => hidden("organisation_id", owner.id.clone()).into_any(),
        (None, _) => ().into_any(),
    }
}
