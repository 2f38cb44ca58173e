//! What the configuration of one connection means: what it calls the partner with, what pages and the monitor know of it, and what
//! tells it apart.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::Outside;
use crate::domain::connection::ConnectionSummary;
use crate::server::config::ConnectionConfig;
use crate::server::connections::{ConnectionClient, ConnectionSettings, Kind};
use crate::server::hexadecimal::hex;
use crate::server::measurements::PartnerCalls;
use crate::server::oauth::{Credentials, TokenSource};

/// What tells a connection from one to something else: the same keys for which a reload waits. Which data is read follows from them.
pub(super) fn fingerprint(config: &ConnectionConfig) -> String {
    let (kind, environment) = (config.kind.code(), config.environment.word());
    hex(&Sha256::digest(format!("{kind}\n{environment}\n{}\n{}", config.base_url, config.client_id)))
}

/// What a connection calls the partner with, or why it cannot.
pub(super) fn client(config: &ConnectionConfig, outside: &Outside, calls: &Arc<PartnerCalls>) -> ConnectionClient {
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
    let clock = Arc::clone(&outside.clock);
    let tokens = TokenSource::counting_among(Arc::clone(calls), reader.clone(), credentials, clock);
    ConnectionClient::Ready { reader, writer, tokens }
}

/// What pages say of a connection, among all of its configuration.
pub(super) fn summary(config: &ConnectionConfig, all: &[ConnectionConfig]) -> ConnectionSummary {
    let twins = all.iter().filter(|other| other.kind == config.kind && other.environment == config.environment);
    ConnectionSummary {
        name: config.name.clone(),
        kind: config.kind,
        environment: config.environment,
        is_ambiguous: twins.count() > 1,
    }
}

/// What the monitor goes by.
pub(super) fn settings(config: &ConnectionConfig, client: ConnectionClient) -> ConnectionSettings {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::connection::{ConnectionKind, Environment};
    use crate::server::config::read;

    /// A connection of a configuration.
    fn configured() -> ConnectionConfig {
        let directory = tempfile::tempdir().unwrap();
        let (path, secret) = (directory.path().join("config.toml"), directory.path().join("secret"));
        let head = "public_url = \"https://partners.example.com\"\ndatabase = \"sqlite:partner-dashboard.db\"\n\
                    [auth]\nmode = \"header\"\n[auth.header]\nuser = \"X-Forwarded-User\"\n\
                    groups = \"X-Forwarded-Groups\"\ntrusted_peers = [\"127.0.0.1/32\"]\n\
                    [auth.roles]\nadmin = [\"partner-admins\"]\n";
        let connection = "[[connections]]\nname = \"one\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\n\
                          base_url = \"https://api.example.com/base\"\nclient_id = \"id\"\n";
        std::fs::write(&secret, "s3cret").unwrap();
        std::fs::write(&path, format!("{head}{connection}client_secret_file = \"{}\"\n", secret.display())).unwrap();
        let config = read(&path, Vec::new()).map_err(|error| error.to_string()).unwrap();
        config.connections.into_iter().next().unwrap()
    }

    #[test]
    fn a_connection_to_something_else_is_told_apart_and_one_that_is_configured_otherwise_is_not() {
        let one = configured();
        let to_something_else = [
            one.clone(),
            ConnectionConfig { kind: ConnectionKind::OneIo, ..one.clone() },
            ConnectionConfig { environment: Environment::Production, ..one.clone() },
            ConnectionConfig { base_url: "https://api.example.com/other".parse().unwrap(), ..one.clone() },
            ConnectionConfig { client_id: "another".to_owned(), ..one.clone() },
        ];
        let all: BTreeSet<String> = to_something_else.iter().map(fingerprint).collect();
        assert_eq!(all.len(), to_something_else.len());
        let otherwise = ConnectionConfig {
            client_secret: Err("it is away".to_owned()),
            scope: Some("another".to_owned()),
            token_url: "https://issuer.example.com/token".parse().unwrap(),
            ..one.clone()
        };
        assert_eq!(fingerprint(&one), fingerprint(&otherwise));
    }
}
