//! What lists judge objects by: the catalogue of the configuration, and what the audit log alone knows of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::audit_log::filter_of;
use crate::domain::audit::{Action, AuditEntry, Outcome, Place, Sighting};
use crate::domain::catalogue::Catalogue;
use crate::domain::change::FieldChange;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::readiness::{BrokenRules, is_unchanged_since_sandbox};
use crate::server::audit::{AuditError, AuditLog};
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Connections, Judging};

/// How often it is looked whether the log says something else of production clients: what others changed, and outcomes that
/// are found out later, come to it without a save.
const INTERVAL: Duration = Duration::from_mins(1);
/// How many entries about a client are looked at. The last that changes something of note is among the first.
const ENTRIES: u32 = 50;

/// Makes the lists of a connection judge by what is in the log now. What cannot be read is logged, and stays as it was.
pub async fn judge_anew(connection: &Connection, audit: &AuditLog, catalogue: &Arc<Catalogue>) {
    match judging(connection, audit, catalogue).await {
        Ok(judging) => connection.index.judge_by(judging),
        Err(error) => {
            let connection = &connection.summary.name;
            tracing::error!(connection, error = &error as &dyn std::error::Error, "silenced rules cannot be read");
        }
    }
}

/// The same for all connections, again and again, wherever the log says something else of production clients.
pub async fn keep_judging(connections: Connections, audit: AuditLog, catalogue: Arc<Catalogue>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        judge_where_it_differs(&connections, &audit, &catalogue).await;
    }
}

/// One round of [`keep_judging`].
pub async fn judge_where_it_differs(connections: &Connections, audit: &AuditLog, catalogue: &Arc<Catalogue>) {
    for connection in connections.in_order() {
        match unchanged_clients(audit, &connection.summary.name).await {
            Ok(unchanged) if unchanged == *connection.index.judging().unchanged_since_sandbox => {}
            Ok(_) => judge_anew(connection, audit, catalogue).await,
            Err(error) => {
                let connection = &connection.summary.name;
                tracing::error!(connection, error = &error as &dyn std::error::Error, "production clients not judged");
            }
        }
    }
}

/// The same after a client was saved here, so that lists have it with the next page.
pub(super) async fn judge_saved(
    context: &RequestContext,
    connection: &Connection,
    kind: ObjectKind,
    id: &str,
    now: &FieldValues,
) {
    if kind != ObjectKind::OAuthClient {
        return;
    }
    let was_unchanged = connection.index.judging().unchanged_since_sandbox.contains(id);
    let is_production = now.is_production(kind);
    let is_unchanged = is_production && is_unchanged(&context.audit, &connection.summary.name, id, &[]).await;
    if was_unchanged != is_unchanged {
        judge_anew(connection, &context.audit, &context.catalogue).await;
    }
}

/// Whether turning production on was the last that was done to a client, by the log and by changes that are about to be
/// made. A log that cannot be read says nothing.
pub(super) async fn is_unchanged(audit: &AuditLog, connection: &str, id: &str, changes: &[FieldChange]) -> bool {
    let entries = entries_about(audit, connection, id).await.unwrap_or_default();
    says_unchanged(&entries, changes)
}

fn says_unchanged(entries: &[AuditEntry], changes: &[FieldChange]) -> bool {
    let made = entries.iter().filter(|entry| was_made(entry)).map(|entry| entry.intent.changes.as_slice());
    is_unchanged_since_sandbox(std::iter::once(changes).chain(made))
}

async fn judging(connection: &Connection, audit: &AuditLog, catalogue: &Arc<Catalogue>) -> Result<Judging, AuditError> {
    let name = &connection.summary.name;
    let mut silenced: HashMap<(ObjectKind, String), BrokenRules> = HashMap::new();
    for rule in audit.silenced_rules(name, None).await? {
        let known = silenced.entry((rule.kind, rule.object_id)).or_default();
        *known = known.and(BrokenRules::with_code(&rule.rule));
    }
    let unchanged_since_sandbox = Arc::new(unchanged_clients(audit, name).await?);
    Ok(Judging { catalogue: Arc::clone(catalogue), silenced: Arc::new(silenced), unchanged_since_sandbox })
}

/// The clients of a connection of which the log says that nothing was changed since they were sandbox clients.
async fn unchanged_clients(audit: &AuditLog, connection: &str) -> Result<HashSet<String>, AuditError> {
    let mut unchanged = HashSet::new();
    for id in audit.clients_by_production(connection).await? {
        if says_unchanged(&entries_about(audit, connection, &id).await?, &[]) {
            unchanged.insert(id);
        }
    }
    Ok(unchanged)
}

async fn entries_about(audit: &AuditLog, connection: &str, id: &str) -> Result<Vec<AuditEntry>, AuditError> {
    let filter = filter_of(connection, ObjectKind::OAuthClient, id);
    Ok(audit.list(&filter, Place::Newest, ENTRIES).await?.items)
}

/// Whether an entry tells a change that the object has.
fn was_made(entry: &AuditEntry) -> bool {
    let sighting = entry.intent.observation.as_ref().map(|seen| &seen.sighting);
    match entry.intent.action {
        Action::Create | Action::Update => entry.outcome() == Outcome::Applied,
        Action::Observed => matches!(sighting, Some(Sighting::Changed | Sighting::Added)),
        _ => false,
    }
}
