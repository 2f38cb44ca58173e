//! The command line: one file for each command.
//!
//! Part of the composition root: may import anything.

mod audit;
mod audit_continue;
mod audit_erase;
mod audit_export;
mod audit_inputs;
mod audit_verify;
mod backup;
mod check;
mod config;
mod configuration_file;
mod demo;
mod demo_directory;
mod demo_history;
mod duties;
mod existing_log;
mod generated;
mod health;
mod init;
mod live_router;
mod locked_file;
mod logging;
mod migrate_database;
mod operations;
mod others;
mod restore;
mod running;
mod sandbox;
mod serve;
mod shutdown;
mod signals;

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Manage OneID organisations and OAuth clients in a browser, every change audited.
#[derive(Debug, Parser)]
#[command(name = "partner-dashboard", version)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the dashboard with an embedded sandbox and sample data, signed in as a demo admin.
    Demo(demo::DemoOptions),
    /// Run the dashboard with the connections in a configuration file.
    Serve {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Write the log as JSON.
        #[arg(long)]
        log_json: bool,
    },
    /// Check every connection once: exit code 0 when all are usable, 1 when one is not, 2 for a bad configuration.
    Check {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Print a JSON array instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Ask the dashboard that runs beside this command whether it is alive: exit code 0 when it is.
    Health {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Ask for what a new installation needs, write its configuration and its keys, and try whether it works.
    Init(Box<init::InitArguments>),
    /// Look at a configuration.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Check the audit log, print its public key, or go on with one that was restored.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Take a backup of the database while the server runs, and check it.
    Backup {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// A file that is not there yet, or a folder.
        to: PathBuf,
    },
    /// Put a backup in the place of the database. The server must not run.
    Restore {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The number of the history of the audit log that begins. By default the next one that is known to be free.
        #[arg(long)]
        history: Option<u32>,
        /// The backup.
        from: PathBuf,
    },
    /// Carry a database over from SQLite to PostgreSQL. The server must not run.
    MigrateDatabase(migrate_database::MigrateArguments),
    /// Run the emulators of the partner APIs on their own.
    Sandbox(sandbox::SandboxArguments),
}

/// Why a command failed, as one line for the terminal.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// `None` when it was said already.
    message: Option<String>,
}

impl Failure {
    /// An error while the command ran: exit code 1.
    fn new(message: impl Display) -> Self {
        Self { code: 1, message: Some(message.to_string()) }
    }

    /// The configuration or the arguments are wrong: exit code 2.
    fn configuration(message: impl Display) -> Self {
        Self { code: 2, message: Some(message.to_string()) }
    }

    /// The same failure, after another one.
    fn beside(self, first: impl Display) -> Self {
        let message = self.message.map_or_else(|| first.to_string(), |second| format!("{first}\n{second}"));
        Self { message: Some(message), ..self }
    }

    /// The same failure, said in the log: whoever reads lines of JSON reads nothing else.
    fn logged(self) -> Self {
        for line in self.message.iter().flat_map(|message| message.lines()) {
            tracing::error!("{line}");
        }
        Self { message: None, ..self }
    }

    /// Another process has failed with this exit code, and said why.
    fn said(code: u8) -> Self {
        Self { code, message: None }
    }
}

/// Runs a command to its end.
pub async fn run(command_line: CommandLine) -> ExitCode {
    let result = match command_line.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve { config, log_json } => {
            let served = serve::run(&config, log_json).await;
            served.map_err(|failure| if log_json { failure.logged() } else { failure })
        }
        Command::Check { config, json } => check::run(&config, json).await,
        Command::Health { config } => health::run(&config).await,
        Command::Init(arguments) => init::run(*arguments).await,
        Command::Config(command) => config::run(command),
        Command::Audit(command) => audit::run(command).await,
        Command::Backup { config, to } => backup::run(&config, &to).await,
        Command::Restore { config, history, from } => restore::run(&config, &from, history).await,
        Command::MigrateDatabase(arguments) => migrate_database::run(arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            if let Some(message) = message {
                say_aside(format_args!("partner-dashboard: {message}"));
            }
            ExitCode::from(code)
        }
    }
}

/// An error with everything that led to it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |message, cause| format!("{message}: {cause}"))
}

/// Prints a line on standard error.
fn say_aside(message: impl Display) {
    // Nothing can be done about a closed terminal.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// Prints a line on standard output.
fn say(message: impl Display) {
    let mut output = std::io::stdout().lock();
    // Nothing can be done about a closed terminal.
    let _ = writeln!(output, "{message}").and_then(|()| output.flush());
}
