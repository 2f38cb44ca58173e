//! Logging: one line for each event, to standard error, as text or JSON (`docs/logs.md`); and traces, where they are wanted
//! (`docs/traces.md`).

mod json;
mod line;
mod span_queue;
mod spans;
mod trace_settings;
mod traces;

use std::io::IsTerminal as _;
use std::panic;

use opentelemetry_otlp::ExporterBuildError;
use reqwest::Client;
use tracing::Subscriber;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, registry};

pub use json::JsonLines;
pub use line::ACCESS;
pub use span_queue::SpanCounts;
pub use spans::{SPANS, call_failed, call_span, request_answered, request_span, trace_parent};
pub use trace_settings::TraceSettings;
pub use traces::{span_counts, traces_sent};

/// Starts logging. `RUST_LOG` chooses the events, and `default` is used without it; `is_json` chooses JSON. Text has
/// colours on a terminal only, and not when `NO_COLOR` is set (<https://no-color.org>).
pub fn start(default: &str, is_json: bool) {
    // In a test of several servers, a second start keeps the first.
    let _ = registry().with(filter(default)).with(lines(is_json)).try_init();
    if is_json {
        panic::set_hook(Box::new(tell_of_panic));
    }
}

/// The same, and sends traces from now on. Must be called inside a Tokio runtime.
///
/// # Errors
/// When the settings of the traces cannot be used.
pub fn start_with_traces(
    default: &str,
    is_json: bool,
    traces: &TraceSettings,
    http: Client,
) -> Result<(), ExporterBuildError> {
    let traces = traces::layer(traces, http)?;
    // Each has a filter of its own: what is traced does not depend on what is logged.
    let _ = registry().with(lines(is_json).with_filter(filter(default))).with(traces).try_init();
    if is_json {
        panic::set_hook(Box::new(tell_of_panic));
    }
    Ok(())
}

/// Logs what happens within `work`, before it is known how everything else is to be logged.
pub fn log_within<T>(default: &str, is_json: bool, work: impl FnOnce() -> T) -> T {
    tracing::subscriber::with_default(registry().with(filter(default)).with(lines(is_json)), work)
}

/// What is logged. Spans of traces never are.
fn filter(default: &str) -> EnvFilter {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    match format!("{SPANS}=off").parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}

/// How it is written.
fn lines<S>(is_json: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    if is_json {
        return layer.with_ansi(false).event_format(JsonLines).fmt_fields(JsonFields::new()).boxed();
    }
    layer.with_ansi(has_colours()).boxed()
}

/// A panic is a line like any other. Where it was is told; its text may hold what somebody typed.
fn tell_of_panic(panic: &panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, "the program panicked");
}

fn has_colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
