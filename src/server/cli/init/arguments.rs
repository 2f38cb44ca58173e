//! What `init` may be told, so that it does not ask.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What goes into the configuration. Whatever is missing is asked for.
#[derive(Debug, Args)]
pub(in crate::server::cli) struct InitArguments {
    /// Set up the service of the Debian package: as root, in its folders.
    #[arg(long)]
    pub(super) debian_package: bool,
    /// The folder for the configuration, the keys and the secrets. By default this one. With --debian-package, where
    /// /etc/partner-dashboard is, such as below the root of a machine that is being made.
    #[arg(long)]
    pub(super) directory: Option<PathBuf>,
    /// The URL that browsers use.
    #[arg(long)]
    pub(super) public_url: Option<String>,
    /// Where the dashboard listens: ADDRESS:PORT or unix:PATH.
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub(super) listen: String,
    /// Where the database is: sqlite:FILE, or `postgres://USER@HOST/DATABASE` for several replicas. By default a file in the folder.
    #[arg(long)]
    pub(super) database: Option<String>,
    /// A file with the password of the PostgreSQL database, where it has one. It is copied.
    #[arg(long)]
    pub(super) database_password_file: Option<PathBuf>,
    /// How people sign in.
    #[arg(long)]
    pub(super) sign_in: Option<SignIn>,
    /// The issuer of the OpenID provider, or of the proxy's assertions.
    #[arg(long)]
    pub(super) issuer: Option<String>,
    /// The client ID of the dashboard at the OpenID provider.
    #[arg(long)]
    pub(super) oidc_client_id: Option<String>,
    /// A file with the client secret of the dashboard at the OpenID provider. It is copied.
    #[arg(long)]
    pub(super) oidc_client_secret_file: Option<PathBuf>,
    /// The header in which the proxy names the person, or sends its assertion.
    #[arg(long)]
    pub(super) header: Option<String>,
    /// The header in which the proxy names the groups of the person.
    #[arg(long)]
    pub(super) groups_header: Option<String>,
    /// The address of the proxy, as a network such as 127.0.0.1/32.
    #[arg(long)]
    pub(super) trusted_peer: Option<String>,
    /// The audience of the proxy's assertions.
    #[arg(long)]
    pub(super) audience: Option<String>,
    /// Where the keys of the proxy's assertions are.
    #[arg(long)]
    pub(super) jwks_url: Option<String>,
    /// The algorithm of the proxy's assertions.
    #[arg(long)]
    pub(super) algorithm: Option<String>,
    /// The group whose members are admins.
    #[arg(long)]
    pub(super) admin_group: Option<String>,
    /// The name of the first connection to OneID, as it stands in URLs.
    #[arg(long)]
    pub(super) connection: Option<String>,
    /// Whether it is a sandbox or production.
    #[arg(long)]
    pub(super) environment: Option<EnvironmentChoice>,
    /// The URL of the Partner API.
    #[arg(long)]
    pub(super) base_url: Option<String>,
    /// The URL of its token endpoint, where it is not below that.
    #[arg(long)]
    pub(super) token_url: Option<String>,
    /// The client ID of the partner.
    #[arg(long)]
    pub(super) client_id: Option<String>,
    /// A file with the client secret of the partner. It is copied.
    #[arg(long)]
    pub(super) client_secret_file: Option<PathBuf>,
    /// Ask nobody: neither the database, nor the identity provider, nor the partner.
    #[arg(long)]
    pub(super) offline: bool,
}

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SignIn {
    /// At an OpenID provider.
    Oidc,
    /// By the signed assertion of a proxy.
    Jwt,
    /// By the headers of a trusted proxy.
    Header,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EnvironmentChoice {
    /// Nobody is harmed by a mistake.
    Sandbox,
    /// Live users.
    Production,
}
