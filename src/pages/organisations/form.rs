//! The form for an organisation: new, or on one that exists.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::super::Address;
use super::super::forms::{Controls, FormOfKind, duplicate_of, form_page, form_section};
use super::super::review::{draft_to_review, review};
use super::detail::crumbs;
use crate::components::{Card, Html, ListFact, NOT_KNOWN};
use crate::domain::catalogue::Suggestion;
use crate::domain::object::ObjectKind;
use crate::domain::review::FormTarget;
use crate::domain::views::FormPage;
use crate::error::AppError;
use crate::islands::FollowParent;
use crate::paths;
use crate::server_fns::organisations::{CreateOrganisation, ReviewOrganisation, load_organisation_form};

const FORM: FormOfKind = FormOfKind {
    create: CreateOrganisation::PATH,
    review: ReviewOrganisation::PATH,
    crumbs: |connection, _| crumbs(connection, &[]),
    listed_at: |connection, _| paths::organisations(connection),
    controls,
    aside: |form| allowed_here(form).into_any(),
};

/// `/{connection}/organisations/new`: the form, or with `step=review` the review.
///
/// # Errors
/// When what the form needs cannot be read, or the person may not create one.
pub async fn create(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    if let Some(draft) = draft_to_review(&address) {
        let about = FormTarget { connection, kind: ObjectKind::Organisation, object_id: None, organisation_id: None };
        return review(about, draft).await;
    }
    let (draft, parent) = (address.query_if_any("draft"), address.query_if_any("parent"));
    let parent = parent.or_else(|| address.query_if_any(paths::WITHOUT_PARENT).map(|_| String::new()));
    let of = duplicate_of(&address);
    let form = load_organisation_form(connection.clone(), None, draft, parent, of).await?;
    Ok(form_page(&connection, &form, &FORM))
}

/// `/{connection}/organisations/{id}/edit`: the form, or with `step=review` the review.
///
/// # Errors
/// When the organisation cannot be read, the person may not edit it, or the draft is gone.
pub async fn edit(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    if let Some(draft) = draft_to_review(&address) {
        let about = FormTarget {
            connection,
            kind: ObjectKind::Organisation,
            object_id: Some(address.part("id")),
            organisation_id: None,
        };
        return review(about, draft).await;
    }
    let (id, draft) = (Some(address.part("id")), address.query_if_any("draft"));
    let form = load_organisation_form(connection.clone(), id, draft, None, None).await?;
    Ok(form_page(&connection, &form, &FORM))
}

fn controls(form: &Controls<'_>) -> AnyView {
    let not_above = "not available to the parent";
    view! {
        {form_section("identity", "Identity", view! {
            {form.text("name", "The customer's name, as your team knows it.")}
            {form.object("parent_id", "OneID may reject what the parent cannot use.", "OneID default")}
            <FollowParent
                field="parent_id"
                form_below=paths::form_below(form.connection)
                form_without=paths::form_without_parent(form.connection)
                flag=NOT_KNOWN
            />
        })}
        {form_section("permissions", "What its clients can use", view! {
            {form.list("allowed_scopes", "Scopes that its clients can request from users.", not_above)}
            {form
                .list(
                    "allowed_products",
                    "Leave empty to inherit your organisation’s products.",
                    not_above,
                )}
            {form.list("allowed_provider_groups", "Identity providers that users can choose from.", not_above)}
        })}
        {form_section("state", "State and appearance", view! {
            <div class="checks">
                {form
                    .check(
                        "enable_custom_logo",
                        "Email the logo to OneID (SVG, or PNG 200 × 36 px), then turn this on.",
                    )}
                {form
                    .check(
                        "has_production_access",
                        "Lets its clients serve live users. The parent organisation needs it too.",
                    )}
                {form.check("enabled", "If off, the organisation is kept but its clients may stop working.")}
            </div>
        })}
    }
    .into_any()
}

fn allowed_here(form: &FormPage) -> impl IntoView + use<> {
    let note = match &form.organisation {
        Some(parent) => format!("from {}", parent.name()),
        None => "from your own organisation".to_owned(),
    };
    let allowed = |name: &str| {
        let suggestions = form.suggestions.get(name).map(Vec::as_slice).unwrap_or_default();
        let allowed = |suggestion: &&Suggestion| suggestion.allowed;
        Some(suggestions.iter().filter(allowed).map(|suggestion| suggestion.value.clone()).collect())
    };
    let (products, scopes, groups) =
        (allowed("allowed_products"), allowed("allowed_scopes"), allowed("allowed_provider_groups"));
    view! {
        <Card id="allowed-here" title="Available values" note=note.into_any()>
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
