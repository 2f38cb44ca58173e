//! `partner-dashboard migrate-database`: from the file of SQLite to a PostgreSQL server, with the proofs of the audit log.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use super::audit_inputs::{database_url, read_key, with_copy};
use super::others::lock_of_dashboard;
use super::{Failure, say, say_aside, with_causes};
use crate::server::audit::{VerifyingKey, Whole, check};
use crate::server::backup::is_in_use;
use crate::server::config::unprotected;
use crate::server::storage::{Alone, FileAccess, to_postgres};
use crate::server::telemetry;

/// From where, and to where.
#[derive(Debug, Args)]
pub(super) struct MigrateArguments {
    /// The database as it is now: sqlite:FILE. It stays as it is.
    #[arg(long)]
    from: String,
    /// The PostgreSQL database that is to be filled: `postgres://USER@HOST/DATABASE`. Its password is read from the environment:
    /// `PARTNER_DASHBOARD_DATABASE_PASSWORD`.
    #[arg(long)]
    to: String,
    /// A file with the public key of the log, as `audit key` prints it: then its signature is checked too.
    #[arg(long)]
    public_key: Option<PathBuf>,
}

pub(super) async fn run(arguments: MigrateArguments) -> Result<(), Failure> {
    telemetry::start("error", false);
    let (from, to) = (database_url("--from", &arguments.from)?, database_url("--to", &arguments.to)?);
    if from.is_postgres() || !to.is_postgres() {
        return Err(Failure::configuration(
            "a database is carried over from sqlite:FILE to postgres://USER@HOST/DATABASE",
        ));
    }
    if let Some(what) = unprotected(&to) {
        say_aside(format_args!("--to: {what}"));
    }
    let key = arguments.public_key.as_deref().map(read_key).transpose()?;
    let file = from.file("").map_err(Failure::configuration)?;
    let _none_starts = keep_to_ourselves(&file)?;
    let before = verify(&file, key.as_ref()).await.map_err(|error| with_note(&error, "Nothing was carried over"))?;
    let alone = Alone::on(to.expose()).await;
    let Some(alone) = alone.map_err(|error| Failure::configuration(with_causes(&error)))? else {
        return Err(Failure::new("a dashboard uses the PostgreSQL database. Nothing was carried over"));
    };
    let carried = to_postgres(&file, to.expose()).await;
    carried.map_err(|error| with_note(&with_causes(&error), "Nothing was carried over"))?;
    let after = with_copy(&to, async |copy| verify(copy, key.as_ref()).await.map_err(Failure::new)).await;
    let after = after.map_err(|failure| {
        with_note(failure.message.as_deref().unwrap_or_default(), "Do not use the PostgreSQL database: empty it")
    })?;
    if (before.size, before.pruned) != (after.size, after.pruned) {
        return Err(Failure::new("something was recorded meanwhile. Do not use the PostgreSQL database: empty it"));
    }
    if !alone.was_so().await {
        let what = "the connection that kept dashboards away was lost. Do not use the PostgreSQL database: empty it";
        return Err(Failure::new(what));
    }
    let there = after.records();
    say(format_args!("Carried over, with the audit log and its proofs: {there} records, each as it was signed."));
    if key.is_none() {
        say("The signature was not checked, because no key was given: run audit verify with --public-key.");
    }
    say(format_args!(
        "Next: set database and sealing_key_file in the configuration, and remove [backup]. Keep audit.origin as it is, and \
         audit.signing_key_file too: if it is not set, set it to {}. Run config check, and start the dashboard. {} is as it was: \
         keep it until you have seen that all is there, and do not start a dashboard on it again.",
        file.with_extension("audit-key.pem").display(),
        file.display()
    ));
    Ok(())
}

fn with_note(error: &str, note: &str) -> Failure {
    Failure::new(format_args!("{error}. {note}"))
}

/// Keeps dashboards from the file until what this gives is dropped: what they added meanwhile would be lost.
fn keep_to_ourselves(file: &Path) -> Result<File, Failure> {
    let used = || {
        Failure::new(format_args!(
            "{} is used by another program: stop the dashboard first. Nothing was carried over",
            file.display()
        ))
    };
    match is_in_use(file) {
        Ok(false) => lock_of_dashboard(file)?.ok_or_else(used),
        Ok(true) => Err(used()),
        Err(error) => Err(Failure::configuration(format_args!("{}: {error}", file.display()))),
    }
}

/// Checks a log; why it cannot be relied on.
async fn verify(file: &Path, key: Option<&VerifyingKey>) -> Result<Whole, String> {
    let checked = check(file, FileAccess::Calls, key, Vec::new()).await.map_err(|error| with_causes(&error))?;
    checked.map_err(|broken| format!("the audit log is NOT whole: {}", with_causes(&broken)))
}
