//! What needs somebody: the rows at the top of the overview.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::check::{Check, ConnectionCard, ConnectionState};
use super::connection::ConnectionSummary;
use super::failure::PartnerFailure;
use super::object::ObjectKind;
use super::review::DraftSummary;
use super::shell::Tone;
use super::unknown_creation::WaitingCreation;

/// One thing that needs somebody. Each has a remedy and a page where it is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attention {
    /// The audit log does not take what happened.
    LogBehind {
        /// How many outcomes wait to be written.
        outcomes: u64,
        /// How many saves were not sent because they could not be recorded, and wait to be.
        saves: u64,
    },
    /// A connection fails, has expired, is not configured, or will not work for long.
    Connection(Box<ConnectionTrouble>),
    /// A connection whose last check passed, or that was not checked yet, did not answer the read of a page.
    Unreadable {
        /// The connection's name.
        connection: String,
        /// Why its lists could not be read.
        failure: PartnerFailure,
    },
    /// A creation whose response was lost waits for a decision of the person.
    Creation(WaitingCreation),
    /// Changes have no known outcome.
    Unknown {
        /// How many, without the creations that wait for the person.
        changes: u64,
    },
    /// Objects that concern live users break readiness rules.
    Readiness {
        /// The connection's name.
        connection: String,
        /// Their kind.
        kind: ObjectKind,
        /// How many.
        objects: u32,
    },
    /// Enabled production clients hang below a disabled organisation.
    BelowDisabled {
        /// The connection's name.
        connection: String,
        /// How many.
        clients: u32,
    },
    /// Changes were made outside of this dashboard, and nobody has answered yet.
    Observed {
        /// The connection's name.
        connection: String,
        /// How many.
        changes: u64,
    },
    /// The last scheduled backup failed.
    Backup {
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        failed_at: OffsetDateTime,
    },
    /// Something that the person typed was not sent.
    Drafts {
        /// How many there are.
        drafts: u64,
        /// The newest.
        newest: DraftSummary,
    },
}

/// A connection that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTrouble {
    /// The name in addresses.
    pub name: String,
    /// The connection for people.
    pub title: String,
    /// How it is.
    pub state: ConnectionState,
    /// The same in words, such as "Secret expires in 9 days".
    pub label: String,
    /// When that was found first.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// What the last check found, what to do, and the partner's request ID.
    pub check: Check,
}

impl ConnectionTrouble {
    /// What a connection says of itself; `None` when it works, or has not been checked.
    pub fn of(card: ConnectionCard, title: &ConnectionSummary, now: OffsetDateTime) -> Option<Self> {
        let label = card.state_label(now);
        if !card.needs_attention() {
            return None;
        }
        let ConnectionCard { name, state, since, mut checks, .. } = card;
        Some(Self { name, title: title.title(), state: state?, label, since, check: checks.pop()? })
    }
}

impl Attention {
    /// Its place in the list, the worst first: what may lose a record, what stops users now, what nobody knows, what
    /// should not stay so, and what only the person waits for.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::LogBehind { .. } => 0,
            Self::Connection(trouble) => match trouble.state {
                ConnectionState::Failing => 1,
                ConnectionState::Expired => 2,
                ConnectionState::NotConfigured => 3,
                ConnectionState::Works | ConnectionState::Expiring => 10,
            },
            Self::Unreadable { .. } => 4,
            Self::Creation(_) => 5,
            Self::Unknown { .. } => 6,
            Self::BelowDisabled { .. } => 7,
            Self::Readiness { .. } => 8,
            Self::Observed { .. } => 9,
            Self::Backup { .. } => 11,
            Self::Drafts { .. } => 12,
        }
    }

    /// How bad it is; `None` for what is no trouble.
    pub const fn tone(&self) -> Option<Tone> {
        match self {
            Self::LogBehind { .. } | Self::Unreadable { .. } | Self::BelowDisabled { .. } | Self::Readiness { .. } => {
                Some(Tone::Bad)
            }
            Self::Connection(trouble) => match trouble.state {
                ConnectionState::Failing | ConnectionState::Expired => Some(Tone::Bad),
                _ => Some(Tone::Warning),
            },
            Self::Creation(_) | Self::Unknown { .. } | Self::Observed { .. } | Self::Backup { .. } => {
                Some(Tone::Warning)
            }
            Self::Drafts { .. } => None,
        }
    }
}

/// The rows, the worst first. Those of the same kind stay in their order.
pub fn in_order(mut rows: Vec<Attention>) -> Vec<Attention> {
    rows.sort_by_key(Attention::rank);
    rows
}
