//! `partner-dashboard init`: asks what a configuration needs, makes the keys, and tries whether all of it works.

mod arguments;
mod files;
mod questions;
mod text;

use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use secrecy::SecretString;
use toml::Value;
use url::Url;

pub(super) use self::arguments::InitArguments;
use self::arguments::{EnvironmentChoice, SignIn};
use self::files::{Installation, Layout};
use self::questions::Question;
use self::text::{NewAuthentication, NewConfiguration, NewConnection};
use super::audit_inputs::read;
use super::config::failure;
use super::{Failure, check, say, with_causes};
use crate::server::audit::signing_key;
use crate::server::auth::Authentication;
use crate::server::clock::SystemClock;
use crate::server::config::{Config, advice, check_all, check_connection_name};
use crate::server::oauth::http_client;
use crate::server::telemetry;

/// Random bytes of the sealing key.
const KEY_BYTES: usize = 48;

const PUBLIC_URL: Question =
    Question::new("--public-url", "The URL that browsers use, such as https://partners.example.com");
const SIGN_IN: Question = Question::new(
    "--sign-in",
    "How people sign in: oidc (at your OpenID provider), jwt (a proxy's signed assertion) or header (a proxy's headers)",
)
.or("oidc");
const ISSUER: Question = Question::new("--issuer", "The issuer, exactly as it is written in its discovery document");
const OIDC_CLIENT_ID: Question =
    Question::new("--oidc-client-id", "The client ID of the dashboard there").or("partner-dashboard");
const OIDC_SECRET: Question = Question::new("--oidc-client-secret-file", "The client secret of the dashboard there");
const HEADER: Question = Question::new("--header", "The header in which the proxy names the person");
const ASSERTION: Question = Question::new("--header", "The header in which the proxy sends its assertion");
const GROUPS_HEADER: Question = Question::new("--groups-header", "The header in which the proxy names their groups");
const TRUSTED_PEER: Question =
    Question::new("--trusted-peer", "The address of the proxy, as a network").or("127.0.0.1/32");
const AUDIENCE: Question = Question::new("--audience", "The audience of the assertions");
const JWKS_URL: Question = Question::new("--jwks-url", "The URL of the keys that sign them");
const ALGORITHM: Question = Question::new("--algorithm", "The algorithm that signs them").or("RS256");
const ADMIN_GROUP: Question = Question::new("--admin-group", "The group whose members are admins").or("partner-admins");
const CONNECTION: Question =
    Question::new("--connection", "The name of the connection to OneID, as it stands in URLs").or("sandbox");
const ENVIRONMENT: Question = Question::new("--environment", "What it is for: sandbox or production").or("sandbox");
const BASE_URL: Question = Question::new("--base-url", "The URL of the Partner API").or("https://api.sandbox.oneid.uk");
const CLIENT_ID: Question = Question::new("--client-id", "Your client ID as a partner");
const CLIENT_SECRET: Question = Question::new("--client-secret-file", "Your client secret as a partner");

/// The names of the keys and secrets, and of their files.
const SEALING_KEY: &str = "sealing-key";
const SIGNING_KEY: &str = "audit-key";
const PROVIDER_SECRET: &str = "oidc";

/// Asks, writes, checks, and says what comes next.
pub(super) async fn run(arguments: InitArguments) -> Result<(), Failure> {
    let layout = if arguments.debian_package { Layout::DebianPackage } else { Layout::OneFolder };
    let installation = Installation::begin(arguments.directory.as_deref().unwrap_or(layout.directory()), layout)?;
    let offline = arguments.offline;
    let config = write(&installation, arguments)?;
    let key = signing_key(&config.audit.signing_key_file, &config.audit.origin);
    let key = key.map_err(|error| Failure::new(with_causes(&error)))?;
    let (written, secrets) = (installation.configuration(), installation.secrets());
    say(format_args!("Written: {}, and the keys and secrets in {}.", written.display(), secrets.display()));
    say(format_args!("The public key of the audit log, for those who verify it: {}", key.verifying()));
    say_what_to_register(&config);
    let works = if offline { Ok(()) } else { try_it(&config).await };
    for one in advice(&config) {
        say(format_args!("Not safe yet: {one}."));
    }
    works?;
    say(format_args!("Next: {}", installation.next()));
    Ok(())
}

/// Asks for everything before anything is written. The result is the configuration with the secrets where they are now, which
/// need not be where the service reads them.
fn write(installation: &Installation, arguments: InitArguments) -> Result<Config, Failure> {
    let public_url = PUBLIC_URL.ask(arguments.public_url.clone(), url)?;
    let by_default = || format!("sqlite:{}", installation.database().display());
    let database = arguments.database.clone().unwrap_or_else(by_default);
    let listen = arguments.listen.clone();
    let (mut authentication, provider_secret) = sign_in(&arguments)?;
    authentication.admin_group = ADMIN_GROUP.text(arguments.admin_group)?;
    let checked = |name: &str| check_connection_name(name).map(|()| name.to_owned()).map_err(str::to_owned);
    let name = CONNECTION.ask(arguments.connection, checked)?;
    let connection = NewConnection {
        secret: format!("oneid-{name}"),
        name,
        environment: match ENVIRONMENT.choice(arguments.environment)? {
            EnvironmentChoice::Sandbox => "sandbox".to_owned(),
            EnvironmentChoice::Production => "production".to_owned(),
        },
        base_url: BASE_URL.ask(arguments.base_url, url)?,
        token_url: arguments.token_url,
        client_id: CLIENT_ID.text(arguments.client_id)?,
    };
    let connection_secret = secret(CLIENT_SECRET, arguments.client_secret_file.as_deref())?;
    let sealing_key = BASE64.encode(&rand::random::<[u8; KEY_BYTES]>());
    let mut secrets = vec![(SEALING_KEY, sealing_key.into()), (connection.secret.as_str(), connection_secret)];
    secrets.extend(provider_secret.map(|secret| (PROVIDER_SECRET, secret)));
    let backups = database.starts_with("sqlite:").then(|| installation.backups());
    let configuration = NewConfiguration {
        public_url: &public_url,
        listen: &listen,
        database: &database,
        sealing_key: SEALING_KEY,
        signing_key: SIGNING_KEY,
        checkpoints: &installation.checkpoints(),
        backups: backups.as_deref(),
        authentication: &authentication,
        connection: &connection,
    };
    installation.keep_secrets(&secrets)?;
    let kept = keep(installation, &configuration);
    if kept.is_err() {
        // So that the same command can be given again.
        installation.remove_secrets(&secrets);
    }
    kept
}

/// Writes a configuration that nothing is wrong with.
fn keep(installation: &Installation, configuration: &NewConfiguration<'_>) -> Result<Config, Failure> {
    let here = configuration.text(|name| installation.secret(name));
    let checked = check_all(&installation.configuration(), &here, std::env::vars());
    let config = checked.map_err(|problems| failure(&problems))?;
    if config.backup.is_some() {
        installation.make_backups()?;
    }
    installation.keep_configuration(&configuration.text(|name| installation.secret_of_service(name)))?;
    Ok(config)
}

/// How people sign in, and the secret that this needs.
fn sign_in(arguments: &InitArguments) -> Result<(NewAuthentication, Option<SecretString>), Failure> {
    let text = |question: Question, said: &Option<String>| question.text(said.clone()).map(Value::from);
    let (mode, keys, secret) = match SIGN_IN.choice(arguments.sign_in)? {
        SignIn::Oidc => {
            let keys = vec![
                ("issuer", text(ISSUER, &arguments.issuer)?),
                ("client_id", text(OIDC_CLIENT_ID, &arguments.oidc_client_id)?),
            ];
            ("oidc", keys, Some(secret(OIDC_SECRET, arguments.oidc_client_secret_file.as_deref())?))
        }
        SignIn::Jwt => {
            let keys = vec![
                ("header", text(ASSERTION, &arguments.header)?),
                ("issuer", text(ISSUER, &arguments.issuer)?),
                ("audience", text(AUDIENCE, &arguments.audience)?),
                ("jwks_url", text(JWKS_URL, &arguments.jwks_url)?),
                ("algorithms", Value::Array(vec![text(ALGORITHM, &arguments.algorithm)?])),
            ];
            ("jwt", keys, None)
        }
        SignIn::Header => {
            let keys = vec![
                ("user", text(HEADER, &arguments.header)?),
                ("groups", text(GROUPS_HEADER, &arguments.groups_header)?),
                ("trusted_peers", Value::Array(vec![text(TRUSTED_PEER, &arguments.trusted_peer)?])),
            ];
            ("header", keys, None)
        }
    };
    let named = secret.as_ref().map(|_| PROVIDER_SECRET);
    Ok((NewAuthentication { mode, keys, secret: named, admin_group: String::new() }, secret))
}

/// A secret from a file, or typed.
fn secret(question: Question, file: Option<&Path>) -> Result<SecretString, Failure> {
    match file {
        Some(file) => Ok(SecretString::from(read(file)?.trim_end_matches(['\r', '\n']).to_owned())),
        None => question.secret(),
    }
}

/// A URL for browsers or programs.
fn url(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(text.to_owned()),
        _ => Err("is not a URL of the form https://HOST".to_owned()),
    }
}

/// What the other side has to know of this dashboard.
fn say_what_to_register(config: &Config) {
    let own = |path: &str| format!("{}{path}", config.public_url.as_str().trim_end_matches('/'));
    match &config.authentication {
        Authentication::Oidc(settings) => {
            say(format_args!("Register at {}, for the client {}:", settings.issuer, settings.client_id));
            say(format_args!("  redirect URI            {}", own("/auth/callback")));
            say(format_args!("  post-logout redirect    {}", own("/auth/logout")));
            say(format_args!("  back-channel logout URI {}", own("/auth/backchannel-logout")));
            say(format_args!(
                "  and let its ID token, or its userinfo, name the groups in the claim {}.",
                settings.groups_claim
            ));
        }
        Authentication::Jwt(_) => say("Let the proxy send its assertion with every request."),
        Authentication::Header(_) => {
            say("Let the proxy set these headers on every request, empty where there is nothing to say.");
        }
        Authentication::Demo => {}
    }
}

/// Asks the identity provider and the partner. What does not work can be mended in the file.
async fn try_it(config: &Config) -> Result<(), Failure> {
    telemetry::start("error", false);
    let http = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let provider = config.authentication.ask(http, Arc::new(SystemClock)).await;
    if let Some(Ok(())) = provider {
        say("The identity provider answers.");
    }
    check::check(config, false).await?;
    provider.unwrap_or(Ok(())).map_err(Failure::new)
}
