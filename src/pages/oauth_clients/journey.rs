//! `/{connection}/clients/{id}/journey`: how a client is used, with programs that make a journey with it.

use leptos::prelude::*;

use super::super::{Address, way_to};
use crate::components::{
    Card, Chips, CodeBlock, Crumb, EnvironmentPill, Fact, Html, Layout, Location, Notice, PageHead, Tab, Tabs,
};
use crate::domain::connection::Environment;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::journey::snippet::Language;
use crate::domain::journey::{Attempt, Journey, JourneyPage};
use crate::domain::object::ObjectKind;
use crate::domain::shell::Tone;
use crate::error::AppError;
use crate::islands::CopyButton;
use crate::pages::permission::EditButton;
use crate::paths;
use crate::server_fns::oauth_clients::load_journey;

const KIND: ObjectKind = ObjectKind::OAuthClient;
/// The names of what the address chooses.
const LANGUAGE: &str = "language";
const RETURN_URL: &str = "return_url";

/// The page of how a client is used.
///
/// # Errors
/// When the client cannot be read, or the person may not see it.
pub async fn journey(address: Address) -> Result<Html, AppError> {
    let connection = address.part("connection");
    let language = Language::from_code(&address.query(LANGUAGE)).unwrap_or(Language::Curl);
    let page = load_journey(connection.clone(), address.part("id"), address.query_if_any(RETURN_URL)).await?;
    Ok(Html::of(view(connection, page, language)))
}

fn view(connection: String, page: JourneyPage, language: Language) -> impl IntoView {
    let JourneyPage { client, organisation, is_disabled, environment, return_urls, journey, attempt, entries } = page;
    let mut crumbs = way_to(KIND, &connection, organisation.as_ref());
    crumbs.push(Crumb::to(&client.name, paths::client(&connection, &client.id)));
    crumbs.push(Crumb::here("Use it"));
    let disabled = is_disabled.then(|| {
        view! {
            <Notice tone=Tone::Warning>
                <p>"This client is disabled: OneID refuses its journeys."</p>
            </Notice>
        }
    });
    let path = paths::journey(&connection, &client.id);
    let body = match journey {
        Some(journey) => {
            let choice = (return_urls.len() > 1).then(|| choice(&path, &return_urls, &journey, language));
            view! {
                <div class="column">
                    {endpoints(journey.clone(), environment, choice.into_any())}
                    {authorize_url(&journey, attempt)}
                    {program(&path, &journey, language)}
                </div>
            }
            .into_any()
        }
        None => no_return_url(&connection, &client.id).into_any(),
    };
    view! {
        <Layout
            title=format!("Use {}", client.name)
            connection=Some(connection.clone())
            location=Location::Objects(KIND)
            crumbs
        >
            <PageHead title=client.name.clone()/>
            <Tabs of=client.name connection kind=KIND id=client.id entries open=Tab::Journey/>
            {disabled}
            {body}
        </Layout>
    }
}

fn no_return_url(connection: &str, id: &str) -> impl IntoView + use<> {
    let (connection, path) = (connection.to_owned(), paths::edit_object(connection, KIND, id));
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>"This client has no return URL. "</strong>
                "Users cannot come back to the application, so there is no journey to make. Add one first."
            </p>
            <EditButton connection path label="Edit"/>
        </Notice>
    }
}

/// What an OpenID Connect library is configured with.
fn endpoints(journey: Journey, environment: Environment, choice: AnyView) -> impl IntoView {
    let discovery = journey.discovery();
    let Journey { client_id, return_url, scopes, .. } = journey;
    view! {
        <Card id="endpoints" title="OpenID Connect" note="for the configuration of a library".into_any()>
            <div class="card-body">
                <dl class="facts">
                    <Fact name="Environment">
                        <EnvironmentPill environment/>
                    </Fact>
                    <Fact name="Discovery">
                        <code>{discovery.clone()}</code>
                        <CopyButton text=discovery label="discovery URL".to_owned()/>
                    </Fact>
                    <Fact name="Client ID">
                        <code>{client_id.clone()}</code>
                        <CopyButton text=client_id label="client ID".to_owned()/>
                    </Fact>
                    <Fact name="Client secret">
                        <span class="secondary">"Never on this page. The application reads it from its own store of secrets."</span>
                    </Fact>
                    <Fact name="Return URL">
                        <code>{return_url.clone()}</code>
                        <CopyButton text=return_url label="return URL".to_owned()/>
                    </Fact>
                    <Fact name="Scopes">
                        <Chips values=scopes/>
                    </Fact>
                </dl>
                {choice}
            </div>
        </Card>
    }
}

/// Chooses another return URL, where the client has several.
fn choice(path: &str, return_urls: &[String], journey: &Journey, language: Language) -> impl IntoView + use<> {
    let options = return_urls.iter().map(|url| {
        view! {
            <option value=url.clone() selected=*url == journey.return_url>
                {cut(url, LONGEST_NAME).into_owned()}
            </option>
        }
    });
    let options = options.collect_view();
    view! {
        <form method="get" action=path.to_owned() class="code-choice">
            <input type="hidden" name=LANGUAGE value=language.code()/>
            <label for=RETURN_URL>"Return URL to use"</label>
            <select class="input" id=RETURN_URL name=RETURN_URL>
                {options}
            </select>
            <button class="button" type="submit">
                "Use"
            </button>
        </form>
    }
}

fn authorize_url(journey: &Journey, attempt: Attempt) -> impl IntoView + use<> {
    let url = journey.authorize_url_of(&attempt);
    let Attempt { state, code_verifier: verifier, .. } = attempt;
    view! {
        <Card id="authorize-url" title="Authorize URL" note="with PKCE, for one journey".into_any()>
            <div class="card-body">
                <p class="prose">
                    "Opens a journey in a browser. Its state and its code verifier are new each time that this page is loaded."
                </p>
                <CodeBlock id="authorize-url-text" label="authorize URL" text=url wraps=true/>
                <dl class="facts">
                    <Fact name="State">
                        <code>{state}</code>
                    </Fact>
                    <Fact name="Code verifier">
                        <code>{verifier.clone()}</code>
                        <CopyButton text=verifier label="code verifier".to_owned()/>
                    </Fact>
                </dl>
            </div>
        </Card>
    }
}

fn program(path: &str, journey: &Journey, language: Language) -> impl IntoView + use<> {
    let program = language.program(journey);
    let links = Language::ALL.into_iter().map(|each| {
        let address = paths::with_query(path, [(LANGUAGE, each.code()), (RETURN_URL, &journey.return_url)]);
        view! {
            <li>
                <a class="tab" href=format!("{address}#program") aria-current=(each == language).then_some("true")>
                    {each.name()}
                </a>
            </li>
        }
    });
    let links = links.collect_view();
    let commands = format!("read -rs ONEID_CLIENT_SECRET && export ONEID_CLIENT_SECRET\n{}", language.command());
    view! {
        <Card id="program" title="Make a journey">
            <nav aria-label="Languages">
                <ul class="tabs tabs-in-card">{links}</ul>
            </nav>
            <div class="card-body">
                <p class="prose">
                    "Save this as " <code>{language.file()}</code>
                    ". It prints the authorize URL, asks for the address that the browser ends at, and shows what OneID says of the user. The secret is read from the environment:"
                </p>
                <CodeBlock id="program-commands" label="commands" text=commands/>
                <CodeBlock id="program-text" label=format!("program for {}", language.name()) text=program/>
                <p class="prose">
                    "For an application, choose a certified OpenID Connect library: with the discovery URL it does all this, and checks the ID token."
                </p>
            </div>
        </Card>
    }
}
