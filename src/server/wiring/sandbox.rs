//! The connections to an embedded sandbox, configured as it describes them.

use secrecy::SecretString;
use url::{ParseError, Url};

use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::config::ConnectionConfig;
use crate::server::index::IndexSettings;
use crate::server::oauth::{BasicEncoding, ClientAuthentication};
use crate::server::sandbox::{ConnectionDescription, SandboxDescription};

/// Why the connections of a sandbox cannot be configured.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// A system of a kind that this product does not know.
    #[error("the sandbox has an unknown kind, {0}")]
    Kind(&'static str),
    /// An environment that this product does not know.
    #[error("the sandbox has an unknown environment, {0}")]
    Environment(&'static str),
    /// What stands for an address is none.
    #[error("the sandbox has an address that is none")]
    Address(#[from] ParseError),
}

/// The configuration of a connection to each system of a sandbox.
///
/// # Errors
/// When the sandbox describes something that this product does not know.
pub fn sandbox_connections(sandbox: &SandboxDescription) -> Result<Vec<ConnectionConfig>, DescriptionError> {
    sandbox.connections.iter().map(connection).collect()
}

fn connection(described: &ConnectionDescription) -> Result<ConnectionConfig, DescriptionError> {
    let (kind, environment) = (described.kind, described.environment);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(ConnectionConfig {
        name: described.name.to_owned(),
        kind: ConnectionKind::from_code(kind).ok_or(DescriptionError::Kind(kind))?,
        environment: Environment::from_word(environment).ok_or(DescriptionError::Environment(environment))?,
        base_url: Url::parse(&described.base_url)?,
        token_url: Url::parse(&described.token_url)?,
        journey_url: described.journey_url.as_deref().map(Url::parse).transpose()?,
        client_id: described.client_id.to_owned(),
        client_secret: Ok(SecretString::from(described.client_secret.clone())),
        client_secret_expires: None,
        client_auth: ClientAuthentication::default(),
        basic_encoding: BasicEncoding::default(),
        scope: owned(described.scope),
        probe: owned(described.probe),
        integration_id: owned(described.integration_id),
        index: IndexSettings::default(),
    })
}
