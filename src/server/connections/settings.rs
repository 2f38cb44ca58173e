//! What is known of a connection before anything is asked.

use reqwest::Client;
use time::Date;
use url::Url;

use super::kinds::{Expectation, Kind, Probe};
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::oauth::TokenSource;

/// One connection. Its tokens go to its own `base_url` and nowhere else.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// The name in URLs.
    pub name: String,
    /// Which system.
    pub kind: ConnectionKind,
    /// Which environment.
    pub environment: Environment,
    /// The API's address.
    pub base_url: Url,
    /// The token endpoint, for display.
    pub token_url: Url,
    /// The client's id, for display.
    pub client_id: String,
    /// The probe's path, where it is not the kind's own.
    pub probe: Option<String>,
    /// The integration to ask about, for kinds that have such a thing.
    pub integration_id: Option<String>,
    /// When the secret ends.
    pub client_secret_expires: Option<Date>,
    /// How it is called, or why it cannot be.
    pub access: Access,
}

/// How a connection is called.
#[derive(Clone, Debug)]
pub enum Access {
    /// With tokens from this source.
    Ready {
        /// For reading. Follows no redirect, uses no proxy, gives up after a few seconds.
        reader: Client,
        /// For messages: the same, and never on a connection that was used before.
        writer: Client,
        /// The tokens of this connection alone.
        tokens: TokenSource,
    },
    /// Not at all, for this reason.
    Missing(String),
}

impl ConnectionSettings {
    /// The row of its kind.
    pub(super) fn row(&self) -> &'static Kind {
        Kind::of(self.kind)
    }

    /// The tokens, where there is a source of them.
    pub(super) fn tokens(&self) -> Option<&TokenSource> {
        match &self.access {
            Access::Ready { tokens, .. } => Some(tokens),
            Access::Missing(_) => None,
        }
    }

    /// The path to `GET`, and what the answer has to be; `None` when a check looks at the token alone.
    pub(super) fn probe(&self) -> Option<(&str, Expectation)> {
        match &self.row().probe {
            Probe::Get { path, expects } => Some((self.probe.as_deref().or(*path)?, *expects)),
            Probe::Message { .. } => None,
        }
    }

    /// The path that takes messages, and the document that is proposed.
    pub(super) fn message(&self) -> Option<(&'static str, &'static str)> {
        match &self.row().probe {
            Probe::Message { path, proposal } => Some((path, proposal)),
            Probe::Get { .. } => None,
        }
    }

    /// An address below `base_url`: a path, with its query if it has one.
    pub(super) fn address(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.base_url.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }
}
