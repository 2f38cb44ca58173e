//! `partner-dashboard config check`: everything that is wrong with a configuration, and what is not safe yet.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, say};
use crate::server::config::{Config, Problem, advice, read_all};
use crate::server::telemetry;

/// What to do with a configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say everything that is wrong with a configuration, with its line: exit code 0 when nothing is, 2 otherwise. Nothing is
    /// opened or called.
    Check {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
}

pub(super) fn run(command: ConfigCommand) -> Result<(), Failure> {
    let ConfigCommand::Check { config: path } = command;
    telemetry::start("warn", false);
    let config = configuration(&path)?;
    let (connections, advice) = (config.connections.len(), advice(&config));
    say(format_args!("{}: nothing is wrong with it. Connections: {connections}.", path.display()));
    for connection in &config.connections {
        if let Err(reason) = &connection.client_secret {
            say(format_args!("Not configured: {}: {reason}", connection.name));
        }
    }
    if !advice.is_empty() {
        say("Not safe yet:");
    }
    for one in advice {
        say(format_args!("- {one}."));
    }
    Ok(())
}

/// Reads the configuration for a command: all that is wrong with it is said at once.
pub(super) fn configuration(path: &Path) -> Result<Config, Failure> {
    read_all(path, std::env::vars()).map_err(|problems| failure(&problems))
}

/// What is wrong with a configuration, as a command says it.
pub(super) fn failure(problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Failure::configuration(lines.join("\n"))
}
