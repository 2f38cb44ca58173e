//! The spans of a trace: a request, the services that it goes through, and the calls of partners that it leads to. Where no
//! traces are sent, they are none, and cost as much as a look at a number.

use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The target of every span that is part of a trace, and of nothing else. No line of the log is about them.
pub const SPANS: &str = "spans";

/// Whether partners are told which trace a call belongs to.
pub(super) static IS_PROPAGATED: AtomicBool = AtomicBool::new(false);

/// The span of a request. `within` is the one of its log lines, which learns the ID of the trace. Nothing of the address is in
/// it but the pattern of the route.
pub fn request_span(within: &Span, method: &'static str, route: &'static str, request_id: &str) -> Span {
    let span = tracing::debug_span!(
        target: SPANS,
        parent: within,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        partner_dashboard.request_id = request_id,
    );
    if !span.is_disabled() {
        let context = span.context();
        within.record("trace_id", tracing::field::display(context.span().span_context().trace_id()));
    }
    span
}

/// Says how a request was answered.
pub fn request_answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    // What the client did wrong is no failure of ours.
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The span of a call of a partner, where it belongs to a request. What is read in the background would be a trace of its
/// own for each of many thousand lists.
pub fn call_span(connection: &str, operation: &'static str, method: &'static str) -> Span {
    let is_within_a_trace = Span::current().metadata().is_some_and(|metadata| metadata.target() == SPANS);
    if !is_within_a_trace {
        return Span::none();
    }
    tracing::debug_span!(
        target: SPANS,
        "partner call",
        otel.name = operation,
        otel.kind = "client",
        otel.status_code = Empty,
        "error.type" = Empty,
        http.request.method = method,
        partner_dashboard.connection = connection,
        partner_dashboard.operation = operation,
    )
}

/// Says that a call failed, and how.
pub fn call_failed(span: &Span, kind: &'static str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

/// What a partner is told of the trace that a call belongs to (W3C Trace Context), where it is to be told.
pub fn trace_parent() -> Option<String> {
    if !IS_PROPAGATED.load(Ordering::Relaxed) {
        return None;
    }
    let context = Span::current().context();
    let span = context.span();
    let known = span.span_context();
    let flags = known.trace_flags().to_u8();
    known.is_valid().then(|| format!("00-{}-{}-{flags:02x}", known.trace_id(), known.span_id()))
}
