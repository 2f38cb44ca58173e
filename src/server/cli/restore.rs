//! `partner-dashboard restore`: puts a backup in the place of the database, while the server does not run.

use std::path::Path;

use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::server::audit::existing_signing_key;
use crate::server::backup::{BACKUP_ELSEWHERE, RestoreTarget, Restored, restore};
use crate::server::clock::{Clock, SystemClock};
use crate::server::telemetry;

/// Restores a backup, and says how the log goes on.
pub(super) async fn run(path: &Path, from: &Path, history: Option<u32>) -> Result<(), Failure> {
    telemetry::start("error", false);
    let config = configuration(path)?;
    let key = existing_signing_key(&config.audit.signing_key_file, &config.audit.origin)
        .map_err(|error| Failure::configuration(with_causes(&error)))?;
    let target = RestoreTarget {
        database: config.database.file(BACKUP_ELSEWHERE).map_err(Failure::configuration)?,
        key,
        checkpoint_file: config.audit.checkpoint_file,
        history,
    };
    let restored = restore(&target, from, SystemClock.now()).await.map_err(|error| {
        let message = with_causes(&error);
        if error.is_of_arguments() { Failure::configuration(message) } else { Failure::new(message) }
    })?;
    tell(&target, &restored);
    Ok(())
}

fn tell(target: &RestoreTarget, restored: &Restored) {
    let Restored { continuation, aside, unread, unkept } = restored;
    say(format_args!("Restored: {}. Everybody has to sign in again.", target.database.display()));
    for file in aside {
        say(format_args!("Set aside: {}", file.display()));
    }
    say(format_args!(
        "The audit log goes on after {} records, as {} (before: {}). Give auditors the key that `audit key` prints now.",
        continuation.size, continuation.to, continuation.from
    ));
    if let Some(error) = unread {
        say(format_args!("The log that was there could not be read: {error}."));
    }
    if target.checkpoint_file.is_none() || unread.is_some() || aside.is_empty() {
        say(format_args!(
            "If {} was begun by an earlier restore whose database is lost, restore again now with a larger --history.",
            continuation.to
        ));
    }
    if let Some(error) = unkept {
        say(format_args!("The checkpoint could not be added to the file of checkpoints: {error}."));
    }
}
