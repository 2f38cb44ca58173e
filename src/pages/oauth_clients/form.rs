//! The form for a client: new, or on one that exists.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::super::forms::{FormOfKind, duplicate_of, form_page};
use super::super::review::{draft_to_review, review};
use super::super::{Address, way_to};
use super::choose_organisation::choose_organisation;
use super::controls::controls;
use crate::components::{Card, Fact, Html, ListFact};
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::domain::review::FormTarget;
use crate::domain::views::FormPage;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::oauth_clients::{CreateOauthClient, ReviewOauthClient, load_oauth_client_form};

const FORM: FormOfKind = FormOfKind {
    create: CreateOauthClient::PATH,
    review: ReviewOauthClient::PATH,
    crumbs: |connection, form| way_to(form.kind, connection, organisation(form).as_ref()),
    listed_at: |connection, form| {
        let organisation = form.organisation.as_ref().map_or("", |organisation| &organisation.id);
        paths::organisation(connection, organisation)
    },
    controls,
    aside: |form| allowed_here(form).into_any(),
};

/// `/{connection}/organisations/{id}/clients/new`: the form, or with `step=review` the review.
///
/// # Errors
/// When what the form needs cannot be read, or the person may not create one.
pub async fn create(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    if let Some(draft) = draft_to_review(&address) {
        let about = FormTarget {
            connection,
            kind: ObjectKind::OAuthClient,
            object_id: None,
            organisation_id: Some(address.part("id")),
        };
        return review(about, draft).await;
    }
    let (organisation, draft) = (Some(address.part("id")), address.query_if_any("draft"));
    let form = load_oauth_client_form(connection.clone(), organisation, None, draft, duplicate_of(&address)).await?;
    Ok(form_page(&connection, &form, &FORM))
}

/// `/{connection}/clients/new`: the choice of the organisation, and with `organisation_id` the form.
///
/// # Errors
/// When what the form needs cannot be read, or the person may not create one.
pub async fn create_somewhere(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let of = duplicate_of(&address);
    // The button that looks for another organisation sends what is chosen too.
    match address.query_if_any("organisation_id").filter(|_| address.query_if_any("find").is_none()) {
        Some(organisation) => {
            let form = load_oauth_client_form(connection.clone(), Some(organisation), None, None, of).await?;
            Ok(form_page(&connection, &form, &FORM))
        }
        None => choose_organisation(connection, &address, of).await,
    }
}

/// `/{connection}/clients/{id}/edit`: the form, or with `step=review` the review.
///
/// # Errors
/// When the client cannot be read, the person may not edit it, or the draft is gone.
pub async fn edit(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    if let Some(draft) = draft_to_review(&address) {
        let about = FormTarget {
            connection,
            kind: ObjectKind::OAuthClient,
            object_id: Some(address.part("id")),
            organisation_id: None,
        };
        return review(about, draft).await;
    }
    let (id, draft) = (Some(address.part("id")), address.query_if_any("draft"));
    let form = load_oauth_client_form(connection.clone(), None, id, draft, None).await?;
    Ok(form_page(&connection, &form, &FORM))
}

fn organisation(form: &FormPage) -> Option<ObjectReference> {
    let reference = |organisation: &Organisation| ObjectReference {
        id: organisation.id.clone(),
        name: organisation.name().into_owned(),
    };
    form.organisation.as_ref().map(reference)
}

fn allowed_here(form: &FormPage) -> impl IntoView + use<> {
    let Some(organisation) = &form.organisation else {
        return ().into_any();
    };
    let list = |values: Option<&[String]>| values.map(<[String]>::to_vec);
    let products = list(organisation.allowed_products());
    let scopes = list(organisation.allowed_scopes());
    let groups = list(organisation.allowed_provider_groups());
    let production = if organisation.has_production_access() { "Yes" } else { "No" };
    view! {
        <Card id="allowed-here" title="Available values" note=format!("from {}", organisation.name()).into_any()>
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <ListFact name="Products" values=products/>
                    <ListFact name="Scopes" values=scopes/>
                    <ListFact name="Provider groups" values=groups/>
                    <Fact name="Production">{production}</Fact>
                </dl>
            </div>
        </Card>
    }
    .into_any()
}
