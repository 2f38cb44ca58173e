//! `partner-dashboard audit export`: the log as a file, or as the tiles that outside tools verify.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::domain::audit::{Action, Actor, AuditFilter, FILTER, FORMAT, Intent, LIST, LogFormat, Target};
use crate::server::audit::{AuditLog, LogExport, write_tiles};
use crate::server::clock::SystemClock;
use crate::server::services::audit_log::resolved;
use crate::server::wiring::open_stores;

/// What to export, and where to.
#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The format.
    #[arg(long)]
    format: Format,
    /// A filter as the address of the log says it, such as `action=changes&from=2026-11-01&zone=Europe/London`.
    #[arg(long, default_value = "")]
    filter: String,
    /// The folder of the tiles, which must be new or empty; of the other formats the file, which must be new. Without it
    /// they go to standard output.
    to: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For spreadsheets.
    Csv,
    /// With proofs: the evidence.
    Jsonl,
    /// Events of OCSF 1.8.0.
    Ocsf,
    /// The tree, as C2SP tlog-tiles.
    TlogTiles,
}

impl Format {
    /// The format of a file; `None` for the tiles.
    const fn of_file(self) -> Option<LogFormat> {
        match self {
            Self::Csv => Some(LogFormat::Csv),
            Self::Jsonl => Some(LogFormat::JsonLines),
            Self::Ocsf => Some(LogFormat::Ocsf),
            Self::TlogTiles => None,
        }
    }
}

pub(super) async fn run(arguments: ExportArguments) -> Result<(), Failure> {
    let ExportArguments { config, format, filter, to } = arguments;
    let config = configuration(&config)?;
    let clock = Arc::new(SystemClock);
    let stores =
        open_stores(&config, &(clock.clone() as _)).await.map_err(|error| Failure::new(with_causes(&error)))?;
    let log = AuditLog::new(stores.audit.clone(), clock.clone());
    let filter = AuditFilter::from_query(&filter);
    let filter = resolved(&filter, time::OffsetDateTime::now_utc())
        .map_err(|_| Failure::configuration("--filter: a time, a period or a time zone in it is none"))?;
    let code = format.of_file().map_or("tlog-tiles", LogFormat::code);
    let entry = Intent::event(Action::Export, Actor::nobody("Command line"), Target::of_dashboard(None), "");
    let entry = entry.with_text(LIST, "audit").with_text(FORMAT, code).with_text(FILTER, &filter.to_query());
    log.record(&entry).await.map_err(|error| {
        Failure::new(format_args!("nothing was exported, because it could not be recorded: {}", with_causes(&error)))
    })?;
    let written = match (format.of_file(), to) {
        (Some(format), to) => to_file(&log, filter, format, to.as_deref()).await,
        (None, Some(folder)) => {
            let size = write_tiles(&log, &folder).await.map_err(|error| Failure::new(with_causes(&error)))?;
            say(format_args!("{size} leaves were written to {}.", folder.display()));
            Ok(())
        }
        (None, None) => Err(Failure::configuration("tlog-tiles is a folder: name it")),
    };
    stores.audit.checkpoints_kept().await;
    written
}

async fn to_file(log: &AuditLog, filter: AuditFilter, format: LogFormat, to: Option<&Path>) -> Result<(), Failure> {
    let broke_off = |error: &dyn std::error::Error| {
        Failure::new(format_args!("the export broke off and is NOT whole: {}", with_causes(error)))
    };
    let mut file = to
        .map(std::fs::File::create_new)
        .transpose()
        .map_err(|error| Failure::configuration(format_args!("{}: {error}", to.unwrap_or(Path::new("")).display())))?;
    let mut export = LogExport::begin(log, filter, format).await.map_err(|error| broke_off(&error))?;
    while let Some(piece) = export.next().await.map_err(|error| broke_off(&error))? {
        let written = match &mut file {
            Some(file) => file.write_all(&piece),
            None => std::io::stdout().write_all(&piece),
        };
        written.map_err(|error| broke_off(&error))?;
    }
    match file {
        Some(file) => file.sync_all().map_err(|error| broke_off(&error)),
        None => std::io::stdout().flush().map_err(|error| broke_off(&error)),
    }
}
