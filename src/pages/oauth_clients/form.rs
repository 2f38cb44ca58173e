//! The form for a client: new, or on one that exists, with the review of its changes.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::super::address::{part, query_if_any};
use super::super::form_notices::{FormNotices, LeftBehind};
use super::super::review::review_page;
use super::controls::controls;
use super::crumbs;
use crate::components::{Card, Crumb, FieldErrors, Layout, ListFact, Location, PageHead, loaded};
use crate::domain::field::ObjectKind;
use crate::domain::review::ObjectReference;
use crate::domain::views::FormPage;
use crate::paths;
use crate::server_fns::oauth_clients::{CreateOauthClient, ReviewOauthClient, load_oauth_client_form};

/// `/{connection}/organisations/{id}/clients/new`
#[component]
pub fn NewOAuthClientPage() -> impl IntoView {
    let connection = part("connection");
    let load = load_oauth_client_form(connection.clone(), Some(part("id")), None, query_if_any("draft"));
    loaded(Some(connection.clone()), load, move |form| page(connection.clone(), form))
}

/// `/{connection}/clients/{id}/edit`: the form, or with `step=review` the review.
#[component]
pub fn EditOAuthClientPage() -> impl IntoView {
    let connection = part("connection");
    match query_if_any("draft") {
        Some(draft) if query_if_any("step").as_deref() == Some("review") => review_page(connection, draft).into_any(),
        draft => {
            let load = load_oauth_client_form(connection.clone(), None, Some(part("id")), draft);
            loaded(Some(connection.clone()), load, move |form| page(connection.clone(), form)).into_any()
        }
    }
}

fn page(connection: String, form: FormPage) -> impl IntoView {
    let rows = form.form.fields.list("return_urls").map_or(0, <[String]>::len).max(1);
    let errors = FieldErrors::new(
        ObjectKind::OAuthClient,
        form.draft.as_ref().map(|draft| draft.errors.clone()).unwrap_or_default(),
    )
    .with_rows(rows);
    let organisation = form
        .organisation
        .as_ref()
        .map(|organisation| ObjectReference { id: organisation.id.clone(), name: organisation.name().into_owned() });
    let mut crumbs = crumbs(&connection, organisation.as_ref());
    let organisation_id = organisation.as_ref().map(|organisation| organisation.id.clone()).unwrap_or_default();
    let (title, action, button, back) = match &form.object {
        None => {
            crumbs.push(Crumb::here("New client"));
            let back = paths::organisation(&connection, &organisation_id);
            ("Create client".to_owned(), CreateOauthClient::url(), "Create client", back)
        }
        Some(object) => {
            let path = paths::client(&connection, &object.id);
            crumbs.push(Crumb::to(&object.name, path.clone()));
            crumbs.push(Crumb::here("Edit"));
            (format!("Edit {}", object.name), ReviewOauthClient::url(), "Review changes", path)
        }
    };
    let base = serde_json::to_string(&form.shown).unwrap_or_default();
    let about = match &form.object {
        None => view! { <input type="hidden" name="organisation_id" value=organisation_id/> }.into_any(),
        Some(object) => view! {
            <input type="hidden" name="id" value=object.id.clone()/>
            <input type="hidden" name="base" value=base/>
        }
        .into_any(),
    };
    view! {
        <Layout title=title.clone() connection=Some(connection.clone()) location=Location::Clients crumbs>
            <PageHead title/>
            <div class="columns">
                <div class="column">
                    <LeftBehind draft=form.left_behind.clone()/>
                    <FormNotices draft=form.draft.clone() errors=errors.clone() list=back.clone()/>
                    <form class="form" method="post" action=action novalidate>
                        // Enter in a line of text presses the first button: it must be the one that
                        // sends the form, not the one that removes a return URL.
                        <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">
                            {button}
                        </button>
                        <input type="hidden" name="connection" value=connection.clone()/>
                        <input type="hidden" name="draft" value=form.form_id.clone()/>
                        {about}
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
        <Card id="allowed-here" title="Allowed here" note=format!("From {}", organisation.name()).into_any()>
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <ListFact name="Products" values=products/>
                    <ListFact name="Scopes" values=scopes/>
                    <ListFact name="Provider groups" values=groups/>
                    <crate::components::Fact name="Production">{production}</crate::components::Fact>
                </dl>
            </div>
        </Card>
    }
    .into_any()
}
