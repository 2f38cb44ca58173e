//! `/{connection}/clients/{id}`: one client, and once its secret.

use leptos::prelude::*;
use time::OffsetDateTime;
use url::Url;

use super::super::observed::ObservedNotice;
use super::super::permission::{EditButton, ObjectState, SwitchButton};
use super::super::{Address, way_to};
use super::secret::{SecretPanel, reveal};
use crate::components::{
    Card, Crumb, Fact, HistoryCard, Html, Layout, ListFact, Location, PageHead, RelativeTime, Tab, Tabs, UnknownFields,
    WhoElse,
};
use crate::domain::duplicate::DuplicateOf;
use crate::domain::excerpt::{Excerpt, LONGEST_NAME, MOST_SHOWN, cut};
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::domain::return_url::is_https;
use crate::domain::staleness::EditRefusal;
use crate::domain::views::{OAuthClientDetail, OneTimeSecret};
use crate::error::AppError;
use crate::islands::CopyButton;
use crate::pages::readiness::{Judged, readiness_card};
use crate::paths;
use crate::server_fns::oauth_clients::load_oauth_client;

/// The page of one client.
///
/// # Errors
/// When it cannot be read, or the person may not see it.
pub async fn detail(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let (created, revealed) = (address.query_if_any("created"), address.query_if_any("revealed"));
    let detail = load_oauth_client(connection.clone(), address.part("id"), created, revealed).await?;
    Ok(Html::of(page(connection, detail)))
}

fn page(connection: String, detail: OAuthClientDetail) -> impl IntoView {
    let client = detail.client;
    let name = client.name().into_owned();
    let id = client.id.clone();
    let mut crumbs = way_to(ObjectKind::OAuthClient, &connection, detail.organisation.as_ref());
    crumbs.push(Crumb::here(&name));
    let place = detail.organisation.as_ref().map(|organisation| organisation.id.clone());
    let subline = subline(&connection, &client, detail.organisation, detail.disabled_by, detail.read_at);
    let refusal = detail.edit_refusal.map(EditRefusal::reason);
    let of = DuplicateOf { connection: connection.clone(), id: id.clone() };
    let is_disabled = client.is_disabled();
    let edit = view! {
        <SwitchButton
            connection=connection.clone()
            kind=ObjectKind::OAuthClient
            id=id.clone()
            is_disabled
            refusal
        />
        <EditButton
            connection=connection.clone()
            path=paths::duplicate(&paths::new_object(&connection, ObjectKind::OAuthClient, place.as_deref()), &of)
            label="Duplicate"
            refusal
        />
        <EditButton
            connection=connection.clone()
            path=paths::edit_object(&connection, ObjectKind::OAuthClient, &id)
            label="Edit"
            refusal
            is_primary=true
        />
    };
    let entries = detail.history.as_ref().map(|history| history.count);
    let unknown = client.unknown.clone();
    let secret = match detail.secret {
        OneTimeSecret::Shown(_) => view! { <span class="secondary">"Shown above, once only"</span> }.into_any(),
        OneTimeSecret::Revealed(_) => view! { <span class="secondary">"Shown above"</span> }.into_any(),
        _ => reveal(&connection, &id, detail.reveal).into_any(),
    };
    let judged = Judged { connection: connection.clone(), kind: ObjectKind::OAuthClient, id: id.clone() };
    let mut report = detail.readiness;
    // The page of a revealed secret goes away by itself: nothing is typed there.
    report.may_silence &= !matches!(detail.secret, OneTimeSecret::Revealed(_));
    let readiness = readiness_card(&judged, report, detail.history.is_some());
    view! {
        <Layout title=name.clone() connection=Some(connection.clone()) location=Location::Objects(ObjectKind::OAuthClient) crumbs>
            <PageHead title=name.clone() subline=subline.into_any() actions=edit.into_any()/>
            <SecretPanel secret=detail.secret/>
            <ObservedNotice change=detail.observed/>
            <Tabs
                of=name
                connection=connection.clone()
                kind=ObjectKind::OAuthClient
                id=id.clone()
                entries
                open=Tab::Overview
            />
            <div class="columns">
                <div class="column">
                    {return_urls(&client)} {scopes(&client, &detail.scopes_beyond_product)}
                    {credentials(&client, secret)} <UnknownFields fields=unknown/>
                </div>
                <aside class="column" aria-label="About this client">
                    {readiness}
                    <HistoryCard
                        history=detail.history
                        path=paths::object_history(&connection, ObjectKind::OAuthClient, &id)
                        nothing="No changes yet."
                    />
                </aside>
            </div>
        </Layout>
    }
}

/// State, environment and organisation, and when they were read.
fn subline(
    connection: &str,
    client: &OAuthClient,
    organisation: Option<ObjectReference>,
    disabled_by: Option<ObjectReference>,
    read_at: OffsetDateTime,
) -> impl IntoView + use<> {
    let enabled = client.fields.flag("enabled");
    let serves = match client.fields.flag("is_production") {
        Some(true) => view! { <span class="pill pill-production">"Production client"</span> }.into_any(),
        Some(false) => "Sandbox client".into_any(),
        None => "Client of the default environment".into_any(),
    };
    let organisation = organisation.map(|organisation| {
        view! {
            " of "
            <a href=paths::organisation(connection, &organisation.id)>{organisation.name}</a>
        }
    });
    view! {
        <ObjectState connection=connection.to_owned() enabled disabled_by/>
        " "
        <span>{serves} {organisation} " · updated " <RelativeTime at=read_at/></span>
    }
}

fn return_urls(client: &OAuthClient) -> impl IntoView + use<> {
    let urls = client.return_urls().to_vec();
    let body = if urls.is_empty() {
        view! {
            <div class="card-body">
                <p class="muted">"None. Without one, users cannot return to the application."</p>
            </div>
        }
        .into_any()
    } else {
        let rows = urls.into_iter().map(|url| {
            let mark = (!is_https(&url)).then(|| view! { <span class="pill pill-warning">"Not HTTPS"</span> });
            view! {
                <li>
                    <code>{url.clone()}</code>
                    {mark}
                    {who_else_uses(url)}
                </li>
            }
        });
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <Card id="return-urls" title="Return URLs" note="must match exactly".into_any()>
            {body}
        </Card>
    }
}

/// Links to all that share a return URL, or its host.
fn who_else_uses(url: String) -> impl IntoView {
    let host = Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_lowercase));
    let host = host.map(|host| view! { " " <WhoElse facet=Facet::Host shown=host.clone() value=host/> });
    view! {
        <span class="who-else-row">
            <WhoElse facet=Facet::ReturnUrl value=url shown="Who else uses this?".to_owned()/>
            {host}
        </span>
    }
}

fn scopes(client: &OAuthClient, beyond: &[String]) -> impl IntoView + use<> {
    let list = |field: &str| client.fields.list(field).map(<[String]>::to_vec);
    let (required, additional) = (list("required_scopes"), list("additional_scopes"));
    let groups = list("allowed_provider_groups");
    let product = match client.selected_product() {
        Some(product) => {
            let shown = cut(product, LONGEST_NAME).into_owned();
            view! { <WhoElse facet=Facet::Product value=product.to_owned() shown is_chip=true/> }.into_any()
        }
        None => view! { <span class="muted">"Not set"</span> }.into_any(),
    };
    let beyond = Excerpt::of(beyond.to_vec(), MOST_SHOWN, LONGEST_NAME);
    let more = beyond.more().map(|text| view! { <span class="muted">{text}</span> });
    let flagged = beyond.shown.into_iter().map(|scope| view! { <span class="chip chip-flagged">{scope}</span> });
    let flagged = flagged.collect::<Vec<_>>();
    let beyond = (!flagged.is_empty()).then(|| {
        view! {
            <Fact name="Not included in this product">
                <span class="chips">{flagged} {more}</span>
            </Fact>
        }
    });
    view! {
        <Card id="scopes" title="Product and scopes">
            <div class="card-body">
                <dl class="facts">
                    <Fact name="Product">{product}</Fact>
                    <ListFact name="Required scopes" values=required facet=Facet::Scope/>
                    <ListFact name="Additional scopes" values=additional facet=Facet::Scope/>
                    {beyond}
                    <ListFact name="Provider groups" values=groups facet=Facet::ProviderGroup/>
                </dl>
            </div>
        </Card>
    }
}

fn credentials(client: &OAuthClient, secret: AnyView) -> impl IntoView + use<> {
    let algorithm = match client.fields.text("token_signing_algorithm").filter(|text| !text.is_empty()) {
        Some(algorithm) => view! { <code>{algorithm.to_owned()}</code> }.into_any(),
        None => view! { <span class="muted">"OneID default"</span> }.into_any(),
    };
    let id = client.id.clone();
    view! {
        <Card id="credentials" title="Credentials">
            <div class="card-body">
                <dl class="facts">
                    <Fact name="Client ID">
                        <code>{id.clone()}</code>
                        " "
                        <CopyButton text=id label="client ID".to_owned()/>
                    </Fact>
                    <Fact name="Client secret">{secret}</Fact>
                    <Fact name="Token signing algorithm">{algorithm}</Fact>
                </dl>
            </div>
        </Card>
    }
}
