//! The settings of a monitored connection.

use reqwest::Client;
use time::Date;
use url::Url;

use super::kinds::{Expectation, Kind, Probe};
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::oauth::TokenSource;

/// One connection. Its tokens are sent to its own `base_url` only.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// The name in URLs.
    pub name: String,
    /// The partner system, which decides how it is probed.
    pub kind: ConnectionKind,
    /// Sandbox or production.
    pub environment: Environment,
    /// The base URL of the API.
    pub base_url: Url,
    /// The token endpoint, for display.
    pub token_url: Url,
    /// The OAuth `client_id`, for display.
    pub client_id: String,
    /// The path of the probe, if it is not the default of the kind.
    pub probe: Option<String>,
    /// The id of the integration, for kinds that have integrations.
    pub integration_id: Option<String>,
    /// The day on which the client secret expires, if the configuration says so.
    pub client_secret_expires: Option<Date>,
    /// What the connection is called with, or why it cannot be called.
    pub client: ConnectionClient,
}

/// What a connection is called with.
#[derive(Clone, Debug)]
pub enum ConnectionClient {
    /// HTTP clients and a token source.
    Ready {
        /// For reading. Follows no redirect, uses no proxy and has a short timeout.
        reader: Client,
        /// For messages. The same, but opens a new TCP connection for each request.
        writer: Client,
        /// The tokens of this connection, which no other connection uses.
        tokens: TokenSource,
    },
    /// Nothing: the client secret is missing, for this reason.
    NotConfigured(String),
}

impl ConnectionSettings {
    /// The row of its kind in the table of partner systems.
    pub(super) fn row(&self) -> &'static Kind {
        Kind::of(self.kind)
    }

    /// The token source. `None` when the connection is not configured.
    pub(super) fn tokens(&self) -> Option<&TokenSource> {
        match &self.client {
            ConnectionClient::Ready { tokens, .. } => Some(tokens),
            ConnectionClient::NotConfigured(_) => None,
        }
    }

    /// The path to `GET` and what the answer must be. `None` when a check only fetches a token.
    pub(super) fn probe(&self) -> Option<(&str, Expectation)> {
        match &self.row().probe {
            Probe::Get { path, expects } => Some((self.probe.as_deref().or(*path)?, *expects)),
            Probe::Message { .. } => None,
        }
    }

    /// The path that accepts messages, and the document that the page proposes.
    pub(super) fn message(&self) -> Option<(&'static str, &'static str)> {
        match &self.row().probe {
            Probe::Message { path, proposal } => Some((path, proposal)),
            Probe::Get { .. } => None,
        }
    }

    /// The URL of a path below `base_url`. The path may have a query.
    pub(super) fn address(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.base_url.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }
}
