//! `partner-dashboard demo`: the dashboard with an embedded sandbox, on this machine alone.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use url::Url;

use super::demo_directory::DemoDirectory;
use super::generated::GeneratedArguments;
use super::operations::Operations;
use super::serve::{self, Started};
use super::signals::Signals;
use super::{Failure, demo_history, say, say_aside, with_causes};
use crate::domain::catalogue::Catalogue;
use crate::domain::host::is_loopback;
use crate::server::auth::{Authentication, demo};
use crate::server::config::{AuditSettings, Config, Listen, default_support_url};
use crate::server::listener::Reserved;
use crate::server::sandbox::{Sandbox, SandboxOptions};
use crate::server::storage::SessionLimits;
use crate::server::telemetry;
use crate::server::wiring::{Outside, sandbox_connections};

/// A generous limit for one person on one machine.
const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(6_000).expect("not zero");
/// The interval between checks of a connection.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);

/// What the audit log of every demo is called. It does not follow the address, so that the same directory serves at
/// another one.
const AUDIT_ORIGIN: &str = "partner-dashboard-demo/audit";

/// Where the demo listens and keeps its data.
#[derive(Debug, Args)]
pub(super) struct DemoOptions {
    /// A loopback address; port 0 chooses a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where the embedded sandbox listens; a loopback address.
    #[arg(long, default_value = "127.0.0.1:0")]
    sandbox_listen: SocketAddr,
    /// The directory of the database. By default a temporary one, which is removed at the end. The sandbox does not
    /// remember what was created in it: after another start it shows as removed.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Start without the changes of the two weeks before, at once and with an empty audit log.
    #[arg(long)]
    without_history: bool,
    #[command(flatten)]
    generated: GeneratedArguments,
}

/// Starts the sandbox and the dashboard, and serves until the program is asked to shut down.
pub(super) async fn run(options: DemoOptions) -> Result<(), Failure> {
    if let Some(open) = [options.listen, options.sandbox_listen].into_iter().find(|address| !is_loopback(address.ip()))
    {
        return Err(Failure::configuration(format_args!(
            "the demo signs everyone in as an admin, so it only listens on loopback addresses; {} is not one",
            open.ip()
        )));
    }
    let temporary = tempfile::tempdir().map_err(Failure::new)?;
    let directory = DemoDirectory::take(options.data_dir.as_deref().unwrap_or(temporary.path()))?;
    let sandbox = options.generated.within(options_of_the_demo());
    let sandbox = Sandbox::start(options.sandbox_listen, sandbox).await.map_err(|error| {
        Failure::new(format_args!("the sandbox cannot listen on {}: {error}", options.sandbox_listen))
    })?;
    let reserved = Reserved::of(&Listen::Network(options.listen)).map_err(Failure::new)?;
    let address = reserved.address();
    let config = configuration(&sandbox, &address, options.listen, &directory)?;
    let mut signals = Signals::new()?;
    directory.forget_unfinished()?;
    if !directory.database().exists() && !options.without_history {
        tokio::select! {
            made = make_history(&config, &sandbox, &directory) => made?,
            () = signals.next() => return Ok(()),
        }
    }
    // What goes wrong in the history goes wrong on purpose.
    telemetry::start("warn", false);
    let outside = Outside::begin();
    let control_url = sandbox.description().control_url;
    let say = move || {
        say(format_args!("Partner Dashboard demo: {address}"));
        say(format_args!("Sandbox of the partner APIs: {control_url}"));
        say("Press Ctrl-C to stop.");
    };
    let operations = Operations::start(None)?;
    let started = Started { outside, file: None, operations, replica: None, say };
    let served = serve::start(config, reserved, signals, started).await;
    sandbox.stop().await;
    served
}

/// Makes the two weeks before the demo. Whoever looks at the demo is better served with a part of them than with nothing.
async fn make_history(config: &Config, sandbox: &Sandbox, directory: &DemoDirectory) -> Result<(), Failure> {
    directory.begin()?;
    if let Err(error) = demo_history::make(config, sandbox).await {
        say_aside(format_args!(
            "The history of the demo is not complete, and the demo goes on with what there is: {}",
            with_causes(&error)
        ));
    }
    directory.finished()
}

/// An expired integration and an API that is down, so that the list of connections shows failures.
fn options_of_the_demo() -> SandboxOptions {
    SandboxOptions { demo_faults: true, ..SandboxOptions::default() }
}

fn configuration(
    sandbox: &Sandbox,
    address: &str,
    listen: SocketAddr,
    directory: &DemoDirectory,
) -> Result<Config, Failure> {
    let public_url = Url::parse(address).map_err(Failure::new)?;
    let database = format!("sqlite:{}", directory.database().display());
    Ok(Config {
        audit: AuditSettings { origin: AUDIT_ORIGIN.to_owned(), ..AuditSettings::of(&database, &public_url) },
        public_url,
        listen: Listen::Network(listen),
        ops_listen: None,
        sealing_key: None,
        database: database.into(),
        backup: None,
        traces: None,
        authentication: Authentication::Demo,
        roles: demo::roles(),
        sign_out_url: None,
        support_url: default_support_url(),
        session_limits: SessionLimits::default(),
        requests_per_minute: REQUESTS_PER_MINUTE,
        connections: sandbox_connections(&sandbox.description()).map_err(Failure::new)?,
        notifications: Vec::new(),
        check_interval: Some(CHECK_INTERVAL),
        catalogue: Catalogue::default(),
    })
}
