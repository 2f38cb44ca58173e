//! What the overview says: how every connection is, and how many organisations those of `OneID` have.

use serde::{Deserialize, Serialize};

use super::audit::AuditEntry;
use super::failure::PartnerFailure;
use super::page::Page;
use super::staleness::Staleness;

/// What the overview says of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionOverview {
    /// The connection's name.
    pub connection: String,
    /// What could be found out in the time that a page waits.
    pub organisations: OverviewCounts,
}

/// What can be said of the organisations of a connection at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OverviewCounts {
    /// How many there are, with their age when they are older than they should be.
    Known(OrganisationCounts, Option<Staleness>),
    /// The partner failed, and nothing older is known.
    Failed(PartnerFailure),
    /// The partner has not answered yet, and nothing older is known.
    Waiting,
}

impl OverviewCounts {
    /// Whether the partner failed.
    pub fn is_failing(&self) -> bool {
        match self {
            Self::Known(_, stale) => stale.as_ref().is_some_and(|stale| stale.failure.is_some()),
            Self::Failed(_) => true,
            Self::Waiting => false,
        }
    }

    /// Whether the partner has not answered yet.
    pub fn is_waiting(&self) -> bool {
        match self {
            Self::Known(_, stale) => stale.as_ref().is_some_and(|stale| stale.failure.is_none()),
            Self::Failed(_) => false,
            Self::Waiting => true,
        }
    }
}

/// Numbers for the overview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationCounts {
    /// All organisations.
    pub all: u32,
    /// With production access.
    pub production: u32,
    /// Switched off.
    pub disabled: u32,
    /// Clients, when they are known already.
    pub clients: Option<u32>,
}

/// How many connections there are, and how they are as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// All connections of the configuration.
    pub all: u32,
    /// Those that were seen to work.
    pub working: u32,
    /// Those that fail or have expired.
    pub failing: u32,
    /// Those that have not answered yet.
    pub waiting: u32,
}

impl Health {
    /// All of it in a sentence; what needs an eye comes first.
    pub fn sentence(self) -> String {
        let Self { all, working, failing, waiting } = self;
        match (failing, waiting) {
            (0, 0) if working == all && all == 1 => "The connection works.".to_owned(),
            (0, 0) if working == all => format!("All {all} connections work."),
            (0, 0) => {
                format!("{working} of {all} connections work; the others are not checked yet, or not configured.")
            }
            (0, 1) => format!("1 of {all} connections has not answered yet."),
            (0, _) => format!("{waiting} of {all} connections have not answered yet."),
            (1, _) => format!("1 of {all} connections needs attention."),
            _ => format!("{failing} of {all} connections need attention."),
        }
    }
}

/// The overview: every connection, and the last changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Each OneID connection, in the order of the configuration.
    pub connections: Vec<ConnectionOverview>,
    /// How all connections of the configuration are, of whatever kind.
    pub health: Health,
    /// The last changes, for those who may read the audit log.
    pub history: Option<Page<AuditEntry>>,
    /// How many changes there are of which nobody knows whether they were made; 0 for those who may not read the log.
    pub unknown: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(all: u32, working: u32, failing: u32, waiting: u32) -> String {
        Health { all, working, failing, waiting }.sentence()
    }

    #[test]
    fn the_sentence_counts_all_connections_and_names_the_worst_first() {
        assert_eq!(sentence(7, 7, 0, 0), "All 7 connections work.");
        assert_eq!(sentence(1, 1, 0, 0), "The connection works.");
        assert_eq!(sentence(7, 4, 2, 1), "2 of 7 connections need attention.");
        assert_eq!(sentence(7, 6, 1, 0), "1 of 7 connections needs attention.");
        assert_eq!(sentence(7, 6, 0, 1), "1 of 7 connections has not answered yet.");
        assert_eq!(sentence(7, 5, 0, 2), "2 of 7 connections have not answered yet.");
        assert_eq!(
            sentence(7, 2, 0, 0),
            "2 of 7 connections work; the others are not checked yet, or not configured.",
            "what nobody has looked at is not called well"
        );
    }
}
