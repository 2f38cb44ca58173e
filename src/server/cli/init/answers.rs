//! What `init` is told, and asks for where it was not.

use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use secrecy::SecretString;
use toml::Value;
use url::Url;

use super::arguments::{EnvironmentChoice, InitArguments, SignIn};
use super::files::Installation;
use super::questions::Question;
use super::text::{NewAuthentication, NewConfiguration, NewConnection};
use crate::server::cli::Failure;
use crate::server::cli::audit_inputs::read;
use crate::server::config::check_connection_name;

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
pub(super) const SIGNING_KEY: &str = "audit-key";
const PROVIDER_SECRET: &str = "oidc";
const DATABASE_PASSWORD: &str = "database-password";

/// All that goes into a new installation.
#[derive(Debug)]
pub(super) struct Answers {
    public_url: String,
    listen: String,
    database: String,
    authentication: NewAuthentication,
    connection: NewConnection,
    has_password: bool,
    /// The secrets by their names, those that were made up among them.
    pub(super) secrets: Vec<(String, SecretString)>,
}

impl Answers {
    /// Asks for what the arguments do not say.
    pub(super) fn ask(arguments: InitArguments, installation: &Installation) -> Result<Self, Failure> {
        let public_url = PUBLIC_URL.ask(arguments.public_url.clone(), url)?;
        let by_default = || format!("sqlite:{}", installation.database().display());
        let database = arguments.database.clone().unwrap_or_else(by_default);
        let wrong = |reason| Failure::configuration(format_args!("--database: {database:?} {reason}"));
        installation.check_database(&database).map_err(wrong)?;
        let password = arguments.database_password_file.as_deref().map(secret_in).transpose()?;
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
        let mut secrets =
            vec![(SEALING_KEY.to_owned(), sealing_key.into()), (connection.secret.clone(), connection_secret)];
        let has_password = password.is_some();
        let more = [(PROVIDER_SECRET, provider_secret), (DATABASE_PASSWORD, password)];
        secrets.extend(more.into_iter().filter_map(|(name, secret)| Some((name.to_owned(), secret?))));
        Ok(Self { public_url, listen, database, authentication, connection, has_password, secrets })
    }

    /// The file, which names each secret where `secret` says that it is.
    pub(super) fn text(&self, installation: &Installation, secret: impl Fn(&str) -> PathBuf) -> String {
        let (checkpoints, backups) = (installation.checkpoints(), installation.backups());
        NewConfiguration {
            layout: installation.layout(),
            public_url: &self.public_url,
            listen: &self.listen,
            database: &self.database,
            database_password: self.has_password.then_some(DATABASE_PASSWORD),
            sealing_key: SEALING_KEY,
            signing_key: SIGNING_KEY,
            checkpoints: &checkpoints,
            backups: self.database.starts_with("sqlite:").then_some(&backups),
            authentication: &self.authentication,
            connection: &self.connection,
        }
        .text(secret)
    }
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
    file.map_or_else(|| question.secret(), secret_in)
}

/// The secret in a file, without line breaks at its end.
fn secret_in(file: &Path) -> Result<SecretString, Failure> {
    Ok(SecretString::from(read(file)?.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A URL for browsers or programs.
fn url(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(text.to_owned()),
        _ => Err("is not a URL of the form https://HOST".to_owned()),
    }
}
