//! The table of emulated systems: what each is called, how its tokens work, who answers for it.

use std::{fmt, sync::Arc};

use axum::Router;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SandboxOptions, bookings, issuer::Dialect, oneconnect, oneid, oneio, share_now};

/// One emulated system; its JSON form is the first segment of its paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum System {
    /// The OneID Partner API, sandbox environment.
    OneIdSandbox,
    /// The OneID Partner API, production environment.
    OneIdProduction,
    /// OneConnect by Shine.
    OneConnect,
    /// The ONEiO REST receiver, QA.
    OneIoQa,
    /// The ONEiO REST receiver, PROD.
    OneIoProd,
    /// The partner platform with a JSON token endpoint.
    Bookings,
    /// SHARE NOW.
    ShareNow,
}

impl System {
    /// Every system, in the order of the description.
    pub const ALL: [Self; 7] = [
        Self::OneIdSandbox,
        Self::OneIdProduction,
        Self::OneConnect,
        Self::OneIoQa,
        Self::OneIoProd,
        Self::Bookings,
        Self::ShareNow,
    ];

    /// The name in faults and in the journal, and the first segment of the system's paths.
    pub fn as_str(self) -> &'static str {
        self.row().prefix
    }

    /// The system whose paths start with `segment`.
    pub(crate) fn from_segment(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.as_str() == segment)
    }

    pub(crate) fn row(self) -> &'static Row {
        match self {
            Self::OneIdSandbox => &oneid::SANDBOX,
            Self::OneIdProduction => &oneid::PRODUCTION,
            Self::OneConnect => &oneconnect::ROW,
            Self::OneIoQa => &oneio::QA,
            Self::OneIoProd => &oneio::PROD,
            Self::Bookings => &bookings::ROW,
            Self::ShareNow => &share_now::ROW,
        }
    }
}

impl From<System> for &'static str {
    fn from(system: System) -> Self {
        system.as_str()
    }
}

impl TryFrom<String> for System {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::from_segment(&name).ok_or_else(|| format!("no system is called {name:?}"))
    }
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// All that distinguishes one system from the next.
pub(crate) struct Row {
    /// First segment of its paths.
    pub(crate) prefix: &'static str,
    /// Name of the connection that the description proposes.
    pub(crate) connection: &'static str,
    /// `kind` of that connection.
    pub(crate) kind: &'static str,
    /// `environment` of that connection.
    pub(crate) environment: &'static str,
    /// The integration that the partner's credentials belong to, where the system has such a thing.
    pub(crate) integration_id: Option<&'static str>,
    /// A path that answers a GET when all is well.
    pub(crate) probe: Option<&'static str>,
    /// Whether the partner's clients have an OpenID provider here.
    pub(crate) has_journeys: bool,
    /// The partner's client id.
    pub(crate) client_id: &'static str,
    /// How its token endpoint speaks.
    pub(crate) dialect: Dialect,
    /// Makes what answers behind the bearer check.
    pub(crate) build: fn(&SandboxOptions) -> Arc<dyn Emulator>,
}

/// What answers for a system once the bearer token has been accepted.
pub(crate) trait Emulator: Send + Sync {
    /// The resources, by path under the system's prefix.
    fn routes(self: Arc<Self>) -> Router;

    /// What is reached without the partner's token: that of somebody else guards it, or none.
    fn open_routes(self: Arc<Self>) -> Router {
        Router::new()
    }

    /// Puts the data back as it was at the start.
    fn reset(&self) {}

    /// The messages that the system has accepted, oldest first.
    fn messages(&self) -> Vec<Value> {
        Vec::new()
    }
}
