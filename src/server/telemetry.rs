//! Logging: one line for each event, to standard error, as text or JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. `RUST_LOG` chooses the events, and `default` is used without it; `is_json` chooses JSON. Text has
/// colours on a terminal only, and not when `NO_COLOR` is set (<https://no-color.org>).
pub fn start(default: &str, is_json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(has_colours());
    // In a test of several servers, a second start keeps the first.
    let _ = if is_json { registry.with(layer.json()).try_init() } else { registry.with(layer).try_init() };
}

fn has_colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
