//! The program: parses the command line and hands over.

use std::process::ExitCode;

use clap::Parser;
use partner_dashboard::server::cli::{self, CommandLine};

#[tokio::main(worker_threads = 4)]
async fn main() -> ExitCode {
    cli::run(CommandLine::parse()).await
}
