//! The credentials for one token endpoint, and the format that it expects.

use std::fmt;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// The media type of a token request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenRequestFormat {
    /// `application/x-www-form-urlencoded` (RFC 6749 §4.4.2; seeds 000, 001, 003 and 004).
    #[default]
    Form,
    /// A JSON object, as the partner platform of seed 002 asks for.
    Json,
}

/// Where the client id and secret are sent (RFC 6749 §2.3.1). This is configured rather than probed: each wrong guess
/// could count as a failed login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthentication {
    /// In the body.
    #[default]
    Post,
    /// In an `Authorization: Basic` header.
    Basic,
}

/// How the client id and secret are encoded for `Authorization: Basic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BasicEncoding {
    /// Form-encoded, as RFC 6749 §2.3.1 requires.
    #[default]
    Rfc6749,
    /// Not encoded, for the many servers that do not decode them.
    Raw,
}

/// What a [`TokenSource`](super::TokenSource) needs to request tokens.
#[derive(Clone)]
pub struct Credentials {
    /// The token endpoint.
    pub token_url: Url,
    /// The OAuth `client_id`.
    pub client_id: String,
    /// The OAuth `client_secret`. It is never printed.
    pub client_secret: SecretString,
    /// The media type of the request body.
    pub format: TokenRequestFormat,
    /// Where the client id and secret are sent.
    pub client_authentication: ClientAuthentication,
    /// Their encoding under [`ClientAuthentication::Basic`].
    pub basic_encoding: BasicEncoding,
    /// The scopes to request, separated by spaces. Seed 000 (`OneConnect` by Shine) requires one.
    pub scope: Option<String>,
}

impl Credentials {
    /// The endpoint without user, password, query and fragment, safe for logs and pages.
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
