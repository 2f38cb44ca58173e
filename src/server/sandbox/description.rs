//! What a running sandbox tells about itself: where each system is, and the credentials for it.

use std::net::SocketAddr;

use serde::Serialize;

use super::{System, world::Desk};

/// A running sandbox, as `partner-dashboard sandbox` prints it.
#[derive(Clone, Serialize)]
pub struct SandboxDescription {
    /// Where it listens.
    pub address: SocketAddr,
    /// Base of the control API.
    pub control_url: String,
    /// One connection per emulated system.
    pub connections: Vec<ConnectionDescription>,
}

/// How to configure a connection to one emulated system.
#[derive(Clone, Serialize)]
pub struct ConnectionDescription {
    /// Name of the connection.
    pub name: &'static str,
    /// The system's name in faults and in the journal.
    pub system: System,
    /// Kind of the connection.
    pub kind: &'static str,
    /// `sandbox` or `production`.
    pub environment: &'static str,
    /// Base of the API.
    pub base_url: String,
    /// The token endpoint.
    pub token_url: String,
    /// The partner's client id.
    pub client_id: &'static str,
    /// The partner's client secret.
    pub client_secret: String,
    /// The scope that token requests must name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    /// The integration to ask about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_id: Option<&'static str>,
    /// A path under `base_url` that answers a GET when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<&'static str>,
}

impl SandboxDescription {
    pub(crate) fn new(address: SocketAddr, desks: &[Desk]) -> Self {
        Self {
            address,
            control_url: format!("http://{address}/_sandbox"),
            connections: desks.iter().map(|desk| ConnectionDescription::new(address, desk)).collect(),
        }
    }

    /// The connection to `system`.
    pub fn connection(&self, system: System) -> Option<&ConnectionDescription> {
        self.connections.iter().find(|connection| connection.system == system)
    }
}

impl ConnectionDescription {
    fn new(address: SocketAddr, desk: &Desk) -> Self {
        let row = desk.issuer.row;
        let base_url = format!("http://{address}/{}", row.prefix);
        Self {
            name: row.connection,
            system: desk.system,
            kind: row.kind,
            environment: row.environment,
            token_url: format!("{base_url}{}", row.dialect.path),
            base_url,
            client_id: row.client_id,
            client_secret: desk.issuer.credentials.client_secret.clone(),
            scope: row.dialect.scope,
            integration_id: row.integration_id,
            probe: row.probe,
        }
    }
}
