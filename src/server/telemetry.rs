//! Logging: one line for each event, to standard error, as text or JSON.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. `RUST_LOG` chooses what; `is_json` chooses JSON.
pub fn start(default: &str, is_json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second start, in a test of several servers, keeps the first.
    let _ = if is_json { registry.with(layer.json()).try_init() } else { registry.with(layer).try_init() };
}
