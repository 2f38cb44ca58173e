//! `partner-dashboard audit erase`: removes what names a person from the log, and leaves the proofs.

use std::path::PathBuf;

use clap::Args;

use super::config::configuration;
use super::existing_log::existing_log;
use super::{Failure, say, with_causes};
use crate::domain::audit::{Actor, AuditFilter};
use crate::server::telemetry;

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
    telemetry::start("error", false);
    let config = configuration(&config)?;
    let (log, store) = existing_log(&config).await?;
    let erased = log.erase(&actor, Actor::nobody("Command line"), &reason).await;
    store.checkpoints_kept().await;
    let count = erased.map_err(|error| {
        Failure::new(format_args!(
            "not everything was erased: {}. What was is in the log; run the command again for the rest",
            with_causes(&error)
        ))
    })?;
    if count > 0 {
        say(format_args!(
            "Erased from {count} entries. Backups, exports, the stream and the structured log still have what they had, and so have \
             databases that a restore put aside: erase it there too."
        ));
        return Ok(());
    }
    let others = AuditFilter { actor: Some(actor.clone()), ..AuditFilter::default() };
    let others = store.after(&others, 0, 1).await.map_err(|error| Failure::new(with_causes(&error)))?;
    say(format_args!(
        "No entry has the identifier {actor:?}, so nothing was erased now. If you have not erased it before, check the identifier."
    ));
    let Some(entry) = others.first() else {
        return Ok(());
    };
    let (id, named) = (entry.id, &entry.intent.actor);
    // The identifier of somebody else may begin with this one, and a command that is run once more must not fail for that.
    if [Some(named.name.as_str()), named.email.as_deref()]
        .iter()
        .flatten()
        .all(|text| !text.eq_ignore_ascii_case(&actor))
    {
        return Ok(());
    }
    Err(Failure::new(format_args!(
        "this is the name or the email address of somebody in entry {id}: look there, under User, for the identifier"
    )))
}
