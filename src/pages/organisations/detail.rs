//! `/{connection}/organisations/{id}`: one organisation with its clients and last changes.

use leptos::either::Either;
use leptos::prelude::*;
use time::OffsetDateTime;

use super::super::Address;
use super::super::lists::branch;
use super::super::observed::ObservedNotice;
use super::super::permission::{EditButton, ObjectState, SwitchButton};
use super::clients::clients;
use crate::components::{
    Card, Crumb, Fact, FlagFact, HistoryCard, Html, Layout, ListFact, Location, PageHead, RelativeTime, StaleNotice,
    Tab, Tabs, UnknownFields, grouped,
};
use crate::domain::duplicate::DuplicateOf;
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;
use crate::domain::staleness::EditRefusal;
use crate::domain::views::OrganisationDetail;
use crate::error::AppError;
use crate::islands::CopyButton;
use crate::pages::readiness::{Judged, readiness_card};
use crate::paths;
use crate::server_fns::organisations::load_organisation;

/// The page of one organisation.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn detail(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let detail = load_organisation(connection.clone(), address.part("id")).await?;
    Ok(Html::of(page(connection, detail)))
}

/// The way from the list to an organisation's page.
pub(in crate::pages) fn crumbs(connection: &str, ancestors: &[ObjectReference]) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::to("Organisations", paths::organisations(connection))];
    crumbs.extend(
        ancestors.iter().map(|ancestor| Crumb::to(&ancestor.name, paths::organisation(connection, &ancestor.id))),
    );
    crumbs
}

fn page(connection: String, detail: OrganisationDetail) -> impl IntoView {
    let parent = parent(&connection, &detail);
    let organisation = detail.organisation;
    let name = organisation.name().into_owned();
    let id = organisation.id.clone();
    let mut crumbs = crumbs(&connection, &detail.ancestors);
    crumbs.push(Crumb::here(&name));
    let refusal = detail.edit_refusal.map(EditRefusal::reason);
    let disabled_by = if organisation.is_disabled() {
        Some(name.clone())
    } else {
        detail.disabled_by.as_ref().map(|by| by.name.clone())
    };
    let subline = subline(&connection, &organisation, detail.disabled_by, detail.read_at);
    let actions = actions(&connection, &organisation, refusal);
    let entries = detail.history.as_ref().map(|history| history.count);
    let unknown = organisation.unknown.clone();
    let judged = Judged { connection: connection.clone(), kind: ObjectKind::Organisation, id: id.clone() };
    let readiness = readiness_card(&judged, detail.readiness, detail.history.is_some());
    view! {
        <Layout title=name.clone() connection=Some(connection.clone()) location=Location::Objects(ObjectKind::Organisation) crumbs>
            <PageHead title=name.clone() subline=subline.into_any() actions=actions.into_any()/>
            <StaleNotice stale=detail.stale what="Its place in the tree was loaded"/>
            <ObservedNotice change=detail.observed/>
            <Tabs
                of=name
                connection=connection.clone()
                kind=ObjectKind::Organisation
                id=id.clone()
                entries
                open=Tab::Overview
            />
            <div class="columns">
                <div class="column">
                    {limits(&organisation)}
                    {clients(connection.clone(), &organisation, detail.clients, disabled_by.as_deref(), refusal)}
                    <UnknownFields fields=unknown/>
                </div>
                <aside class="column" aria-label="About this organisation">
                    {identity(&connection, &organisation, parent, detail.below)}
                    {readiness}
                    <HistoryCard
                        history=detail.history
                        path=paths::object_history(&connection, ObjectKind::Organisation, &id)
                        nothing="No changes yet."
                    />
                </aside>
            </div>
        </Layout>
    }
}

/// State and production, and when they were read.
fn subline(
    connection: &str,
    organisation: &Organisation,
    disabled_by: Option<ObjectReference>,
    read_at: OffsetDateTime,
) -> impl IntoView + use<> {
    let enabled = organisation.fields.flag("enabled");
    let production = match organisation.fields.flag("has_production_access") {
        Some(true) => view! { <span class="pill pill-production">"Production access"</span> }.into_any(),
        Some(false) => view! { <span>"Sandbox only"</span> }.into_any(),
        None => view! { <span>"OneID’s default production access"</span> }.into_any(),
    };
    view! {
        <ObjectState connection=connection.to_owned() enabled disabled_by/>
        " "
        {production}
        " "
        <span>"Updated " <RelativeTime at=read_at/></span>
    }
}

/// What can be done with an organisation, or why not.
fn actions(connection: &str, organisation: &Organisation, refusal: Option<&'static str>) -> impl IntoView + use<> {
    let id = organisation.id.as_str();
    let new_client = paths::new_object(connection, ObjectKind::OAuthClient, Some(id));
    let edit = paths::edit_object(connection, ObjectKind::Organisation, id);
    let of = DuplicateOf { connection: connection.to_owned(), id: id.to_owned() };
    let duplicate = paths::duplicate(&paths::new_object(connection, ObjectKind::Organisation, None), &of);
    view! {
        <SwitchButton
            connection=connection.to_owned()
            kind=ObjectKind::Organisation
            id=id.to_owned()
            is_disabled=organisation.is_disabled()
            refusal
        />
        <EditButton connection=connection.to_owned() path=new_client label="Create client" refusal/>
        <EditButton connection=connection.to_owned() path=duplicate label="Duplicate" refusal/>
        <EditButton connection=connection.to_owned() refusal path=edit label="Edit" is_primary=true/>
    }
}

fn limits(organisation: &Organisation) -> impl IntoView + use<> {
    let list = |values: Option<&[String]>| values.map(<[String]>::to_vec);
    let scopes = list(organisation.allowed_scopes());
    let products = list(organisation.allowed_products());
    let groups = list(organisation.allowed_provider_groups());
    let custom_logo = organisation.fields.flag("enable_custom_logo");
    view! {
        <Card id="limits" title="Permissions">
            <div class="card-body">
                <dl class="facts">
                    <ListFact name="Allowed scopes" values=scopes facet=Facet::Scope/>
                    <ListFact name="Allowed products" values=products facet=Facet::Product/>
                    <ListFact name="Allowed provider groups" values=groups facet=Facet::ProviderGroup/>
                    <FlagFact name="Custom logo" flag=custom_logo/>
                </dl>
            </div>
        </Card>
    }
}

/// The parent of an organisation, as far as the person may know it.
fn parent(connection: &str, detail: &OrganisationDetail) -> AnyView {
    match (detail.ancestors.last(), detail.organisation.parent_id()) {
        (Some(parent), _) => {
            view! { <a href=paths::organisation(connection, &parent.id)>{parent.name.clone()}</a> }.into_any()
        }
        (None, Some(id)) => view! { <code>{id.to_owned()}</code> }.into_any(),
        (None, None) if detail.is_parent_outside => {
            view! { <span class="muted">"Outside your organisations"</span> }.into_any()
        }
        (None, None) => view! { <span class="muted">"None (top level)"</span> }.into_any(),
    }
}

fn identity(
    connection: &str,
    organisation: &Organisation,
    parent: AnyView,
    below: Option<u32>,
) -> impl IntoView + use<> {
    let below = below.map(|below| {
        let count = if below == 0 {
            Either::Left("None")
        } else {
            let path = branch(connection, &organisation.id);
            Either::Right(view! { <a href=path>{grouped(below.into())}</a> })
        };
        view! { <Fact name="Sub-organisations">{count}</Fact> }
    });
    let id = organisation.id.clone();
    view! {
        <Card id="identity" title="Identity">
            <div class="card-body">
                <dl class="facts facts-narrow">
                    <Fact name="Organisation ID">
                        <code>{id.clone()}</code>
                        " "
                        <CopyButton text=id label="organisation ID".to_owned()/>
                    </Fact>
                    <Fact name="Parent organisation">{parent}</Fact>
                    {below}
                </dl>
            </div>
        </Card>
    }
}
