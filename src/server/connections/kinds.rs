//! The table of partner systems: how each wants to be asked, and what shows that it works.
//!
//! A further system is a row here and an emulator in the sandbox.

use crate::domain::connection::ConnectionKind;
use crate::server::oauth::TokenRequestFormat;

/// All that distinguishes one kind of system from the next.
#[derive(Debug)]
pub struct Kind {
    /// The token endpoint below the base address, where the configuration names none.
    pub token_path: &'static str,
    /// How the token request is written. Every request asks for JSON.
    pub format: TokenRequestFormat,
    /// Whether a token request has to name a scope.
    pub needs_scope: bool,
    /// The call that shows that it works.
    pub probe: Probe,
    /// What a 401 means that comes in spite of a fresh token.
    pub fresh_refusal: FreshRefusal,
    /// The claims of its tokens that are shown. Never trusted, and never all of the token.
    pub shown_claims: &'static [&'static str],
}

/// The call that shows that a system works.
#[derive(Debug)]
pub enum Probe {
    /// A `GET` that changes nothing.
    Get {
        /// Its path, where the configuration names none; `None` when it has to.
        path: Option<&'static str>,
        /// What the answer has to be.
        expects: Expectation,
    },
    /// A `POST` that has an effect: it is made when an admin asks for it and at no other time, and a
    /// check looks at the token alone.
    Message {
        /// Its path.
        path: &'static str,
        /// The document that is proposed, as JSON text.
        proposal: &'static str,
    },
}

/// What the answer to a probe has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Any 2xx that is not a web page.
    Success,
    /// 204 and nothing else.
    NoContent,
}

/// What a 401 means that comes in spite of a fresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreshRefusal {
    /// The credentials do not include the call.
    NotAllowed,
    /// The integration has ended; this path below the base address, with its id, says more.
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

/// Seed 002. Its page names no call to probe with.
static PARTNER_JSON: Kind = Kind {
    token_path: "api/oauth/token",
    format: TokenRequestFormat::Json,
    needs_scope: false,
    probe: Probe::Get { path: None, expects: Expectation::Success },
    fresh_refusal: FreshRefusal::NotAllowed,
    shown_claims: &["scopes", "partner_id", "user_id", "is_test", "aud", "iat", "exp"],
};

/// Seed 004: the realm and the vehicles of SHARE NOW; another realm names its own two addresses.
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

    /// Whether an integration has an id of its own that the configuration has to name.
    pub fn needs_integration_id(&self) -> bool {
        matches!(self.fresh_refusal, FreshRefusal::IntegrationEnded(_))
    }
}
