//! The program: parses the command line and hands over.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use clap::Parser;
use partner_dashboard::server::cli::{self, CommandLine};
use tokio::runtime::Builder;

/// Pages are made of thousands of small pieces; jemalloc takes a third less time for them than the system's allocator.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _scenario = partner_dashboard::server::crash::scenario();
    let command_line = CommandLine::parse();
    // A second one answers while the first makes a page. More than there are cores only take turns.
    let workers = std::thread::available_parallelism().map_or(2, NonZeroUsize::get).max(2);
    match Builder::new_multi_thread().worker_threads(workers).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(command_line));
            // What still blocks a thread, such as a name that is looked up, must not hold up the end.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            // Nothing can be done about a closed terminal.
            let _ = writeln!(std::io::stderr(), "partner-dashboard: no threads to run on: {error}");
            ExitCode::FAILURE
        }
    }
}
