//! `partner-dashboard sandbox`: the emulators of the partner APIs without the dashboard.

use std::net::SocketAddr;

use clap::Args;

use super::generated::GeneratedArguments;
use super::signals::Signals;
use super::{Failure, say};
use crate::server::sandbox::{Sandbox, SandboxOptions};

/// Where the emulators listen and what they start with.
#[derive(Debug, Args)]
pub(super) struct SandboxArguments {
    /// A loopback address; port 0 chooses a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Start without the sample data.
    #[arg(long)]
    empty: bool,
    #[command(flatten)]
    generated: GeneratedArguments,
}

/// Prints one line of JSON with base URLs and credentials, then runs until it is asked to shut down.
pub(super) async fn run(arguments: SandboxArguments) -> Result<(), Failure> {
    let options = SandboxOptions { seed_data: !arguments.empty, ..SandboxOptions::default() };
    let options = arguments.generated.within(options);
    let mut signals = Signals::new()?;
    let sandbox = Sandbox::start(arguments.listen, options)
        .await
        .map_err(|error| Failure::new(format_args!("cannot listen on {}: {error}", arguments.listen)))?;
    say(serde_json::to_string(&sandbox.description()).map_err(Failure::new)?);
    signals.next().await;
    sandbox.stop().await;
    Ok(())
}
