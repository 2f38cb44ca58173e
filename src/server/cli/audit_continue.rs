//! `partner-dashboard audit continue`: the log of a PostgreSQL database that was put back goes on under the next name.

use std::path::Path;

use super::audit_inputs::with_copy;
use super::config::configuration;
use super::existing_log::{existing_key, existing_store};
use super::{Failure, say, with_causes};
use crate::server::backup::{ContinueTarget, Continued, RestoreError, next_history};
use crate::server::clock::{Clock, SystemClock};
use crate::server::storage::{Alone, RestoredDatabase};
use crate::server::telemetry;

/// Goes on with the log, and says how.
pub(super) async fn run(path: &Path, history: Option<u32>) -> Result<(), Failure> {
    telemetry::start("error", false);
    let config = configuration(path)?;
    if !config.database.is_postgres() {
        let what = "the log of an SQLite database is continued by restore, which puts a backup in its place";
        return Err(Failure::configuration(what));
    }
    let key = existing_key(&config)?;
    let alone = Alone::on(config.database.expose()).await;
    let Some(alone) = alone.map_err(|error| Failure::configuration(with_causes(&error)))? else {
        return Err(Failure::new("a dashboard uses the database: stop all replicas first. Nothing was done"));
    };
    // Nothing is made in a database that is empty.
    let missing = "the database has no audit log that can go on: restore a backup into it first";
    existing_store(&config, key.clone(), None, missing).await?;
    let target = ContinueTarget { key, checkpoint_file: config.audit.checkpoint_file, history };
    let database = RestoredDatabase::open(config.database.expose()).await;
    let database = database.map_err(|error| Failure::configuration(with_causes(&error)))?;
    let next = with_copy(&config.database, async |copy| next_history(target, copy).await.map_err(failed)).await?;
    // From here on no signal ends it: the entry and its checkpoint belong together.
    let continued = next.begin(database, &alone, SystemClock.now()).await.map_err(failed)?;
    tell(&continued, history.is_none());
    Ok(())
}

fn failed(error: RestoreError) -> Failure {
    let message = with_causes(&error);
    if error.is_of_arguments() { Failure::configuration(message) } else { Failure::new(message) }
}

fn tell(Continued { continuation, unkept }: &Continued, is_next: bool) {
    say(format_args!(
        "The audit log goes on after {} records, as {} (before: {}). Everybody has to sign in again. Give auditors the key that \
         `audit key` prints now.",
        continuation.size, continuation.to, continuation.from
    ));
    if is_next {
        say(format_args!(
            "If {} was begun before, in a database that is lost, start no dashboard on this one: put the backup back once more, and run \
             this with a larger --history.",
            continuation.to
        ));
    }
    if let Some(error) = unkept {
        say(format_args!("The checkpoint could not be added to the file of checkpoints: {error}."));
    }
}
