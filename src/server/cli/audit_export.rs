//! `partner-dashboard audit export`: the log as a file, or as the tiles that outside tools verify.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::config::configuration;
use super::existing_log::existing_log;
use super::{Failure, say, with_causes};
use crate::domain::audit::{Action, Actor, AuditFilter, FILTER, FORMAT, Intent, LIST, LogFormat, Target};
use crate::server::audit::{AuditLog, LogExport, check_tiles_folder, write_tiles};
use crate::server::services::audit_log::resolved;
use crate::server::telemetry;

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
    telemetry::start("error", false);
    let (filter, place) = checked(format, &filter, to)?;
    let config = configuration(&config)?;
    let (log, store) = existing_log(&config).await?;
    // What cannot be written is not recorded as exported.
    let file = place.prepare()?;
    let code = format.of_file().map_or("tlog-tiles", LogFormat::code);
    let entry = Intent::event(Action::Export, Actor::nobody("Command line"), Target::of_dashboard(None), "");
    let entry = entry.with_text(LIST, "audit").with_text(FORMAT, code).with_text(FILTER, &filter.to_query());
    log.record(&entry).await.map_err(|error| {
        if let Place::File(_, Some(path)) = &place {
            // It is empty, and would be in the way of the next try.
            drop(std::fs::remove_file(path));
        }
        Failure::new(format_args!("nothing was exported, because it could not be recorded: {}", with_causes(&error)))
    })?;
    let written = match place {
        Place::File(format, _) => to_file(&log, filter, format, file).await,
        Place::Tiles(folder) => to_tiles(&log, &folder).await,
    };
    store.checkpoints_kept().await;
    written
}

/// Where an export goes.
enum Place {
    /// To a new file, or to standard output.
    File(LogFormat, Option<PathBuf>),
    /// To a folder that is new or empty.
    Tiles(PathBuf),
}

/// What is asked for, where it makes sense. A part of a filter that is left out would export more than was asked for.
fn checked(format: Format, filter: &str, to: Option<PathBuf>) -> Result<(AuditFilter, Place), Failure> {
    let filter = AuditFilter::from_query_strictly(filter).map_err(|part| {
        Failure::configuration(format_args!("--filter: {part:?} is no filter. Nothing was exported"))
    })?;
    let filter = resolved(&filter, time::OffsetDateTime::now_utc())
        .map_err(|_| Failure::configuration("--filter: a time, a period or a time zone in it is none"))?;
    match (format.of_file(), to) {
        (Some(format), to) => Ok((filter, Place::File(format, to))),
        (None, _) if filter != AuditFilter::default() => {
            Err(Failure::configuration("tlog-tiles are of the whole log: leave --filter out"))
        }
        (None, Some(folder)) => Ok((filter, Place::Tiles(folder))),
        (None, None) => Err(Failure::configuration("tlog-tiles is a folder: name it")),
    }
}

impl Place {
    /// Makes the file, where there is to be one, and makes sure that a folder can be used.
    fn prepare(&self) -> Result<Option<File>, Failure> {
        match self {
            Self::File(_, None) => Ok(None),
            Self::File(_, Some(path)) => {
                let file = File::create_new(path);
                file.map(Some).map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))
            }
            Self::Tiles(folder) => {
                check_tiles_folder(folder).map_err(|error| Failure::configuration(with_causes(&error)))?;
                Ok(None)
            }
        }
    }
}

async fn to_tiles(log: &AuditLog, folder: &Path) -> Result<(), Failure> {
    let size = write_tiles(log, folder).await.map_err(|error| Failure::new(with_causes(&error)))?;
    say(format_args!("{size} leaves were written to {}.", folder.display()));
    Ok(())
}

async fn to_file(
    log: &AuditLog,
    filter: AuditFilter,
    format: LogFormat,
    mut file: Option<File>,
) -> Result<(), Failure> {
    let broke_off = |error: &dyn std::error::Error| {
        Failure::new(format_args!("the export broke off and is NOT whole: {}", with_causes(error)))
    };
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
