//! The table of partner systems: how each is called, and what shows that it works.
//!
//! To add a system, add a row here and an emulator in the sandbox.

use crate::domain::connection::ConnectionKind;
use crate::server::oauth::TokenRequestFormat;

/// Everything that distinguishes one kind of partner system from another.
#[derive(Debug)]
pub struct Kind {
    /// The default path of the token endpoint below `base_url`.
    pub token_path: &'static str,
    /// The media type of the token request. Every request accepts JSON.
    pub format: TokenRequestFormat,
    /// Whether the token request must name a scope.
    pub needs_scope: bool,
    /// The call that shows that the system works.
    pub probe: Probe,
    /// What a 401 to a fresh token means.
    pub fresh_refusal: FreshRefusal,
    /// The claims of its tokens that pages show. They are not verified and decide nothing.
    pub shown_claims: &'static [&'static str],
}

/// The call that shows that a system works.
#[derive(Debug)]
pub enum Probe {
    /// A `GET` that changes nothing.
    Get {
        /// The default path. `None` when the configuration must name one.
        path: Option<&'static str>,
        /// What the answer must be.
        expects: Expectation,
    },
    /// A `POST` that has an effect. It is sent only when an admin asks for it, so a check only fetches a token.
    Message {
        /// The path that accepts messages.
        path: &'static str,
        /// The document that the page proposes, as JSON text.
        proposal: &'static str,
    },
}

/// What the answer to a probe must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Any 2xx status with a body that is not a web page.
    Success,
    /// Status 204 with an empty body.
    NoContent,
}

/// What a 401 to a fresh token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreshRefusal {
    /// The credentials do not allow the call.
    NotAllowed,
    /// The integration has expired. Its status is at this path below `base_url`, followed by the integration's id.
    IntegrationEnded(&'static str),
}

/// Seed 003.
static ONE_ID: Kind = Kind {
    token_path: "v1/token",
    format: TokenRequestFormat::Form,
    needs_scope: false,
    probe: Probe::Get { path: Some("/v1/organisations"), expects: Expectation::Success },
    fresh_refusal: FreshRefusal::NotAllowed,
    shown_claims: &[],
};

/// Seed 000: step 4 for the token, step 5 for the probe.
static ONE_CONNECT: Kind = Kind {
    token_path: "oauth2/token",
    format: TokenRequestFormat::Form,
    needs_scope: true,
    probe: Probe::Get { path: Some("/v1/health"), expects: Expectation::NoContent },
    fresh_refusal: FreshRefusal::IntegrationEnded("/integrations"),
    shown_claims: &[],
};

/// Seed 001. The vendor's token endpoints are on hosts of their own.
static ONE_IO: Kind = Kind {
    token_path: "oauth2/token",
    format: TokenRequestFormat::Form,
    needs_scope: false,
    probe: Probe::Message { path: "/api/v2", proposal: r#"{"id": "partner-dashboard-test"}"# },
    fresh_refusal: FreshRefusal::NotAllowed,
    shown_claims: &[],
};

/// Seed 002. Its documentation names no call to probe with.
static PARTNER_JSON: Kind = Kind {
    token_path: "api/oauth/token",
    format: TokenRequestFormat::Json,
    needs_scope: false,
    probe: Probe::Get { path: None, expects: Expectation::Success },
    fresh_refusal: FreshRefusal::NotAllowed,
    shown_claims: &["scopes", "partner_id", "user_id", "is_test", "aud", "iat", "exp"],
};

/// Seed 004: the realm and the vehicles of SHARE NOW. Another realm configures `token_url` and `probe`.
static KEYCLOAK: Kind = Kind {
    token_path: "auth/realms/partner/protocol/openid-connect/token",
    format: TokenRequestFormat::Form,
    needs_scope: false,
    probe: Probe::Get { path: Some("/api/rental/partner/vehicles"), expects: Expectation::Success },
    fresh_refusal: FreshRefusal::NotAllowed,
    shown_claims: &[],
};

impl Kind {
    /// The row of a kind.
    pub fn of(kind: ConnectionKind) -> &'static Self {
        match kind {
            ConnectionKind::OneId => &ONE_ID,
            ConnectionKind::OneConnect => &ONE_CONNECT,
            ConnectionKind::OneIo => &ONE_IO,
            ConnectionKind::PartnerJson => &PARTNER_JSON,
            ConnectionKind::Keycloak => &KEYCLOAK,
        }
    }

    /// Whether the configuration must name an `integration_id`.
    pub fn needs_integration_id(&self) -> bool {
        matches!(self.fresh_refusal, FreshRefusal::IntegrationEnded(_))
    }
}
