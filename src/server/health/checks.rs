//! What is looked at for `/readyz`.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::timeout;

use super::Found;
use super::report::{HealthCheck, HealthReport, ServerState};
use crate::domain::audit::{AuditFilter, Place};
use crate::server::index::IndexStatus;
use crate::server::state::AppState;
use crate::server::storage::DatabaseSize;

/// How long a check may take. Probes give up after five seconds.
const PATIENCE: Duration = Duration::from_secs(2);
/// Less free room than this is too little: backups and the removal of old entries need some for a while.
const LEAST_FREE: u64 = 256 * 1024 * 1024;
/// A megabyte, as disks count.
const MEGABYTE: u64 = 1_000_000;

/// Looks at everything, at once.
pub async fn report(state: &AppState) -> HealthReport {
    let (size, log, outcomes) = tokio::join!(size(state), audit_log(state), outcomes(state));
    let free = size.as_ref().ok().and_then(|size| size.free);
    let mut checks = vec![
        HealthCheck::required("serving", serving(state)),
        HealthCheck::required("database", size.map(|size| room_taken(&size))),
        HealthCheck::required("audit_log", log),
        HealthCheck::required("audit_outcomes", outcomes),
        HealthCheck::informational("audit_waiting", waiting(state)),
    ];
    checks.extend(free.map(|free| HealthCheck::informational("disk", disk(free))));
    checks.extend(state.connections.in_order().map(|connection| {
        let check = HealthCheck::informational("index", index(&connection.index.status()));
        HealthCheck { connection: Some(connection.summary.name.clone()), ..check }
    }));
    let doing = if state.ending.is_cancelled() { ServerState::ShuttingDown } else { ServerState::Active };
    HealthReport::new(doing, checks)
}

fn serving(state: &AppState) -> Found {
    if state.ending.is_cancelled() {
        let detail = "Shutting down: requests and saves in progress are finished, and no new ones begin.";
        return Err((detail.to_owned(), "Wait until it has ended. Send requests elsewhere."));
    }
    Ok("Requests are answered.".to_owned())
}

async fn size(state: &AppState) -> Found<DatabaseSize> {
    let action = "Look at the log of the dashboard, and at the database server or the disk.";
    in_time(state.stores.size.size()).await.map_err(|why| (format!("The database cannot be used: {why}."), action))
}

fn room_taken(size: &DatabaseSize) -> String {
    let bytes: u64 = size.parts.iter().map(|(_, bytes)| bytes).sum();
    format!("The database answers. It takes {} MB.", bytes.div_ceil(MEGABYTE))
}

async fn audit_log(state: &AppState) -> Found {
    let everything = AuditFilter::default();
    match in_time(state.audit.list(&everything, Place::Newest, 1)).await {
        Ok(_) => Ok("The audit log can be read.".to_owned()),
        Err(why) => Err((
            format!("The audit log cannot be read: {why}. No change is sent to a partner without an entry in it."),
            "Bring the database back. If that is well, run partner-dashboard audit verify.",
        )),
    }
}

async fn outcomes(state: &AppState) -> Found {
    let action = "Make room on the disk, or bring the database back. They are written by themselves then. Do not end the \
                  server before: what it keeps in memory would be lost.";
    match timeout(PATIENCE, state.audit.unwritten()).await {
        Ok(0) => Ok("The outcome of every change is in the audit log.".to_owned()),
        Ok(count) => Err((
            format!("Outcomes of changes that are not in the audit log yet: {count}. No further change begins."),
            action,
        )),
        Err(_) => {
            Err(("Outcomes of changes are being written to the audit log, and that takes long.".to_owned(), action))
        }
    }
}

/// Saves that wait for the log because they could not be recorded, and events, which are written every few seconds anyway. Whoever
/// only reads can do so meanwhile.
fn waiting(state: &AppState) -> Found {
    let (records, saves) = (state.audit.observed_waiting(), state.audit.prevented_waiting());
    let detail = format!("Events that wait to be written to the audit log: {}.", records.saturating_sub(saves));
    if saves == 0 {
        return Ok(detail);
    }
    Err((
        format!(
            "{detail} Saves that could not be recorded, and were not sent: {saves}. While nothing can be added to the log, no save \
             is sent."
        ),
        "Make room on the disk, or bring the database back. They are recorded by themselves then.",
    ))
}

fn disk(free: u64) -> Found {
    let detail = format!("Free where the database is: {} MB.", free / MEGABYTE);
    if free < LEAST_FREE {
        return Err((detail, "Make room, or move the database to a larger disk."));
    }
    Ok(detail)
}

fn index(status: &IndexStatus) -> Found {
    let Some(age) = status.organisations_age else {
        return Err((
            "Nothing was read from this connection yet: its lists are empty until it is.".to_owned(),
            "Wait a minute. If it stays so, look at the page of the connection.",
        ));
    };
    let read = format!(
        "Organisations were read {} s ago; the clients of {} of {} organisations were read.",
        age.as_secs(),
        status.read,
        status.of
    );
    if status.pause.is_zero() {
        return Ok(read);
    }
    Err((
        format!("{read} The partner is away or asks to wait: nothing is read for {} s.", status.pause.as_secs()),
        "Wait. If it stays so, look at the page of the connection.",
    ))
}

/// What a question is answered with, or why it is not.
async fn in_time<T, E: Display>(question: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match timeout(PATIENCE, question).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("it did not answer within {} s", PATIENCE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_room_is_told_with_what_to_do() {
        assert!(disk(LEAST_FREE).is_ok());
        let (detail, action) = disk(LEAST_FREE - 1).unwrap_err();
        assert_eq!(detail, "Free where the database is: 268 MB.");
        assert!(action.starts_with("Make room"), "{action}");
    }
}
