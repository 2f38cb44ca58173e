//! Sends traces to an OpenTelemetry collector, over OTLP by HTTP (protobuf).

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanExporter as _};
use reqwest::Client;
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::span_queue::{LONGEST_EXPORT, MOST_WAITING, Queued, SpanCounts, SpanQueue, deliver};
use super::spans::{IS_PROPAGATED, SPANS};
use super::trace_settings::TraceSettings;

/// What became of the spans of this program.
static COUNTS: SpanCounts = SpanCounts::new();
/// The way into the queue, and what must live as long as the program. Empty where no traces are sent.
static SENDING: OnceLock<(Sender<Queued>, SdkTracerProvider)> = OnceLock::new();

/// What became of the spans so far; `None` where no traces are sent.
pub fn span_counts() -> Option<&'static SpanCounts> {
    SENDING.get().map(|_| &COUNTS)
}

/// Waits until the spans that have ended are sent, but no longer than `limit`.
pub async fn traces_sent(limit: Duration) {
    if let Some((queue, _)) = SENDING.get() {
        let (mark, reached) = oneshot::channel();
        let sent = async {
            if queue.send(Queued::Mark(mark)).await.is_ok() {
                let _ = reached.await;
            }
        };
        // What is not sent by then is lost.
        let _ = timeout(limit, sent).await;
    }
}

/// A layer that makes traces of the spans of [`SPANS`], and sends them in a task of its own.
///
/// # Errors
/// When the settings cannot be used.
pub(super) fn layer<S>(settings: &TraceSettings, http: Client) -> Result<impl Layer<S>, ExporterBuildError>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let resource = Resource::builder_empty()
        .with_service_name(settings.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let mut exporter = exporter(settings, http)?;
    exporter.set_resource(&resource);
    let (queue, end) = SpanQueue::new(MOST_WAITING, &COUNTS);
    let entrance = queue.entrance();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(queue)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio))))
        .with_resource(resource)
        .build();
    let tracer = provider.tracer("partner-dashboard");
    tokio::spawn(deliver(end, exporter, &COUNTS));
    IS_PROPAGATED.store(settings.propagate, Ordering::Relaxed);
    // It is started once.
    let _ = SENDING.set((entrance, provider));
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        // A span is what it says of itself: neither a place in the source nor a thread.
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false);
    let is_wanted = filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS);
    // Without the hint, everything that is never logged would be looked at too.
    Ok(layer.with_filter(is_wanted.with_max_level_hint(LevelFilter::DEBUG)))
}

fn exporter(settings: &TraceSettings, http: Client) -> Result<SpanExporter, ExporterBuildError> {
    let mut endpoint = settings.endpoint.clone();
    if let Ok(mut path) = endpoint.path_segments_mut() {
        path.pop_if_empty().extend(["v1", "traces"]);
    }
    let headers: HashMap<String, String> =
        settings.headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect();
    SpanExporter::builder()
        .with_http()
        .with_http_client(http)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .with_headers(headers)
        .with_timeout(LONGEST_EXPORT)
        .build()
}
