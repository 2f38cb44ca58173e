//! Connections from their configuration: one source of tokens each, shared by all that call the partner.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Failure, with_causes};
use crate::domain::connection::{ConnectionKind, ConnectionSummary};
use crate::server::clock::Clock;
use crate::server::config::ConnectionConfig;
use crate::server::connections::{Access, ConnectionSettings, Kind, Monitor};
use crate::server::index::Directory;
use crate::server::oauth::{Credentials, TokenSource, http_client, single_use_http_client};
use crate::server::oneid::{Budget, HttpPartnerApi, HttpSettings, PartnerApi};
use crate::server::state::Connection;

/// Connections, ready to be asked. Nothing is sent yet.
pub(super) struct Connected {
    /// Those of `OneID`, by name.
    pub(super) oneid: BTreeMap<String, Connection>,
    /// The names of those, in the order of the configuration.
    pub(super) order: Vec<String>,
    /// All of them, under watch.
    pub(super) monitor: Monitor,
}

/// Connects all of a configuration.
pub(super) fn all(configs: &[ConnectionConfig], clock: &Arc<dyn Clock>) -> Result<Connected, Failure> {
    let (mut oneid, mut order, mut watched) = (BTreeMap::new(), Vec::new(), Vec::new());
    let lists = configs.iter().filter(|config| config.kind == ConnectionKind::OneId).count();
    let mut budgets = Budget::for_connections(lists).into_iter();
    for config in configs {
        let access = access(config, clock)?;
        if let (ConnectionKind::OneId, Access::Ready { reader, writer, tokens }) = (config.kind, &access) {
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
        watched.push(settings(config, access));
    }
    Ok(Connected { oneid, order, monitor: Monitor::new(watched, clock) })
}

fn access(config: &ConnectionConfig, clock: &Arc<dyn Clock>) -> Result<Access, Failure> {
    let client_secret = match &config.client_secret {
        Ok(secret) => secret.clone(),
        Err(reason) => return Ok(Access::Missing(reason.clone())),
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
    Ok(Access::Ready { reader, writer, tokens })
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

fn settings(config: &ConnectionConfig, access: Access) -> ConnectionSettings {
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
        access,
    }
}
