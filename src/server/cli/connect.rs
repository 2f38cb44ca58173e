//! Builds the connections of a configuration: each has one token source, shared by everything that calls the partner.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Failure, with_causes};
use crate::domain::connection::{ConnectionKind, ConnectionSummary};
use crate::server::clock::Clock;
use crate::server::config::ConnectionConfig;
use crate::server::connections::{ConnectionClient, ConnectionSettings, Kind, Monitor};
use crate::server::index::Directory;
use crate::server::oauth::{Credentials, TokenSource, http_client, single_use_http_client};
use crate::server::oneid::{Budget, HttpPartnerApi, HttpSettings, PartnerApi};
use crate::server::state::Connection;

/// The connections. Nothing has been sent yet.
pub(super) struct Connected {
    /// The connections to `OneID`, by name.
    pub(super) oneid: BTreeMap<String, Connection>,
    /// Their names, in the order of the configuration.
    pub(super) order: Vec<String>,
    /// The monitor of all connections.
    pub(super) monitor: Monitor,
}

/// Builds all connections of a configuration.
pub(super) fn all(configs: &[ConnectionConfig], clock: &Arc<dyn Clock>) -> Result<Connected, Failure> {
    let (mut oneid, mut order, mut monitored) = (BTreeMap::new(), Vec::new(), Vec::new());
    let lists = configs.iter().filter(|config| config.kind == ConnectionKind::OneId).count();
    let mut budgets = Budget::for_connections(lists).into_iter();
    for config in configs {
        let client = client(config, clock)?;
        if let (ConnectionKind::OneId, ConnectionClient::Ready { reader, writer, tokens }) = (config.kind, &client) {
            let settings = HttpSettings {
                base_url: config.base_url.clone(),
                reader: reader.clone(),
                writer: writer.clone(),
                tokens: tokens.clone(),
                budget: budgets.next().unwrap_or_default(),
            };
            let api: Arc<dyn PartnerApi> = Arc::new(HttpPartnerApi::new(settings));
            let directory = Arc::new(Directory::new(Arc::clone(&api), Arc::clone(clock)));
            let summary = summary(config, configs);
            oneid.insert(config.name.clone(), Connection { summary, api, directory });
            order.push(config.name.clone());
        }
        monitored.push(settings(config, client));
    }
    Ok(Connected { oneid, order, monitor: Monitor::new(monitored, clock) })
}

fn client(config: &ConnectionConfig, clock: &Arc<dyn Clock>) -> Result<ConnectionClient, Failure> {
    let client_secret = match &config.client_secret {
        Ok(secret) => secret.clone(),
        Err(reason) => return Ok(ConnectionClient::NotConfigured(reason.clone())),
    };
    let reader = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let writer = single_use_http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let credentials = Credentials {
        token_url: config.token_url.clone(),
        client_id: config.client_id.clone(),
        client_secret,
        format: Kind::of(config.kind).format,
        client_authentication: config.client_auth,
        basic_encoding: config.basic_encoding,
        scope: config.scope.clone(),
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::clone(clock));
    Ok(ConnectionClient::Ready { reader, writer, tokens })
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
