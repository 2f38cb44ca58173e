//! The form for an organisation: new, or on one that exists, with the review of its changes.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::super::address::{part, query_if_any};
use super::super::form_notices::{FormNotices, LeftBehind};
use super::super::form_values::multi_value;
use super::super::review::review_page;
use super::detail::crumbs;
use crate::components::{
    Card, CheckBox, Crumb, FieldErrors, FieldMessages, Layout, ListFact, Location, PageHead, TextField, loaded,
};
use crate::domain::catalogue::Suggestion;
use crate::domain::field::ObjectKind;
use crate::domain::review::ObjectReference;
use crate::domain::views::FormPage;
use crate::paths;
use crate::server_fns::organisations::{CreateOrganisation, ReviewOrganisation, load_organisation_form};

/// `/{connection}/organisations/new`
#[component]
pub fn NewOrganisationPage() -> impl IntoView {
    let connection = part("connection");
    let load = load_organisation_form(connection.clone(), None, query_if_any("draft"), query_if_any("parent"));
    loaded(Some(connection.clone()), load, move |form| page(connection.clone(), form))
}

/// `/{connection}/organisations/{id}/edit`: the form, or with `step=review` the review.
#[component]
pub fn EditOrganisationPage() -> impl IntoView {
    let connection = part("connection");
    let draft = query_if_any("draft");
    match draft {
        Some(draft) if query_if_any("step").as_deref() == Some("review") => review_page(connection, draft).into_any(),
        draft => {
            let load = load_organisation_form(connection.clone(), Some(part("id")), draft, None);
            loaded(Some(connection.clone()), load, move |form| page(connection.clone(), form)).into_any()
        }
    }
}

fn page(connection: String, form: FormPage) -> impl IntoView {
    let errors = FieldErrors::new(
        ObjectKind::Organisation,
        form.draft.as_ref().map(|draft| draft.errors.clone()).unwrap_or_default(),
    );
    let mut crumbs = crumbs(&connection, &[]);
    let (title, action, button, back) = match &form.object {
        None => {
            crumbs.push(Crumb::here("New"));
            (
                "Create organisation".to_owned(),
                CreateOrganisation::url(),
                "Create organisation",
                paths::organisations(&connection),
            )
        }
        Some(object) => {
            let path = paths::organisation(&connection, &object.id);
            crumbs.push(Crumb::to(&object.name, path.clone()));
            crumbs.push(Crumb::here("Edit"));
            (format!("Edit {}", object.name), ReviewOrganisation::url(), "Review changes", path)
        }
    };
    let base = serde_json::to_string(&form.shown).unwrap_or_default();
    let object_id = form.object.as_ref().map(|object| {
        view! { <input type="hidden" name="id" value=object.id.clone()/> }
    });
    let is_edit = form.object.is_some();
    view! {
        <Layout title=title.clone() connection=Some(connection.clone()) location=Location::Organisations crumbs>
            <PageHead title/>
            <div class="columns">
                <div class="column">
                    <LeftBehind draft=form.left_behind.clone()/>
                    <FormNotices draft=form.draft.clone() errors=errors.clone() list=paths::organisations(&connection)/>
                    <form class="form" method="post" action=action novalidate>
                        <input type="hidden" name="connection" value=connection.clone()/>
                        <input type="hidden" name="draft" value=form.form_id.clone()/>
                        {object_id}
                        {is_edit.then(|| view! { <input type="hidden" name="base" value=base/> })}
                        {controls(&form, &errors)}
                        <div class="form-actions">
                            <button class="button button-primary" type="submit">
                                {button}
                            </button>
                            <a class="button" href=back>
                                "Cancel"
                            </a>
                        </div>
                    </form>
                </div>
                <aside class="column" aria-label="Allowed here">
                    {allowed_here(&form)}
                </aside>
            </div>
        </Layout>
    }
}

fn controls(form: &FormPage, errors: &FieldErrors) -> impl IntoView + use<> {
    let fields = &form.form.fields;
    let text = |name: &str| fields.text(name).unwrap_or_default().to_owned();
    let is_on = |name: &str| fields.flag(name) == Some(true);
    let multi_value = multi_value(form, errors, "not available to the parent");
    view! {
        <div class="card form-card">
            <TextField
                name="name"
                label="Name"
                hint="The customer's name, as your team knows it."
                value=text("name")
                errors=errors.clone()
            />
            {parent_field(form, errors)}
            {multi_value("allowed_scopes", "Allowed scopes", "Scopes that its clients can request from users.")}
            {multi_value(
                "allowed_products",
                "Allowed products",
                "Leave empty to inherit your organisation’s products.",
            )}
            {multi_value(
                "allowed_provider_groups",
                "Allowed provider groups",
                "Identity providers that users can choose from.",
            )}
            <div class="checks">
                <CheckBox
                    name="enable_custom_logo"
                    label="Custom logo"
                    hint="Email the logo to OneID (SVG, or PNG 200 × 36 px), then turn this on."
                    is_on=is_on("enable_custom_logo")
                    errors=errors.clone()
                />
                <CheckBox
                    name="has_production_access"
                    label="Production access"
                    hint="Lets its clients serve live users. The parent organisation needs it too."
                    is_on=is_on("has_production_access")
                    errors=errors.clone()
                />
                <CheckBox
                    name="enabled"
                    label="Enabled"
                    hint="If off, the organisation is kept but its clients may stop working."
                    is_on=is_on("enabled")
                    errors=errors.clone()
                />
            </div>
        </div>
    }
}

/// The parent by name; by its id where there are too many to list.
fn parent_field(form: &FormPage, errors: &FieldErrors) -> AnyView {
    let chosen = form.form.fields.text("parent_id").unwrap_or_default().to_owned();
    match &form.parents {
        Some(parents) => parent_select(parents, chosen, errors).into_any(),
        None => view! {
            <TextField
                name="parent_id"
                label="Parent organisation"
                hint="The parent’s organisation ID, shown on its page. There are too many organisations to list here. \
                      Leave empty for the OneID default."
                value=chosen
                errors=errors.clone()
            />
        }
        .into_any(),
    }
}

/// The choices in the order of the tree. A value that is not among them is offered too, so that a form never changes
/// it unasked.
fn parent_select(parents: &[(ObjectReference, u32)], chosen: String, errors: &FieldErrors) -> impl IntoView + use<> {
    let is_listed = chosen.is_empty() || parents.iter().any(|(parent, _)| parent.id == chosen);
    let unlisted = (!is_listed).then(|| {
        view! {
            <option value=chosen.clone() selected=true>
                {chosen.clone()}
            </option>
        }
    });
    let options = parents.iter().map(|(parent, depth)| {
        let indent = "\u{2003}".repeat(usize::try_from(*depth).unwrap_or_default());
        view! {
            <option value=parent.id.clone() selected=parent.id == chosen>
                {format!("{indent}{}", parent.name)}
            </option>
        }
    });
    let options = options.collect_view();
    let messages = errors.of("parent_id");
    let has_error = !messages.is_empty();
    view! {
        <div class="field">
            <label for="parent_id">"Parent organisation"</label>
            <p class="hint" id="parent_id-hint">
                "OneID may reject values that the parent cannot use."
            </p>
            <select
                class="input"
                id="parent_id"
                name="parent_id"
                aria-describedby=if has_error { "parent_id-hint parent_id-error" } else { "parent_id-hint" }
                aria-invalid=has_error.then_some("true")
            >
                <option value="" selected=chosen.is_empty()>
                    "OneID default"
                </option>
                {unlisted}
                {options}
            </select>
            <FieldMessages id="parent_id" messages/>
        </div>
    }
}

fn allowed_here(form: &FormPage) -> impl IntoView + use<> {
    let words = match &form.organisation {
        Some(parent) => format!("From {}", parent.name()),
        None => "From your own organisation".to_owned(),
    };
    let allowed = |name: &str| {
        let suggestions = form.suggestions.get(name).map(Vec::as_slice).unwrap_or_default();
        let allowed = |suggestion: &&Suggestion| suggestion.allowed;
        Some(suggestions.iter().filter(allowed).map(|suggestion| suggestion.value.clone()).collect())
    };
    let (products, scopes, groups) =
        (allowed("allowed_products"), allowed("allowed_scopes"), allowed("allowed_provider_groups"));
    view! {
        <Card id="allowed-here" title="Allowed here" note=words.into_any()>
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <ListFact name="Products" values=products/>
                    <ListFact name="Scopes" values=scopes/>
                    <ListFact name="Provider groups" values=groups/>
                </dl>
                <p class="prose">
                    "OneID may reject values that are not listed here."
                </p>
            </div>
        </Card>
    }
}
