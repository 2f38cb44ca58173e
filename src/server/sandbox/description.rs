//! The description of a running sandbox: the base URL of each system and the credentials for it.

use std::net::SocketAddr;

use serde::Serialize;

use super::{System, world::SystemState};

/// A running sandbox, as `partner-dashboard sandbox` prints it.
#[derive(Clone, Serialize)]
pub struct SandboxDescription {
    /// The address that it listens on.
    pub address: SocketAddr,
    /// The base URL of the control API.
    pub control_url: String,
    /// One connection per emulated system.
    pub connections: Vec<ConnectionDescription>,
}

/// How to configure a connection to one emulated system.
#[derive(Clone, Serialize)]
pub struct ConnectionDescription {
    /// The name of the connection.
    pub name: &'static str,
    /// The system, as faults and the journal name it.
    pub system: System,
    /// The kind of the connection in the configuration of the dashboard.
    pub kind: &'static str,
    /// `sandbox` or `production`.
    pub environment: &'static str,
    /// The base URL of the API.
    pub base_url: String,
    /// The token endpoint.
    pub token_url: String,
    /// The OpenID provider of the partner's clients, for systems that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_url: Option<String>,
    /// The OAuth `client_id` of the partner.
    pub client_id: &'static str,
    /// The OAuth `client_secret` of the partner.
    pub client_secret: String,
    /// The scope that token requests must name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    /// The id of the integration, for systems that have integrations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_id: Option<&'static str>,
    /// The path of the probe under `base_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<&'static str>,
}

impl SandboxDescription {
    pub(crate) fn new(address: SocketAddr, systems: &[SystemState]) -> Self {
        Self {
            address,
            control_url: format!("http://{address}/_sandbox"),
            connections: systems.iter().map(|state| ConnectionDescription::new(address, state)).collect(),
        }
    }

    /// The connection to `system`.
    pub fn connection(&self, system: System) -> Option<&ConnectionDescription> {
        self.connections.iter().find(|connection| connection.system == system)
    }
}

impl ConnectionDescription {
    fn new(address: SocketAddr, state: &SystemState) -> Self {
        let row = state.issuer.row;
        let base_url = format!("http://{address}/{}", row.prefix);
        Self {
            name: row.connection,
            system: state.system,
            kind: row.kind,
            environment: row.environment,
            token_url: format!("{base_url}{}", row.dialect.path),
            journey_url: row.has_journeys.then(|| base_url.clone()),
            base_url,
            client_id: row.client_id,
            client_secret: state.issuer.credentials.client_secret.clone(),
            scope: row.dialect.scope,
            integration_id: row.integration_id,
            probe: row.probe,
        }
    }
}
