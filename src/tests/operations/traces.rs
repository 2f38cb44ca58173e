//! Traces: a save is one, from the request over the service to the call of the partner; and a collector that hangs or is gone
//! costs requests nothing.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use partner_dashboard::server::hexadecimal::hex;
use prost::Message as _;
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::Dashboard;
use super::metrics::measured;
use crate::support::program::{command, free_address};
use crate::support::until;

/// What nobody may find in a trace.
const CANARY: &str = "canary-7f3a9c";
/// More than any page takes, and less than a collector that hangs is waited for.
const A_MOMENT: Duration = Duration::from_secs(8);

/// What a collector has received.
#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<(HeaderMap, ExportTraceServiceRequest)>>>);

impl Received {
    fn spans(&self) -> Vec<Span> {
        let received = self.0.lock().unwrap();
        let resources = received.iter().flat_map(|(_, request)| &request.resource_spans);
        resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }

    fn find(&self, name: &str) -> Option<Span> {
        self.spans().into_iter().find(|span| span.name == name)
    }
}

/// A collector that takes what it is sent.
async fn collector() -> (SocketAddr, Received) {
    let received = Received::default();
    let take = async |State(received): State<Received>, headers: HeaderMap, body: Bytes| {
        received.0.lock().unwrap().push((headers, ExportTraceServiceRequest::decode(body).unwrap()));
    };
    let router = Router::new().route("/v1/traces", post(take)).with_state(received.clone());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

fn traced(collector: SocketAddr) -> Command {
    let mut program = command();
    program.env("PARTNER_DASHBOARD_TELEMETRY__OTLP_ENDPOINT", format!("http://{collector}"));
    program
}

/// The attributes of a span, as text.
fn attributes(span: &Span) -> BTreeMap<String, String> {
    let text = |attribute: &opentelemetry_proto::tonic::common::v1::KeyValue| {
        let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
        let value = format!("{:?}", value.unwrap());
        let inner = value.split_once('(').unwrap().1.trim_end_matches(')').trim_matches('"').to_owned();
        (attribute.key.clone(), inner)
    };
    span.attributes.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_is_one_trace_from_the_request_over_the_service_to_the_call_of_the_partner() {
    let (address, received) = collector().await;
    let mut program = traced(address);
    let headers = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(headers.path(), "x-collector-key: s3cret-of-the-collector\n").unwrap();
    program.env("PARTNER_DASHBOARD_TELEMETRY__HEADERS_FILE", headers.path());
    program.env("RUST_LOG", "warn,access=debug");
    let dashboard = Dashboard::start_with(program, &["--log-json"]).await;
    let visitor = dashboard.visitor();
    let form = visitor.new_organisation(CANARY).await;
    let answer = visitor.submit(&form).await.unwrap();
    let request_id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    visitor.get(&format!("/sandbox/organisations?q={CANARY}")).await;
    let page = format!("/{CANARY}/organisations/{CANARY}");
    visitor.get(&page).await;
    until(async || received.find("create").is_some() && received.find("GET /{connection}/organisations").is_some())
        .await;
    let (request, call) = (received.find("POST /api/organisations/create").unwrap(), received.find("create").unwrap());
    let service = received.find("objects::create").unwrap();
    assert_eq!((&service.trace_id, &call.trace_id), (&request.trace_id, &request.trace_id));
    assert_eq!((&service.parent_span_id, &call.parent_span_id), (&request.span_id, &service.span_id));
    assert_eq!((request.kind, call.kind), (SpanKind::Server as i32, SpanKind::Client as i32));
    assert!(request.parent_span_id.is_empty(), "a browser does not say which trace it belongs to");
    let (of_request, of_call) = (attributes(&request), attributes(&call));
    assert_eq!(of_request["http.route"], "/api/organisations/create");
    assert_eq!(of_request["http.response.status_code"], "303");
    assert_eq!(of_request["partner_dashboard.request_id"], request_id);
    assert_eq!(
        (of_call["partner_dashboard.connection"].as_str(), of_call["http.request.method"].as_str()),
        ("sandbox", "POST")
    );
    {
        let all = received.0.lock().unwrap();
        let (headers, first) = &all[0];
        assert_eq!(headers["x-collector-key"], "s3cret-of-the-collector");
        let resource = format!("{:?}", first.resource_spans[0].resource);
        assert!(resource.contains("service.name") && resource.contains("partner-dashboard"), "{resource}");
        let everything = format!("{all:?}");
        for hidden in [CANARY, "\"ada\"", "admins"] {
            assert!(!everything.contains(hidden), "{hidden} is in {everything}");
        }
    }
    dashboard.server.signal("TERM");
    let (_, _, log) = dashboard.server.ends().await;
    let id = hex(&request.trace_id);
    let line = log.lines().find(|line| line.contains(&request_id)).unwrap_or_else(|| panic!("{log}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((line["trace_id"].as_str(), line["target"].as_str()), (Some(id.as_str()), Some("access")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_told_of_the_trace_only_where_that_is_configured() {
    let (address, received) = collector().await;
    let partner = MockServer::start().await;
    let json = |body: serde_json::Value| ResponseTemplate::new(200).set_body_json(body);
    let token = serde_json::json!({"access_token": "t", "token_type": "bearer", "expires_in": 86_400});
    Mock::given(method("POST")).and(path("/v1/token")).respond_with(json(token)).mount(&partner).await;
    let lists = path("/v1/organisations");
    Mock::given(method("GET")).and(lists).respond_with(json(serde_json::json!([]))).mount(&partner).await;
    for propagate in ["false", "true"] {
        let mut program = traced(address);
        program.env("PARTNER_DASHBOARD_TELEMETRY__PROPAGATE", propagate);
        program.env("PARTNER_DASHBOARD_CONNECTIONS__SANDBOX__BASE_URL", partner.uri());
        let dashboard = Dashboard::start(program).await;
        dashboard.visitor().get("/sandbox/organisations/none").await;
        let requests = partner.received_requests().await.unwrap();
        let call = requests.iter().rev().find(|request| request.url.path().ends_with("/none")).unwrap();
        let told = call.headers.get("traceparent").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(told.is_some(), propagate == "true", "{told:?}");
        if let Some(told) = told {
            let is_it = |span: &Span| told == format!("00-{}-{}-01", hex(&span.trace_id), hex(&span.span_id));
            until(async || received.spans().iter().any(|span| span.name == "get" && is_it(span))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_costs_neither_requests_nor_the_end_anything() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let dashboard = Dashboard::start(traced(silent.local_addr().unwrap())).await;
    let (_kept, _) = silent.accept().await.unwrap();
    let visitor = dashboard.visitor();
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(visitor.get("/sandbox/organisations").await.status().as_u16(), 200);
    }
    assert!(began.elapsed() < A_MOMENT, "20 pages took {:?}", began.elapsed());
    dashboard.server.signal("TERM");
    let (status, took, log) = dashboard.server.ends().await;
    assert!(status.success() && took < Duration::from_secs(5), "{took:?}: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_gone_is_told_once_and_what_it_missed_is_counted() {
    let gone = free_address();
    let dashboard = Dashboard::start(traced(gone)).await;
    let failed = async || {
        let text = measured(&dashboard).await;
        let line =
            text.lines().find(|line| line.starts_with("partner_dashboard_trace_spans_total{outcome=\"failed\"}"));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).unwrap()
    };
    until(async || failed().await > 0).await;
    let before = failed().await;
    dashboard.visitor().get("/sandbox/organisations").await;
    until(async || failed().await > before).await;
    let log = dashboard.server.stop();
    assert_eq!(log.matches("the collector does not take traces").count(), 1, "{log}");
}
