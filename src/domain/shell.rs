//! What every page needs before it loads data: the visitor, the navigation, and messages of the last action.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::connection::ConnectionSummary;
use super::principal::{Permission, Principal};
use super::time_display::TimeDisplay;

/// What the frame of a page shows: the visitor, the navigation, and messages of the last action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    /// The signed-in person.
    pub principal: Principal,
    /// The connections for the navigation.
    pub connections: Vec<ConnectionSummary>,
    /// How many connections fail or have expired, for the navigation.
    pub failing_connections: u32,
    /// Messages of the last action, shown once.
    pub flashes: Vec<Flash>,
    /// Whether this is the demo.
    pub is_demo: bool,
    /// Whether single keys such as `/` do something.
    pub has_single_keys: bool,
    /// Whether people sign in through this dashboard, rather than in front of it.
    pub signs_in_here: bool,
    /// Where people find help: an `https` or a `mailto` URL.
    pub support_url: String,
    /// How the address of each page begins: scheme, host and port.
    pub origin: String,
    /// How the person wants times written.
    pub times: TimeDisplay,
    /// The time at which the page is rendered.
    pub now: OffsetDateTime,
    /// This product's id for the request.
    pub request_id: String,
    /// The path and query of the page, for "Try again".
    pub here: String,
    /// The prefix of the URLs of scripts and styles: it contains their version, so that
    /// browsers can cache them for a year.
    pub assets: String,
    /// Allows the one script of the page (Content Security Policy).
    pub nonce: String,
}

/// The name under which a browser keeps `off` when single keys are switched off.
pub const SINGLE_KEYS: &str = "single-keys";

/// The name of the header of what an open page asks for by itself, without the person: no use of their session. Its value is
/// [`IN_BACKGROUND`].
pub const BACKGROUND_REQUEST: &str = "background-request";

/// Says yes in such a header (RFC 8941 §3.3.6).
pub const IN_BACKGROUND: &str = "?1";

impl Shell {
    /// A connection by its name.
    pub fn connection(&self, name: &str) -> Option<&ConnectionSummary> {
        self.connections.iter().find(|connection| connection.name == name)
    }

    /// Why the person may not do something anywhere; `None` when there is a place where they may.
    pub fn refusal(&self, permission: Permission) -> Option<&'static str> {
        (!self.principal.may_somewhere(permission)).then(|| permission.reason())
    }

    /// Why the person may not do something that has no place in the tree; `None` when they may.
    pub fn refusal_everywhere(&self, permission: Permission) -> Option<&'static str> {
        if !self.principal.may_somewhere(permission) {
            return Some(permission.reason());
        }
        (!self.principal.may_everywhere(permission)).then_some("Your role is limited to some organisations.")
    }
}

/// A message that is shown once, on the page after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Whether the action succeeded.
    pub tone: Tone,
    /// One or two sentences, in which RFC 3339 timestamps are shown as dates.
    pub message: String,
}

/// The kind of a message, which decides its colour, icon and ARIA role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The action succeeded.
    Good,
    /// The action succeeded in part, or its outcome is unknown.
    Warning,
    /// The action failed.
    Bad,
}

impl Tone {
    /// The stable name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// The inverse of [`Tone::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Good, Self::Warning, Self::Bad].into_iter().find(|tone| tone.code() == code)
    }
}
