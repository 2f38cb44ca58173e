//! A journey with a client: an application sends a user to OneID, and is given what OneID has verified.

pub mod literal;
pub mod snippet;

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::audit::Count;
use super::connection::Environment;
use super::reference::ObjectReference;

/// Where the journeys of an environment begin, without a slash at the end (OneID's guide "Integration Overview").
pub fn provider(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "https://controller.myoneid.co.uk",
        Environment::Sandbox => "https://controller.sandbox.myoneid.co.uk",
    }
}

/// What an application needs to begin a journey with a client, and to read its result. The secret is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// The URL of the OpenID provider, without a slash at the end.
    pub provider: String,
    /// The client's ID.
    pub client_id: String,
    /// Where the user comes back to: one of the client's return URLs, letter by letter.
    pub return_url: String,
    /// The scopes to ask for.
    pub scopes: Vec<String>,
}

impl Journey {
    /// The provider's metadata (OpenID Connect Discovery 1.0 §4).
    pub fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.provider)
    }

    /// The scopes as a request names them (RFC 6749 §3.3).
    pub fn scope(&self) -> String {
        self.scopes.join(" ")
    }

    /// Where a user is sent to, without what differs each time (OneID's guide "Verify a User"; RFC 7636 §4.3).
    pub fn authorize_url(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.return_url)
            .append_pair("scope", &self.scope())
            .append_pair("code_challenge_method", "S256")
            .finish();
        // A space is a plus sign in forms alone. In any part of a URL it is this, and the guide asks for it.
        format!("{}/v2/authorize?{}", self.provider, query.replace('+', "%20"))
    }

    /// Where one user is sent to.
    pub fn authorize_url_of(&self, attempt: &Attempt) -> String {
        let Attempt { state, code_challenge, .. } = attempt;
        format!("{}&state={state}&code_challenge={code_challenge}", self.authorize_url())
    }
}

/// What is random in one journey. All of it is made of letters that need no encoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Comes back with the user, so that nobody else's answer is taken for theirs (RFC 6749 §10.12).
    pub state: String,
    /// What the code is exchanged with (RFC 7636 §4.1).
    pub code_verifier: String,
    /// Its SHA-256 hash, which goes ahead of it (RFC 7636 §4.2).
    pub code_challenge: String,
}

/// How a client is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyPage {
    /// The client.
    pub client: ObjectReference,
    /// The organisation that it belongs to, when it could be found.
    pub organisation: Option<ObjectReference>,
    /// Whether OneID refuses its journeys, because it is switched off.
    pub is_disabled: bool,
    /// The environment of its journeys.
    pub environment: Environment,
    /// Where users may come back to.
    pub return_urls: Vec<String>,
    /// The journey that comes back to the chosen one; `None` without any, or without a scope to ask for.
    pub journey: Option<Journey>,
    /// Random parts for one journey, new with every page.
    pub attempt: Attempt,
    /// How many entries its history has, for those who may read the audit log.
    pub entries: Option<Count>,
}
