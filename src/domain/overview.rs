//! What the overview shows: the health of every connection, and the counts of those of `OneID`.

use serde::{Deserialize, Serialize};

use super::audit::Entries;
use super::backup::BackupState;
use super::facet::{Facet, PRODUCTION};
use super::failure::PartnerFailure;
use super::object_query::ObjectQuery;
use super::observed::OpenChanges;
use super::staleness::Staleness;
use super::unknown_creation::WaitingCreation;

/// What the overview says of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionOverview {
    /// The connection's name.
    pub connection: String,
    /// What could be found out in the time that a page waits.
    pub organisations: OverviewCounts,
    /// What was changed elsewhere, and nobody has answered yet.
    pub observed: OpenChanges,
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
    /// How many organisations there are in all.
    pub all: u32,
    /// How many have production access.
    pub production: u32,
    /// How many are disabled.
    pub disabled: u32,
    /// Clients, when they are known already.
    pub clients: Option<u32>,
    /// What concerns live users and breaks a readiness rule that is an error.
    pub errors: ReadinessErrors,
}

/// How many objects in production break a readiness rule that is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessErrors {
    /// Organisations with production access.
    pub organisations: u32,
    /// Production clients, of those that were read.
    pub clients: u32,
}

/// The list of what [`ReadinessErrors`] counts.
pub fn errors_in_production() -> ObjectQuery {
    ObjectQuery::default().with(Facet::Production, false, PRODUCTION[0]).with(Facet::Readiness, false, "error")
}

/// How many connections there are, and how many of them are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// All connections of the configuration.
    pub all: u32,
    /// Those whose last check passed.
    pub working: u32,
    /// Those that fail or have expired.
    pub failing: u32,
    /// Those that have not answered yet.
    pub waiting: u32,
}

impl Health {
    /// The counts in a sentence. Failures come before missing responses, and those before good news.
    pub fn sentence(self) -> String {
        let Self { all, working, failing, waiting } = self;
        match (failing, waiting) {
            (0, 0) if working == all && all == 1 => "Operational (1 connection).".to_owned(),
            (0, 0) if working == all => format!("All systems operational ({all} connections)."),
            (0, 0) => {
                format!(
                    "{working} of {all} connections are operational. The rest are not checked yet or not configured."
                )
            }
            (0, 1) => format!("1 of {all} connections has not responded yet."),
            (0, _) => format!("{waiting} of {all} connections have not responded yet."),
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
    /// The health of all connections of the configuration, of every kind.
    pub health: Health,
    /// The last changes, for those who may read the audit log.
    pub history: Option<Entries>,
    /// How many changes have an unknown outcome; 0 for people who cannot view the audit log.
    pub unknown: u64,
    /// The creations among them that wait for a decision of the person.
    pub waiting: Vec<WaitingCreation>,
    /// How the scheduled backups are going, where there are any, for those who may read the audit log.
    pub backup: Option<BackupState>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(all: u32, working: u32, failing: u32, waiting: u32) -> String {
        Health { all, working, failing, waiting }.sentence()
    }

    #[test]
    fn the_sentence_counts_all_connections_and_names_the_worst_first() {
        assert_eq!(sentence(7, 7, 0, 0), "All systems operational (7 connections).");
        assert_eq!(sentence(1, 1, 0, 0), "Operational (1 connection).");
        assert_eq!(sentence(7, 4, 2, 1), "2 of 7 connections need attention.");
        assert_eq!(sentence(7, 6, 1, 0), "1 of 7 connections needs attention.");
        assert_eq!(sentence(7, 6, 0, 1), "1 of 7 connections has not responded yet.");
        assert_eq!(sentence(7, 5, 0, 2), "2 of 7 connections have not responded yet.");
        assert_eq!(
            sentence(7, 2, 0, 0),
            "2 of 7 connections are operational. The rest are not checked yet or not configured.",
            "a connection that has not been checked does not count as operational"
        );
    }
}
