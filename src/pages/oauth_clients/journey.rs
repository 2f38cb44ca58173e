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

/// Asks for the secret in sh, bash and zsh. It is one line, or what is pasted after it would be taken for the secret.
const ASK_IN_SHELL: &str =
    "printf 'Client secret: '; stty -echo; read -r ONEID_CLIENT_SECRET; stty echo; export ONEID_CLIENT_SECRET";
/// The same in any version of PowerShell.
const ASK_IN_POWERSHELL: &str =
    "$env:ONEID_CLIENT_SECRET = [Net.NetworkCredential]::new('', (Read-Host 'Client secret' -AsSecureString)).Password";

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
        None => incomplete(&connection, &client.id, return_urls.is_empty()).into_any(),
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

/// Why there is no journey to make.
fn incomplete(connection: &str, id: &str, lacks_return_url: bool) -> impl IntoView + use<> {
    let (connection, path) = (connection.to_owned(), paths::edit_object(connection, KIND, id));
    let (title, text) = if lacks_return_url {
        ("This client has no return URL. ", "Users cannot come back to the application. Add one first.")
    } else {
        ("This client has no scopes. ", "A journey asks for at least one. Add one first.")
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>
                <strong>{title}</strong>
                {text}
            </p>
            <div class="button-row">
                <EditButton connection path label="Edit"/>
            </div>
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
                        <span class="secondary">"Never on this page. Your application reads it from its secret store."</span>
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
                    "Open this URL in a browser to start a journey. The state and the code verifier are new each time you load this page."
                </p>
                <CodeBlock id="authorize-url-text" title="Authorize URL" text=url wraps=true/>
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
    let project = (language == Language::DotNet).then(|| {
        view! { " It takes the place of the one that " <code>"dotnet new console"</code> " makes." }
    });
    view! {
        <Card id="program" title="Make a journey">
            <nav aria-label="Languages">
                <ul class="tabs tabs-in-card">{links}</ul>
            </nav>
            <div class="card-body">
                <p class="prose">
                    "This program prints the authorize URL, asks for the address that your browser ends up on, and shows what OneID says about the user. For an application, choose a certified OpenID Connect library: with the discovery URL it does all this, and checks the ID token."
                </p>
                <ol class="steps-of-code">
                    <li>
                        <p>"Save this as " <code>{language.file()}</code> "." {project}</p>
                        <CodeBlock id="program-text" title=language.file() text=program/>
                    </li>
                    <li>{secret(language)}</li>
                    <li>
                        <p>"Start the program."</p>
                        <CodeBlock id="program-command" title="Command" text=language.command().to_owned()/>
                    </li>
                </ol>
            </div>
        </Card>
    }
}

/// How the secret comes into the environment of a program.
fn secret(language: Language) -> impl IntoView {
    let in_powershell = (language != Language::Curl)
        .then(|| view! { <CodeBlock id="secret-powershell" title="In PowerShell" text=ASK_IN_POWERSHELL.to_owned()/> });
    view! {
        <p>"Enter the client secret. It is not shown, and stays out of the history of your shell."</p>
        <CodeBlock id="secret-shell" title="In a shell" text=ASK_IN_SHELL.to_owned()/>
        {in_powershell}
    }
}
