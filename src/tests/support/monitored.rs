//! Monitored connections to the systems of a sandbox.

use std::sync::Arc;

use partner_dashboard::domain::connection::{ConnectionKind, Environment};
use partner_dashboard::server::clock::Clock;
use partner_dashboard::server::connections::{ConnectionClient, ConnectionSettings, Kind};
use partner_dashboard::server::oauth::{
    BasicEncoding, ClientAuthentication, Credentials, TokenSource, http_client, single_use_http_client,
};
use partner_dashboard::server::sandbox::ConnectionDescription;

/// The settings that the sandbox proposes.
pub fn monitored_settings(described: &ConnectionDescription, clock: &Arc<dyn Clock>) -> ConnectionSettings {
    let kind = ConnectionKind::from_code(described.kind).unwrap();
    let reader = http_client().unwrap();
    let credentials = Credentials {
        token_url: described.token_url.parse().unwrap(),
        client_id: described.client_id.to_owned(),
        client_secret: described.client_secret.clone().into(),
        format: Kind::of(kind).format,
        client_authentication: ClientAuthentication::default(),
        basic_encoding: BasicEncoding::default(),
        scope: described.scope.map(str::to_owned),
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::clone(clock));
    ConnectionSettings {
        name: described.name.to_owned(),
        kind,
        environment: Environment::from_word(described.environment).unwrap(),
        base_url: described.base_url.parse().unwrap(),
        token_url: described.token_url.parse().unwrap(),
        client_id: described.client_id.to_owned(),
        probe: described.probe.map(str::to_owned),
        integration_id: described.integration_id.map(str::to_owned),
        client_secret_expires: None,
        client: ConnectionClient::Ready { reader, writer: single_use_http_client().unwrap(), tokens },
    }
}
