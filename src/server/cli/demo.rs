//! `partner-dashboard demo`: the dashboard with an embedded sandbox, on this machine alone.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;
use url::Url;

use super::listen::Bound;
use super::{Failure, say, serve};
use crate::domain::catalogue::Catalogue;
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::config::{Authentication, Config, ConnectionConfig, Listen};
use crate::server::sandbox::{ConnectionDescription, Sandbox, SandboxOptions};
use crate::server::telemetry;

/// Where the demo listens and keeps its data.
#[derive(Debug, Args)]
pub(super) struct DemoOptions {
    /// A loopback address; port 0 chooses a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where the embedded sandbox listens; a loopback address.
    #[arg(long, default_value = "127.0.0.1:0")]
    sandbox_listen: SocketAddr,
    /// Keeps the database; a temporary directory, gone at the end, when absent.
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

/// Starts the sandbox and the dashboard on it, and serves until the program is asked to end.
pub(super) async fn run(options: DemoOptions) -> Result<(), Failure> {
    telemetry::start("warn", false);
    if !options.listen.ip().is_loopback() {
        return Err(Failure::configuration(format_args!(
            "the demo signs everybody in as an admin, so it listens on loopback addresses only; {} is not one",
            options.listen.ip()
        )));
    }
    let temporary = tempfile::tempdir().map_err(Failure::new)?;
    let directory = options.data_dir.unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&directory)
        .map_err(|error| Failure::configuration(format_args!("{}: {error}", directory.display())))?;
    let sandbox = Sandbox::start(options.sandbox_listen, SandboxOptions::default()).await.map_err(|error| {
        Failure::new(format_args!("the sandbox cannot listen on {}: {error}", options.sandbox_listen))
    })?;
    let bound = Bound::to(&Listen::Network(options.listen)).await?;
    let address = bound.address();
    let config = configuration(&sandbox, &address, options.listen, &directory)?;
    say(format_args!("Partner Dashboard demo: {address}"));
    say(format_args!("Sandbox of the partner APIs: {}", sandbox.description().control_url));
    say("Stop it with Ctrl-C.");
    let served = serve::start(config, bound).await;
    sandbox.stop().await;
    served
}

fn configuration(
    sandbox: &Sandbox,
    address: &str,
    listen: SocketAddr,
    directory: &std::path::Path,
) -> Result<Config, Failure> {
    let connections = sandbox.description().connections;
    let oneid = connections.iter().filter(|connection| connection.kind == "oneid");
    Ok(Config {
        public_url: Url::parse(address).map_err(Failure::new)?,
        listen: Listen::Network(listen),
        ops_listen: None,
        database: format!("sqlite:{}", directory.join("partner-dashboard.db").display()),
        authentication: Authentication::Demo,
        connections: oneid.map(connection).collect::<Result<_, _>>()?,
        catalogue: Catalogue::default(),
    })
}

fn connection(described: &ConnectionDescription) -> Result<ConnectionConfig, Failure> {
    Ok(ConnectionConfig {
        name: described.name.to_owned(),
        kind: ConnectionKind::OneId,
        environment: Environment::from_word(described.environment).unwrap_or(Environment::Sandbox),
        base_url: Url::parse(&described.base_url).map_err(Failure::new)?,
        token_url: Url::parse(&described.token_url).map_err(Failure::new)?,
        client_id: described.client_id.to_owned(),
        client_secret: SecretString::from(described.client_secret.clone()),
        client_auth: crate::server::oauth::ClientAuthentication::default(),
        basic_encoding: crate::server::oauth::BasicEncoding::default(),
        scope: None,
    })
}
