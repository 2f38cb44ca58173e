//! The health of a connection: its state, its checks and its token.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::check_days::DayOfChecks;
use super::connection::{ConnectionKind, Environment};

/// The health of a connection. The names are those of `partner-dashboard check --json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Token and probe are as they should be.
    Works,
    /// It works, and will stop soon: the token could not be renewed, or the secret's end is less than 14 days away.
    Expiring,
    /// The integration or the secret has ended.
    Expired,
    /// The token or the probe failed.
    Failing,
    /// Something is missing in the configuration.
    NotConfigured,
}

impl ConnectionState {
    /// Every state, the best first.
    pub const ALL: [Self; 5] = [Self::Works, Self::Expiring, Self::Expired, Self::Failing, Self::NotConfigured];

    /// The label on pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Works => "Healthy",
            Self::Expiring => "Expiring",
            Self::Expired => "Expired",
            Self::Failing => "Failing",
            Self::NotConfigured => "Not configured",
        }
    }

    /// Whether it can be used now, for however long.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Works | Self::Expiring)
    }

    /// Whether someone has to act before it can be used.
    pub fn is_failing(self) -> bool {
        matches!(self, Self::Expired | Self::Failing)
    }

    /// The inverse of [`ConnectionState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The name in JSON, in metrics and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Failing => "failing",
            Self::NotConfigured => "not_configured",
        }
    }
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// When the check ended.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How the connection was.
    pub state: ConnectionState,
    /// What was found, in a sentence; never a secret.
    pub detail: String,
    /// What to do about it, when there is something to do.
    pub advice: Option<String>,
    /// The HTTP status of the last answer, token endpoint or probe.
    pub http_status: Option<u16>,
    /// The partner's `x-request-id`.
    pub request_id: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// Whether nothing was called: a token that is good was in memory, and there was nothing else to ask.
    #[serde(default)]
    pub is_from_memory: bool,
}

impl Check {
    /// A check at the beginning of 1970 that found nothing to say: for tests, and for the style guide.
    pub fn sample(state: ConnectionState, duration_ms: u32) -> Self {
        Self {
            at: OffsetDateTime::UNIX_EPOCH,
            state,
            detail: String::new(),
            advice: None,
            http_status: None,
            request_id: None,
            duration_ms,
            is_from_memory: false,
        }
    }
}

/// The token that a connection holds, without the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLife {
    /// When it ends, on the wall clock.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// Its whole life, in seconds.
    pub lifetime_s: u32,
    /// What is left of it, in seconds.
    pub remaining_s: u32,
    /// The scopes that came with it.
    pub scopes: Vec<String>,
    /// Its claims, decoded for display only: name and value as JSON text.
    pub claims: Vec<(String, String)>,
}

/// One step from credentials to a working connection (the onboarding steps of seed 000).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosticStep {
    /// The heading, such as "Token".
    pub title: String,
    /// Whether it passed, failed or has not been reached.
    pub state: StepState,
    /// The result with advice, or what the step waits for.
    pub description: String,
}

/// How far a diagnostic step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// The step passed.
    Done,
    /// The step at which the last check failed.
    Failed,
    /// The last check did not get this far.
    Waiting,
}

/// A connection on the page of all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionCard {
    /// The name in URLs.
    pub name: String,
    /// The system that it leads to.
    pub kind: ConnectionKind,
    /// The environment of that system.
    pub environment: Environment,
    /// Whether the token says that it is for tests (`is_test`, seed 002).
    pub is_test: bool,
    /// How it is. `None` before the first check.
    pub state: Option<ConnectionState>,
    /// The probe as people read it: `GET /v1/health`; "Token only" where a probe would send data.
    pub probe: String,
    /// The token that it holds.
    pub token: Option<TokenLife>,
    /// When its state was found first; `None` before the first check.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// The last checks, the oldest first, at most 50.
    pub checks: Vec<Check>,
    /// The last check that found it working.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_success_at: Option<OffsetDateTime>,
    /// The last check that did not.
    pub last_error: Option<Check>,
    /// When the secret ends, if the configuration says so.
    pub client_secret_expires: Option<time::Date>,
    /// Whether the admin can send a test message (`oneio`).
    pub can_send_message: bool,
    /// When the next automatic check is due.
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_check_at: Option<OffsetDateTime>,
}

/// One connection with everything that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionDetail {
    /// What the list of connections shows of it.
    pub card: ConnectionCard,
    /// The days that had checks, the oldest first, at most 90.
    pub days: Vec<DayOfChecks>,
    /// From credentials to a working connection.
    pub steps: Vec<DiagnosticStep>,
    /// The address of the API, without anything secret.
    pub base_url: String,
    /// The address of the token endpoint.
    pub token_url: String,
    /// The OAuth client ID, which is no secret.
    pub client_id: String,
    /// The document that *Send test message* would send, as JSON text (`oneio`).
    pub test_message: Option<String>,
}
