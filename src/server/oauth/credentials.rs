//! How one issuer wants to be asked: the differences between token endpoints, as data.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// How the token request's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenRequestFormat {
    /// `application/x-www-form-urlencoded` (RFC 6749 §4.4.2; seeds 000, 001, 003 and 004).
    #[default]
    Form,
    /// A JSON object, as the partner platform of seed 002 asks for.
    Json,
}

/// Where the client's id and secret travel. Configured, never probed: a trial of both would count
/// as a failed login each time (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthentication {
    /// In the body.
    #[default]
    Post,
    /// In an `Authorization: Basic` header.
    Basic,
}

/// How id and secret are written before they are joined for `Authorization: Basic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BasicEncoding {
    /// Form-encoded first, as RFC 6749 §2.3.1 asks.
    #[default]
    Rfc6749,
    /// As they are, for the many servers that do not decode.
    Raw,
}

/// What a [`TokenSource`](super::TokenSource) needs to ask for tokens.
#[derive(Clone)]
pub struct Credentials {
    /// The token endpoint.
    pub token_url: Url,
    /// The client's id.
    pub client_id: String,
    /// The client's secret; never printed.
    pub client_secret: SecretString,
    /// How the body is written.
    pub format: TokenRequestFormat,
    /// Where id and secret travel.
    pub client_authentication: ClientAuthentication,
    /// How they are written under [`ClientAuthentication::Basic`].
    pub basic_encoding: BasicEncoding,
    /// Scopes to ask for, separated by spaces; seed 000 (`OneConnect` by Shine) wants one.
    pub scope: Option<String>,
}

impl Credentials {
    /// The endpoint without user, password, query and fragment: fit for logs and pages.
    pub(super) fn endpoint(&self) -> String {
        let url = &self.token_url;
        format!("{}{}", url.origin().ascii_serialization(), url.path())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("token_url", &self.endpoint())
            .field("client_id", &self.client_id)
            .field("client_secret", &"[redacted]")
            .field("format", &self.format)
            .field("client_authentication", &self.client_authentication)
            .field("basic_encoding", &self.basic_encoding)
            .field("scope", &self.scope)
            .finish()
    }
}
