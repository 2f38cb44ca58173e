//! What lists judge objects by: the catalogue of the configuration, and what the audit log alone knows of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::catalogue::Catalogue;
use crate::domain::change::FieldChange;
use crate::domain::object::ObjectKind;
use crate::domain::readiness::{BrokenRules, turns_production_on_alone};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::{Connection, Connections};

/// How often the log is asked what is silenced, and which production clients nothing was changed of: what others changed, and
/// outcomes that are found out later, come to it without a save, and what could not be read before can be.
const INTERVAL: Duration = Duration::from_mins(1);

/// Makes the lists of a connection judge by this catalogue, and by what is in the log now.
pub async fn begin_judging(connection: &Connection, audit: &AuditLog, catalogue: &Arc<Catalogue>) {
    connection.index.judge_by(|judging| judging.catalogue = Arc::clone(catalogue));
    judge_silenced(connection, audit).await;
    judge_unchanged(connection, audit).await;
}

/// Asks the log again and again, for all connections that there are by then.
pub async fn keep_judging(connections: watch::Receiver<Connections>, audit: AuditLog) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let connections = connections.borrow().clone();
        for connection in connections.in_order() {
            judge_silenced(connection, &audit).await;
            judge_unchanged(connection, &audit).await;
        }
    }
}

/// Makes the lists of a connection leave out what is silenced now. What cannot be read is logged, and stays as it was.
pub(super) async fn judge_silenced(connection: &Connection, audit: &AuditLog) {
    let name = &connection.summary.name;
    match audit.silenced_rules(name, None).await {
        Ok(rules) => {
            let mut silenced: HashMap<(ObjectKind, String), BrokenRules> = HashMap::new();
            for rule in rules {
                let known = silenced.entry((rule.kind, rule.object_id)).or_default();
                *known = known.and(BrokenRules::with_code(&rule.rule));
            }
            if silenced != *connection.index.judging().silenced {
                connection.index.judge_by(|judging| judging.silenced = Arc::new(silenced));
            }
        }
        Err(error) => not_read(name, &error, "the silenced rules"),
    }
}

/// Makes the lists of a connection have the production clients of which nothing was changed, as the log says now. What cannot
/// be read is logged, and stays as it was.
pub async fn judge_unchanged(connection: &Connection, audit: &AuditLog) {
    let name = &connection.summary.name;
    match audit.unchanged_since_sandbox(name, None).await {
        Ok(ids) => {
            let unchanged: HashSet<String> = ids.into_iter().collect();
            if unchanged != *connection.index.judging().unchanged_since_sandbox {
                connection.index.judge_by(|judging| judging.unchanged_since_sandbox = Arc::new(unchanged));
            }
        }
        Err(error) => not_read(name, &error, "the production clients that were not changed"),
    }
}

/// The same of one client that was saved here, before its change is taken in, so that lists have it with the next page.
pub(super) async fn judge_saved(connection: &Connection, audit: &AuditLog, kind: ObjectKind, id: &str) {
    if kind == ObjectKind::OAuthClient {
        match audit.unchanged_since_sandbox(&connection.summary.name, Some(id)).await {
            Ok(ids) => connection.index.is_unchanged_since_sandbox(id, !ids.is_empty()),
            Err(error) => not_read(&connection.summary.name, &error, "whether a client was changed"),
        }
    }
}

/// Whether turning production on was the last that was done to a client, by the log and by changes that are about to be
/// made. A log that cannot be read says nothing.
pub(super) async fn is_unchanged(audit: &AuditLog, connection: &str, id: &str, changes: &[FieldChange]) -> bool {
    if let Some(is_alone) = turns_production_on_alone(changes) {
        return is_alone;
    }
    audit.unchanged_since_sandbox(connection, Some(id)).await.is_ok_and(|ids| !ids.is_empty())
}

fn not_read(connection: &str, error: &AuditError, what: &str) {
    tracing::error!(
        connection,
        error = error as &dyn std::error::Error,
        "{what} cannot be read: lists stay as they were"
    );
}
