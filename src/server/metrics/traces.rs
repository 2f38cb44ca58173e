//! The spans of traces, where traces are sent.

use prometheus_client::registry::Registry;

use super::series::Series;
use crate::server::telemetry::span_counts;

/// Puts them into the answer.
pub(super) fn register(registry: &mut Registry) {
    let Some(counts) = span_counts() else {
        return;
    };
    let mut spans = Series::counter("trace_spans", "Spans of traces by what became of them");
    for (outcome, count) in counts.all() {
        spans.add_count(vec![("outcome", outcome.to_owned())], count);
    }
    spans.register(registry);
}
