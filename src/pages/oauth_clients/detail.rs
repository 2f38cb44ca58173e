//! `/{connection}/clients/{id}`: one client, and once its secret.

use leptos::prelude::*;
use url::Url;

use super::super::address::{part, query_if_any};
use super::super::organisations::detail::unknown_fields;
use super::super::permission::EditButton;
use super::crumbs;
use super::secret::SecretPanel;
use crate::components::{
    Card, Crumb, Fact, FlagFact, HistoryCard, Layout, ListFact, Location, PageHead, RelativeTime, Tabs, loaded,
};
use crate::domain::excerpt::{Excerpt, LONGEST_NAME, MOST_SHOWN};
use crate::domain::host::is_this_machine;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::staleness::EditRefusal;
use crate::domain::views::{OAuthClientDetail, OneTimeSecret};
use crate::islands::CopyButton;
use crate::paths;
use crate::server_fns::oauth_clients::load_oauth_client;

/// The page of one client.
#[component]
pub fn OAuthClientPage() -> impl IntoView {
    let connection = part("connection");
    let load = load_oauth_client(connection.clone(), part("id"), query_if_any("created"));
    loaded(Some(connection.clone()), load, move |detail| page(connection.clone(), detail))
}

fn page(connection: String, detail: OAuthClientDetail) -> impl IntoView {
    let client = detail.client;
    let name = client.name().into_owned();
    let id = client.id.clone();
    let mut crumbs = crumbs(&connection, detail.organisation.as_ref());
    crumbs.push(Crumb::here(&name));
    let state = if client.is_disabled() {
        view! { <span class="pill pill-off">"Disabled"</span> }.into_any()
    } else {
        view! { <span class="pill pill-good">"Enabled"</span> }.into_any()
    };
    let serves = if client.is_production() { "Production client" } else { "Sandbox client" };
    let organisation = detail.organisation.map(|organisation| {
        view! {
            " of "
            <a href=paths::organisation(&connection, &organisation.id)>{organisation.name}</a>
        }
    });
    let product = client.selected_product().map(|product| {
        view! {
            " · product "
            <span class="chip">{product.to_owned()}</span>
        }
    });
    let subline = view! {
        {state}
        " "
        <span>{serves} {organisation} {product} " · updated " <RelativeTime at=detail.read_at/></span>
    };
    let refusal = detail.edit_refusal.map(EditRefusal::reason);
    let edit = view! {
        <EditButton
            connection=connection.clone()
            path=paths::edit_client(&connection, &id)
            label="Edit"
            refusal
            is_primary=true
        />
    };
    let entries = detail.history.as_ref().map(|history| history.total);
    let unknown = client.unknown.clone();
    let is_shown = matches!(detail.secret, OneTimeSecret::Shown(_));
    view! {
        <Layout title=name.clone() connection=Some(connection.clone()) location=Location::Clients crumbs>
            <PageHead title=name.clone() subline=subline.into_any() actions=edit.into_any()/>
            <SecretPanel secret=detail.secret/>
            <Tabs
                of=name
                overview=paths::client(&connection, &id)
                history=paths::client_history(&connection, &id)
                entries
                is_history=false
            />
            <div class="columns">
                <div class="column">
                    {return_urls(&client)} {scopes(&client, &detail.scopes_beyond_product)}
                    {credentials(&client, is_shown)} {unknown_fields(unknown)}
                </div>
                <aside class="column" aria-label="About this client">
                    {readiness(&client, detail.scopes_beyond_product)}
                    <HistoryCard
                        history=detail.history
                        path=paths::client_history(&connection, &id)
                        nothing="No changes yet."
                    />
                </aside>
            </div>
        </Layout>
    }
}

/// The most scopes outside the product that are listed one by one.
const MOST_FINDINGS: usize = 50;

/// Whether OneID will send users to a return URL.
fn is_https(url: &str) -> bool {
    url.starts_with("https://")
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
                    <code>{url}</code>
                    {mark}
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

fn scopes(client: &OAuthClient, beyond: &[String]) -> impl IntoView + use<> {
    let list = |field: &str| client.fields.list(field).map(<[String]>::to_vec);
    let (required, additional) = (list("required_scopes"), list("additional_scopes"));
    let groups = list("allowed_provider_groups");
    let beyond = Excerpt::of(beyond.to_vec(), MOST_SHOWN, LONGEST_NAME);
    let more = beyond.more().map(|words| view! { <span class="muted">{words}</span> });
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
        <Card id="scopes" title="Scopes">
            <div class="card-body">
                <dl class="facts">
                    <ListFact name="Required scopes" values=required/>
                    <ListFact name="Additional scopes" values=additional/>
                    {beyond}
                    <ListFact name="Provider groups" values=groups/>
                </dl>
            </div>
        </Card>
    }
}

fn credentials(client: &OAuthClient, is_shown: bool) -> impl IntoView + use<> {
    let algorithm = match client.fields.text("token_signing_algorithm").filter(|text| !text.is_empty()) {
        Some(algorithm) => view! { <code>{algorithm.to_owned()}</code> }.into_any(),
        None => view! { <span class="muted">"OneID default"</span> }.into_any(),
    };
    let secret = if is_shown { "Shown above, once only" } else { "Shown once, when the client was created" };
    let id = client.id.clone();
    let (is_production, enabled) = (client.fields.flag("is_production"), client.fields.flag("enabled"));
    view! {
        <Card id="credentials" title="Credentials">
            <div class="card-body">
                <dl class="facts">
                    <Fact name="Client ID">
                        <code>{id.clone()}</code>
                        " "
                        <CopyButton text=id label="client ID".to_owned()/>
                    </Fact>
                    <Fact name="Client secret">
                        <span class="secondary">{secret}</span>
                    </Fact>
                    <Fact name="Token signing algorithm">{algorithm}</Fact>
                    <FlagFact name="Production client" flag=is_production/>
                    <FlagFact name="Enabled" flag=enabled/>
                </dl>
            </div>
        </Card>
    }
}

/// What stands between the client and live users.
fn readiness(client: &OAuthClient, beyond: Vec<String>) -> impl IntoView + use<> {
    let product = client.selected_product().unwrap_or_default().to_owned();
    let mut findings: Vec<(&str, &str, String, String)> = Vec::new();
    let plain = client.return_urls().iter().filter(|url| !is_https(url));
    for url in plain {
        let words = if Url::parse(url).is_ok_and(|url| is_this_machine(&url)) {
            "Fine for testing on your own machine. Remove it before production."
        } else {
            "OneID only redirects users to HTTPS URLs."
        };
        findings.push(("pill pill-warning", "Warning", "A return URL does not use HTTPS".to_owned(), words.to_owned()));
    }
    if client.return_urls().is_empty() {
        let words = "Users cannot return to the application.".to_owned();
        findings.push(("pill pill-warning", "Warning", "No return URL".to_owned(), words));
    }
    if product.is_empty() {
        let words = "Each client uses exactly one product.".to_owned();
        findings.push(("pill pill-bad", "Error", "No product".to_owned(), words));
    }
    for scope in Excerpt::of(beyond, MOST_FINDINGS, LONGEST_NAME).shown {
        let title = format!("Scope {scope} is not included in {product}");
        let words = "Journeys that ask for it may fail. Remove it, or choose another product.".to_owned();
        findings.push(("pill pill-warning", "Warning", title, words));
    }
    let note = match findings.len() {
        0 => view! { <span class="pill pill-good">"No issues"</span> }.into_any(),
        1 => view! { <span class="pill pill-warning">"1 issue"</span> }.into_any(),
        count => view! { <span class="pill pill-warning">{format!("{count} issues")}</span> }.into_any(),
    };
    let body = if findings.is_empty() {
        view! { <p class="prose">"Return URLs, scopes and product are consistent."</p> }.into_any()
    } else {
        let rows = findings.into_iter().map(|(class, word, title, words)| {
            view! {
                <li>
                    <span class=class>{word}</span>
                    <div>
                        <h3>{title}</h3>
                        <p>{words}</p>
                    </div>
                </li>
            }
        });
        view! { <ul class="findings">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <Card id="readiness" title="Readiness" note>
            <div class="card-body">{body}</div>
        </Card>
    }
}
