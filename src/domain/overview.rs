//! What the overview shows: the health of every connection, and the counts of those of `OneID`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::attention::Attention;
use super::audit::Entries;
use super::backup::BackupState;
use super::check::ConnectionState;
use super::facet::{Facet, PRODUCTION, STATE};
use super::failure::PartnerFailure;
use super::object_query::ObjectQuery;
use super::observed::OpenChanges;
use super::staleness::Staleness;

/// What the overview says of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionOverview {
    /// The connection's name.
    pub connection: String,
    /// What its last check found, when there was one.
    pub health: Option<ConnectionHealth>,
    /// What could be found out in the time that a page waits.
    pub counts: OverviewCounts,
    /// What breaks rules where live users are concerned, of what was read.
    pub live: LiveTroubles,
    /// What was changed elsewhere, and nobody has answered yet.
    pub observed: OpenChanges,
}

/// How many objects that concern live users break readiness rules that are errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveTroubles {
    /// Organisations with production access.
    pub organisations: u32,
    /// Production clients.
    pub clients: u32,
    /// Enabled production clients below a disabled organisation, which are among `clients`.
    pub below_disabled: u32,
}

/// What can be said of the objects of a connection at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OverviewCounts {
    /// How many there are, with their age when they are older than they should be.
    Known(ObjectCounts, Option<Staleness>),
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

/// What the last checks of a connection found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionHealth {
    /// How it is; "Healthy" when it works.
    pub state: ConnectionState,
    /// The answer of the last check in short, such as "200 in 61 ms".
    pub answer: String,
    /// The 95th percentile of the last checks, in milliseconds.
    pub p95_ms: Option<u32>,
    /// When the last check ended.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// How many objects of a connection there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCounts {
    /// Organisations.
    pub organisations: KindCounts,
    /// Clients, when all of them are known already.
    pub clients: Option<KindCounts>,
}

/// How many objects of a kind there are, and how many of them are in each list of [`Counted`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCounts([u32; Counted::ALL.len()]);

impl KindCounts {
    /// Counts each list.
    pub fn of(count: impl FnMut(Counted) -> u32) -> Self {
        Self(Counted::ALL.map(count))
    }

    /// How many objects are in a list.
    pub const fn of_list(self, list: Counted) -> u32 {
        self.0[list as usize]
    }
}

/// A list whose objects the overview counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// All objects.
    All,
    /// Production clients, and organisations with production access.
    Production,
    /// Those that were switched off.
    Disabled,
    /// Those that break a readiness rule that is an error.
    Errors,
    /// Those that break a readiness rule that is a warning.
    Warnings,
}

impl Counted {
    /// Every list, in the order of the page.
    pub const ALL: [Self; 5] = [Self::All, Self::Production, Self::Disabled, Self::Errors, Self::Warnings];

    /// The label of its row.
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Production => "Production",
            Self::Disabled => "Disabled",
            Self::Errors => "With errors",
            Self::Warnings => "With warnings",
        }
    }

    /// What the list is asked for.
    pub fn query(self) -> ObjectQuery {
        let with = |facet, value| ObjectQuery::default().with(facet, false, value);
        match self {
            Self::All => ObjectQuery::default(),
            Self::Production => with(Facet::Production, PRODUCTION[0]),
            Self::Disabled => with(Facet::State, STATE[1]),
            Self::Errors => with(Facet::Readiness, "error"),
            Self::Warnings => with(Facet::Readiness, "warning"),
        }
    }
}

/// The list of what concerns live users and breaks a readiness rule that is an error.
pub fn errors_in_production() -> ObjectQuery {
    ObjectQuery::default().with(Facet::Production, false, PRODUCTION[0]).with(Facet::Readiness, false, "error")
}

/// The list of enabled production clients below a disabled organisation.
pub fn live_below_disabled() -> ObjectQuery {
    let query = ObjectQuery::default().with(Facet::Production, false, PRODUCTION[0]);
    query.with(Facet::State, false, STATE[0]).with(Facet::Readiness, false, "disabled_above")
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
            (1, _) => format!("1 of {all} connections is not working."),
            _ => format!("{failing} of {all} connections are not working."),
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
    /// What needs the person, the worst first.
    pub attention: Vec<Attention>,
    /// The last changes, for those who may read the audit log.
    pub history: Option<Entries>,
    /// Whether nothing has been changed yet, by anybody, and the person may change something.
    pub is_untouched: bool,
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
        assert_eq!(sentence(7, 4, 2, 1), "2 of 7 connections are not working.");
        assert_eq!(sentence(7, 6, 1, 0), "1 of 7 connections is not working.");
        assert_eq!(sentence(7, 6, 0, 1), "1 of 7 connections has not responded yet.");
        assert_eq!(sentence(7, 5, 0, 2), "2 of 7 connections have not responded yet.");
        assert_eq!(
            sentence(7, 2, 0, 0),
            "2 of 7 connections are operational. The rest are not checked yet or not configured.",
            "a connection that has not been checked does not count as operational"
        );
    }
}
