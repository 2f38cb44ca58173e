//! Records in the audit log what refreshes of the index find.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use super::ours::untold;
use crate::domain::audit::{Crowd, Intent, ObservedIn};
use crate::domain::connection::Environment;
use crate::server::audit::AuditLog;
use crate::server::index::{NewFields, ObservedChange, Observer};

/// The most entries of one refresh of a connection. Above that, one entry counts them all.
const MOST_ENTRIES: usize = 1_000;

/// Records what is observed. The index tells it, and knows nothing of the log.
#[derive(Clone, Debug)]
pub struct Recorder {
    audit: AuditLog,
    /// The connections whose changes are recorded.
    environments: Arc<BTreeMap<String, Environment>>,
    /// Whether other replicas change something too.
    are_others: bool,
    /// The server does not end before what was observed is written.
    writes: TaskTracker,
    /// What was observed, and is not handed to the log yet.
    under_way: TaskTracker,
    /// Of which one after the other is.
    turn: Arc<Mutex<()>>,
}

impl Recorder {
    /// For this log and these connections. `are_others` is whether other replicas change something too.
    pub fn new(
        audit: AuditLog,
        environments: BTreeMap<String, Environment>,
        writes: TaskTracker,
        are_others: bool,
    ) -> Self {
        let (environments, under_way) = (Arc::new(environments), TaskTracker::new());
        Self { audit, environments, are_others, writes, under_way, turn: Arc::default() }
    }

    /// Has changes recorded, of each connection by itself.
    fn record(&self, changes: Vec<ObservedChange>) {
        let mut by_connection: BTreeMap<String, Refresh> = BTreeMap::new();
        for change in changes {
            let Some(entry) = self.observed_in(&change.connection).and_then(|here| entry(here, &change)) else {
                continue;
            };
            by_connection.entry(change.connection).or_default().add(entry);
        }
        let entries = by_connection.into_iter().filter_map(|(connection, refresh)| {
            let here = self.observed_in(&connection)?;
            Some(refresh.into_entries(here))
        });
        self.keep(entries.flatten().collect());
    }

    /// The connection of this name, if it is one of ours.
    fn observed_in<'a>(&self, connection: &'a str) -> Option<ObservedIn<'a>> {
        let environment = self.environments.get(connection).copied();
        if environment.is_none() {
            tracing::warn!(connection, "a change was observed on a connection that is not known");
        }
        Some(ObservedIn { connection, environment: environment? })
    }

    /// Hands entries to the log, and has them written without anybody waiting.
    fn keep(&self, entries: Vec<Intent>) {
        if entries.is_empty() {
            return;
        }
        self.audit.keep_observed(entries);
        let audit = self.audit.clone();
        self.writes.spawn(async move {
            if let Err(error) = audit.write_observed().await {
                tracing::error!(error = &error as &dyn std::error::Error, "observed changes are not recorded yet");
            }
        });
    }
}

impl Observer for Recorder {
    fn observed(&self, changes: Vec<ObservedChange>) {
        let recorder = self.clone();
        self.writes.spawn(self.under_way.track_future(async move {
            // What is found later of the same object is written later.
            let _turn = recorder.turn.lock().await;
            let is_looked_for = changes.len() <= MOST_ENTRIES;
            let untold =
                if is_looked_for { untold(&recorder.audit, changes, recorder.are_others).await } else { changes };
            recorder.record(untold);
        }));
    }

    fn new_fields(&self, fields: NewFields) {
        if let Some(here) = self.observed_in(&fields.connection).filter(|_| !fields.names.is_empty()) {
            self.keep(vec![here.new_fields(fields.kind, &fields.names)]);
        }
    }

    fn is_all_recorded(&self) -> bool {
        self.under_way.is_empty() && self.audit.observed_waiting() == 0
    }
}

fn entry(here: ObservedIn<'_>, change: &ObservedChange) -> Option<Intent> {
    let object = (change.kind, change.object_id.as_str(), change.name.as_str());
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    here.object(object, change.organisation_id.as_deref(), before, after, change.last_seen)
}

/// What one refresh of a connection found: an entry for each object, or, once they are too many, one for all.
#[derive(Debug)]
enum Refresh {
    Single(Vec<Intent>),
    Many(Crowd),
}

impl Default for Refresh {
    fn default() -> Self {
        Self::Single(Vec::new())
    }
}

impl Refresh {
    fn add(&mut self, entry: Intent) {
        match self {
            Self::Single(entries) if entries.len() < MOST_ENTRIES => entries.push(entry),
            Self::Single(entries) => {
                let mut crowd = Crowd::default();
                entries.iter().chain([&entry]).for_each(|entry| crowd.add(entry));
                *self = Self::Many(crowd);
            }
            Self::Many(crowd) => crowd.add(&entry),
        }
    }

    fn into_entries(self, here: ObservedIn<'_>) -> Vec<Intent> {
        match self {
            Self::Single(entries) => entries,
            Self::Many(crowd) => crowd.into_entry(here).into_iter().collect(),
        }
    }
}
