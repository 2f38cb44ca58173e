//! Builds the connections of a configuration: each has one token source, shared by everything that calls the partner.

use std::sync::Arc;

use super::Outside;
use crate::domain::connection::{ConnectionKind, ConnectionSummary};
use crate::server::config::ConnectionConfig;
use crate::server::connections::{ConnectionClient, ConnectionSettings, Kind, Monitor};
use crate::server::index::{Connection, Connections, Observer};
use crate::server::oauth::{Credentials, TokenSource};
use crate::server::oneid::{Budget, HttpPartnerApi, HttpSettings, Measured};
use crate::server::storage::CheckStore;

/// Connections, ready to be asked. Nothing is sent yet.
#[derive(Debug)]
pub struct Connected {
    /// Those of `OneID`, in the order of the configuration.
    pub oneid: Connections,
    /// The monitor of all of them.
    pub monitor: Monitor,
}

/// Connects all of a configuration. `observer` is told what is changed elsewhere, and checks are kept in `store`.
pub fn connect(
    configs: &[ConnectionConfig],
    outside: &Outside,
    observer: &Arc<dyn Observer>,
    store: Option<&Arc<dyn CheckStore>>,
) -> Connected {
    let (mut oneid, mut monitored) = (Vec::new(), Vec::new());
    let lists = configs.iter().filter(|config| config.kind == ConnectionKind::OneId).count();
    let mut budgets = Budget::for_connections(lists).into_iter();
    for config in configs {
        let client = client(config, outside);
        if let (ConnectionKind::OneId, ConnectionClient::Ready { reader, writer, tokens }) = (config.kind, &client) {
            let api = HttpPartnerApi::new(HttpSettings {
                base_url: config.base_url.clone(),
                reader: reader.clone(),
                writer: writer.clone(),
                tokens: tokens.clone(),
                budget: budgets.next().unwrap_or_default(),
            });
            let (summary, clock) = (summary(config, configs), Arc::clone(&outside.clock));
            let api = Measured::new(api, Arc::clone(tokens.calls()), config.name.clone());
            let connection = Connection::new(summary, config.index, Arc::new(api), clock);
            let connection = connection.with_journeys_at(config.journey_url.clone());
            oneid.push(connection.observed_by(Arc::clone(observer)));
        }
        monitored.push(settings(config, client));
    }
    Connected { oneid: oneid.into_iter().collect(), monitor: Monitor::new(monitored, &outside.clock, store) }
}

fn client(config: &ConnectionConfig, outside: &Outside) -> ConnectionClient {
    let client_secret = match &config.client_secret {
        Ok(secret) => secret.clone(),
        Err(reason) => return ConnectionClient::NotConfigured(reason.clone()),
    };
    let (reader, writer) = (outside.reader.clone(), outside.writer.clone());
    let credentials = Credentials {
        token_url: config.token_url.clone(),
        client_id: config.client_id.clone(),
        client_secret,
        format: Kind::of(config.kind).format,
        client_authentication: config.client_auth,
        basic_encoding: config.basic_encoding,
        scope: config.scope.clone(),
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::clone(&outside.clock));
    ConnectionClient::Ready { reader, writer, tokens }
}

fn summary(config: &ConnectionConfig, all: &[ConnectionConfig]) -> ConnectionSummary {
    let twins = all.iter().filter(|other| other.kind == config.kind && other.environment == config.environment);
    ConnectionSummary {
        name: config.name.clone(),
        kind: config.kind,
        environment: config.environment,
        is_ambiguous: twins.count() > 1,
    }
}

fn settings(config: &ConnectionConfig, client: ConnectionClient) -> ConnectionSettings {
    ConnectionSettings {
        name: config.name.clone(),
        kind: config.kind,
        environment: config.environment,
        base_url: config.base_url.clone(),
        token_url: config.token_url.clone(),
        client_id: config.client_id.clone(),
        probe: config.probe.clone(),
        integration_id: config.integration_id.clone(),
        client_secret_expires: config.client_secret_expires,
        client,
    }
}
