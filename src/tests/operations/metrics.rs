//! `/metrics` of a running dashboard: what is counted, under which names, and that the documents name the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Method;
use partner_dashboard::server::measurements::{METHODS, Operation, STATUSES, outcomes};
use partner_dashboard::server::router;
use tempfile::TempDir;

use super::Dashboard;
use super::exposed::{Family, families};
use crate::support::program::command;
use crate::support::{TestApp, get};

/// A dashboard that has everything that is measured, after some traffic. Its files are there until the folder is dropped.
pub(super) async fn watched() -> (Dashboard, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut program = command();
    program
        .env("PARTNER_DASHBOARD_AUDIT__STREAM__TO", folder.path().join("stream.jsonl"))
        .env("PARTNER_DASHBOARD_AUDIT__STREAM__FORMAT", "jsonl")
        // Nobody listens there: traces are lost, and nothing else is.
        .env("PARTNER_DASHBOARD_TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:9")
        .env("PARTNER_DASHBOARD_BACKUP__EVERY_H", "1")
        .env("PARTNER_DASHBOARD_BACKUP__TO", folder.path())
        .env("PARTNER_DASHBOARD_CONNECTIONS__SANDBOX__CLIENT_SECRET_EXPIRES", "2031-01-31");
    let dashboard = Dashboard::start(program).await;
    dashboard.server.logs("backup written").await;
    let target = "[[notifications]]\nname = \"pager\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9\"\n";
    dashboard.reload(|text| text + target).await;
    let visitor = dashboard.visitor();
    for path in ["/sandbox/organisations", "/sandbox/clients", "/no/such/page", "/wp-login.php?user=ada"] {
        visitor.get(path).await;
    }
    let form = visitor.new_organisation("Meridian").await;
    assert_eq!(visitor.submit(&form).await.unwrap().status().as_u16(), 303);
    let check = visitor.http.post(format!("{}/api/connections/check", visitor.address)).form(&[("name", "sandbox")]);
    assert_eq!(visitor.send(check).await.unwrap().status().as_u16(), 303);
    (dashboard, folder)
}

/// What it says.
pub(super) async fn measured(dashboard: &Dashboard) -> String {
    get(format!("{}/metrics", dashboard.operations)).await.text().await.unwrap()
}

/// A file of the project.
pub(super) fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The rows of the document: each metric by the name that queries know it by, with its type and its labels.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let text = file("docs/metrics.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let name = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
        let labels = cells.get(3)?.split(',').map(|label| label.trim().trim_matches('`'));
        let labels = labels.filter(|label| !label.is_empty()).map(str::to_owned).collect();
        Some((name.to_owned(), (cells.get(2)?.to_string(), labels)))
    });
    rows.collect()
}

/// The same of what a server says.
fn said(families: &BTreeMap<String, Family>) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let rows = families.iter().map(|(name, family)| {
        let name = match family.kind.as_str() {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.clone(),
        };
        let labels = family.labels.keys().filter(|label| *label != "le").cloned().collect();
        (name, (family.kind.clone(), labels))
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_documented_with_its_type_and_labels_and_no_other_is() {
    let (dashboard, _folder) = watched().await;
    let families = families(&measured(&dashboard).await);
    assert_eq!(said(&families), documented());
    for (name, family) in &families {
        let is_ours = name.starts_with("partner_dashboard_") || name.starts_with("process_");
        assert!(is_ours && !name.contains("milli") && !name.ends_with("_total"), "{name}");
        assert!(!family.names.is_empty(), "{name} has no number");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_route_and_nothing_that_is_asked_for_becomes_a_label() {
    let (dashboard, _folder) = watched().await;
    let text = measured(&dashboard).await;
    for line in [
        "partner_dashboard_http_requests_total{route=\"/{connection}/organisations\",method=\"GET\",status=\"2xx\"} 1",
        "partner_dashboard_http_requests_total{route=\"other\",method=\"GET\",status=\"4xx\"} 2",
        "partner_dashboard_http_requests_total{route=\"/api/organisations/create\",method=\"POST\",status=\"3xx\"} 1",
        "partner_dashboard_http_request_duration_seconds_count{route=\"/{connection}/clients\",method=\"GET\"} 1",
        "partner_dashboard_http_request_duration_seconds_bucket{le=\"+Inf\",route=\"/{connection}/clients\",method=\"GET\"} 1",
        "partner_dashboard_http_requests_in_flight 0",
        "partner_dashboard_replica_leads 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
    }
    for asked in ["wp-login", "no/such", "Meridian", "ada"] {
        assert!(!text.contains(&format!("\"{asked}")) && !text.contains(&format!("/{asked}")), "{asked} is in\n{text}");
    }
}

#[test]
fn the_values_of_labels_that_the_program_knows_are_documented() {
    let text = file("docs/metrics.md");
    let known = outcomes().chain(METHODS).chain(STATUSES).chain(Operation::ALL.map(Operation::code));
    // Those between the first and the last class stand for themselves.
    for value in known.filter(|value| !["2xx", "3xx", "4xx"].contains(value)) {
        assert!(text.contains(&format!("`{value}`")), "{value}");
    }
}

/// A path that a pattern fits.
fn example(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part.strip_prefix('{') {
        // What stands behind a placeholder is the end of the name of a file.
        Some(rest) => format!("none{}", rest.split_once('}').unwrap().1),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_is_counted_under_its_own_pattern() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    let patterns: BTreeSet<String> = router::patterns().map(str::to_owned).collect();
    for pattern in &patterns {
        for method in [Method::GET, Method::POST] {
            let request = browser.request(method, &example(pattern)).body(Body::empty()).unwrap();
            browser.send(request).await;
        }
    }
    let counted = families(&app.metrics().await).remove("partner_dashboard_http_requests").unwrap().labels;
    let missing: Vec<&String> = patterns.difference(&counted["route"]).collect();
    // The demo signs everybody in by itself.
    assert_eq!(missing, ["/auth/backchannel-logout", "/auth/callback", "/auth/login"]);
    let others: Vec<&String> = counted["route"].difference(&patterns).collect();
    assert_eq!(others, ["other"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_the_partner_are_counted_by_what_they_are_for_and_how_they_end() {
    let (dashboard, _folder) = watched().await;
    let text = measured(&dashboard).await;
    for (operation, outcome) in [("token", "ok"), ("create", "ok"), ("list_organisations", "ok"), ("probe", "ok")] {
        let labels = format!("{{connection=\"sandbox\",operation=\"{operation}\"");
        let total = format!("partner_dashboard_partner_calls_total{labels},outcome=\"{outcome}\"}} ");
        let times = format!("partner_dashboard_partner_call_duration_seconds_count{labels}}} ");
        assert!(text.contains(&total) && text.contains(&times), "{operation} is not in\n{text}");
    }
    let token = "partner_dashboard_partner_calls_total{connection=\"sandbox\",operation=\"token\",outcome=\"ok\"} 1\n";
    assert!(text.contains(token), "one token for all of them:\n{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_of_the_database_and_of_the_process_are_told() {
    let (dashboard, _folder) = watched().await;
    let text = measured(&dashboard).await;
    let value = |name: &str| -> f64 {
        let line =
            text.lines().find(|line| line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{name}{{")));
        line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
            .unwrap_or_else(|| panic!("{name} is not in\n{text}"))
    };
    for (name, least) in [
        ("partner_dashboard_database_size_bytes", 50_000.0),
        ("partner_dashboard_database_free_bytes", 1.0),
        ("partner_dashboard_audit_records", 2.0),
        ("partner_dashboard_index_objects", 1.0),
        ("partner_dashboard_index_coverage_ratio", 0.9),
        ("process_resident_memory_bytes", 5_000_000.0),
        ("process_open_fds", 5.0),
        ("process_cpu_seconds_total", 0.000_1),
        ("process_start_time_seconds", 1_700_000_000.0),
    ] {
        assert!(value(name) >= least, "{name} is {}", value(name));
    }
    for (name, only) in [("partner_dashboard_audit_unwritten", 0.0), ("partner_dashboard_audit_unknown_outcomes", 0.0)]
    {
        assert!((value(name) - only).abs() < f64::EPSILON, "{name} is {}", value(name));
    }
}
