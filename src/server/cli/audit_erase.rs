//! `partner-dashboard audit erase`: removes what names a person from the log, and leaves the proofs.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::domain::audit::Actor;
use crate::server::audit::AuditLog;
use crate::server::clock::SystemClock;
use crate::server::wiring::open_stores;

/// Whom to erase.
#[derive(Debug, Args)]
pub(super) struct EraseArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The person's stable identifier, as an entry shows it under *User*.
    #[arg(long)]
    actor: String,
    /// Why, such as the number of the request. It stays in the log: do not name the person.
    #[arg(long)]
    reason: String,
}

pub(super) async fn run(arguments: EraseArguments) -> Result<(), Failure> {
    let EraseArguments { config, actor, reason } = arguments;
    if actor.is_empty() || reason.contains(&actor) {
        return Err(Failure::configuration("--actor must name somebody, and --reason must not: it stays in the log"));
    }
    let config = configuration(&config)?;
    let clock = Arc::new(SystemClock);
    let stores =
        open_stores(&config, &(clock.clone() as _)).await.map_err(|error| Failure::new(with_causes(&error)))?;
    let log = AuditLog::new(stores.audit.clone(), clock);
    let erased = log.erase(&actor, Actor::nobody("Command line"), &reason).await;
    stores.audit.checkpoints_kept().await;
    let count = erased.map_err(|error| {
        Failure::new(format_args!(
            "not everything was erased: {}. What was is in the log; run the command again for the rest",
            with_causes(&error)
        ))
    })?;
    match count {
        0 => say("No entry names this person any more."),
        count => say(format_args!(
            "Erased from {count} entries. Backups, exports and the structured log still have what they had: erase it there too."
        )),
    }
    Ok(())
}
