//! The connections in the running dashboard: server functions, the audit log, metrics.

use std::net::Ipv4Addr;

use partner_dashboard::server::sandbox::{ReceivedRequest, Sandbox, SandboxOptions, System};
use serde_json::Value;

use crate::support::get;
use crate::support::program::{Configured, Posted, Server, command, free_address, table};

const JSON: &str = "application/json";
const HTML: &str = "text/html";

async fn demo() -> Server {
    let mut command = command();
    command.args(["demo", "--listen", "127.0.0.1:0", "--without-history"]);
    Server::start(command).await
}

/// The dashboard on a sandbox of the test, without checks by itself.
async fn served(sandbox: &Sandbox) -> (Server, Configured, String) {
    let free = free_address();
    let described = sandbox.description().connections;
    let connections: Vec<(String, &str)> =
        described.iter().map(|described| (table(described), described.client_secret.as_str())).collect();
    let head = format!("listen = \"127.0.0.1:0\"\nops_listen = \"{free}\"");
    let configured = Configured::new(&head, &connections);
    (start(&configured).await, configured, format!("http://{free}/metrics"))
}

async fn start(configured: &Configured) -> Server {
    let mut command = command();
    command.arg("serve").arg("--config").arg(&configured.path).env("PARTNER_DASHBOARD_CHECKS__INTERVAL_S", "0");
    Server::start(command).await.read_from_configuration()
}

async fn list(server: &Server) -> Vec<Value> {
    let Posted { status, body, .. } = server.post("/api/connections/list", &[], JSON, "viewers").await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn the_demo_connects_all_five_systems_and_two_do_not_work() {
    let server = demo().await;
    let checked = server.post("/api/connections/check-all", &[], JSON, "admins").await;
    assert_eq!(checked.status, 200, "{checked:?}");
    let cards = list(&server).await;
    let states: Vec<String> =
        cards.iter().map(|card| format!("{}: {}", card["name"], card["state"]).replace('"', "")).collect();
    assert_eq!(
        states,
        [
            "sandbox: works",
            "production: works",
            "oneconnect: expired",
            "oneio-qa: works",
            "oneio-prod: works",
            "bookings: failing",
            "share-now: works"
        ]
    );
    let (_, page) = server.get("/", HTML).await;
    assert!(!page.contains("/share-now/organisations"), "only OneID has organisations");
    assert!(page.contains("2 of 7 connections are not working.") && page.contains("2 failing"), "{page}");
}

#[tokio::test]
async fn a_check_by_hand_is_in_the_audit_log_and_leads_back_to_the_page() {
    let server = demo().await;
    let posted = server.post("/api/connections/check", &[("name", "bookings")], HTML, "admins").await;
    assert_eq!((posted.status, posted.location.as_str()), (303, "/connections/bookings"), "{posted:?}");
    let form = [("name", "bookings"), ("from_list", "yes")];
    let posted = server.post("/api/connections/check", &form, HTML, "admins").await;
    assert_eq!((posted.status, posted.location.as_str()), (303, "/connections"), "{posted:?}");
    let unknown = server.post("/api/connections/check", &[("name", "none")], HTML, "admins").await;
    assert_eq!((unknown.status, unknown.location.as_str()), (303, "/connections"), "{unknown:?}");
    let (_, log) = server.get("/audit", HTML).await;
    assert!(log.contains("Checked connection"), "{log}");
    let (status, entry) = server.get("/audit/2", HTML).await;
    assert_eq!(status, 200);
    assert!(entry.contains("Failing: GET /api/bookings returned 503"), "{entry}");
    assert!(entry.contains("pill-bad\">Failed<") && !entry.contains(">Applied<"), "{entry}");
    assert!(entry.contains("href=\"/connections/bookings\""), "{entry}");
    let (_, none) = server.get("/audit/4", HTML).await;
    assert!(none.contains("Page not found"), "an unknown connection has no entry");
}

#[tokio::test]
async fn what_earlier_starts_found_is_known_after_the_next() {
    let options = SandboxOptions { demo_faults: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
    let (server, configured, _) = served(&sandbox).await;
    for _ in 0..2 {
        assert_eq!(server.post("/api/connections/check-all", &[], JSON, "admins").await.status, 200);
    }
    let before = list(&server).await;
    let (_, page) = server.get("/connections/bookings", HTML).await;
    assert!(page.contains("uptime 0.0 %") && page.contains("2 of 2"), "{page}");
    drop(server);
    let server = start(&configured).await;
    let after = list(&server).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before["checks"].as_array().unwrap().len(), 2);
        for part in ["checks", "since", "state", "last_success_at", "last_error"] {
            assert_eq!(before[part], after[part], "{part} of {}", before["name"]);
        }
    }
    let (_, page) = server.get("/connections", HTML).await;
    let attention = page.split("Needs attention").nth(2).unwrap();
    assert!(attention.find("id=\"c-bookings\"") < attention.find("id=\"c-oneconnect\""), "the worst first: {page}");
    assert!(attention.find("id=\"healthy\"") < attention.find("id=\"c-sandbox\""), "{page}");
}

#[tokio::test]
async fn tabs_show_a_part_of_the_connections_and_count_all() {
    let server = demo().await;
    server.post("/api/connections/check-all", &[], JSON, "admins").await;
    let (_, page) = server.get("/connections?show=attention", HTML).await;
    assert!(page.contains("id=\"c-bookings\"") && !page.contains("id=\"c-sandbox\""), "{page}");
    for (tab, count) in [("All", 7), ("Attention", 2), ("Sandbox", 2), ("Production", 5)] {
        assert!(
            page.contains(&format!("id=\"live-tab-{tab}\" data-live=\"\" class=\"live\">{count}<")),
            "{tab}: {page}"
        );
    }
    let (_, page) = server.get("/connections?show=sandbox", HTML).await;
    assert!(page.contains("id=\"c-sandbox\"") && !page.contains("id=\"c-production\""), "{page}");
}

#[tokio::test]
async fn a_test_message_is_sent_once_and_its_document_is_in_the_audit_log() {
    let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), SandboxOptions::default()).await.unwrap();
    let (server, _configured, _) = served(&sandbox).await;
    let path = "/api/connections/send-test-message";
    let form = [("name", "oneio-qa"), ("document", r#"{"id":"a-test-of-ours"}"#)];
    let posted = server.post(path, &form, HTML, "admins").await;
    assert_eq!((posted.status, posted.location.as_str()), (303, "/connections/oneio-qa"), "{posted:?}");
    assert_eq!(sandbox.messages(System::OneIoQa).len(), 1);
    assert!(sandbox.messages(System::OneIoProd).is_empty());
    let (_, entry) = server.get("/audit/3", HTML).await;
    assert!(entry.contains("a-test-of-ours") && entry.contains("returned 202"), "{entry}");
    for (name, document, status) in [("oneio-qa", "no json", 422), ("share-now", "{}", 404), ("none", "{}", 404)] {
        let form = [("name", name), ("document", document)];
        assert_eq!(server.post(path, &form, JSON, "admins").await.status, status, "{name} {document}");
    }
    assert_eq!(sandbox.messages(System::OneIoQa).len(), 1);
}

#[tokio::test]
async fn only_admins_check_and_send_and_viewers_see() {
    let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), SandboxOptions::default()).await.unwrap();
    let (server, _configured, _) = served(&sandbox).await;
    assert_eq!(list(&server).await.len(), 7);
    let form = [("name", "oneio-qa"), ("document", "{}")];
    for path in ["check", "check-all", "send-test-message"] {
        let posted = server.post(&format!("/api/connections/{path}"), &form, JSON, "viewers").await;
        assert_eq!(posted.status, 403, "{path}: {posted:?}");
        assert!(posted.media_type.contains("json"), "{posted:?}");
    }
    // The index reads organisations and clients by itself.
    let is_a_check = |request: &ReceivedRequest| !request.path.starts_with("/v1/");
    assert!(!sandbox.requests().iter().any(is_a_check), "nothing was asked: {:?}", sandbox.requests());
}

#[tokio::test]
async fn the_metrics_tell_of_every_connection_and_the_token_is_shared() {
    let options = SandboxOptions { demo_faults: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
    let (server, _configured, metrics) = served(&sandbox).await;
    let (status, _) = server.get("/sandbox/organisations", HTML).await;
    assert_eq!(status, 200);
    server.post("/api/connections/check-all", &[], JSON, "admins").await;
    let text = get(metrics).await;
    assert!(text.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = text.text().await.unwrap();
    let of = |name: &str| format!("connection=\"{name}\",kind=\"");
    for (name, rest) in [
        ("share-now", "keycloak\",environment=\"production\",state=\"works\"} 1"),
        ("share-now", "keycloak\",environment=\"production\",state=\"failing\"} 0"),
        ("oneconnect", "oneconnect\",environment=\"production\",state=\"expired\"} 1"),
        ("bookings", "partner-json\",environment=\"production\",state=\"failing\"} 1"),
    ] {
        let line = format!("partner_dashboard_connection_state{{{}{rest}", of(name));
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    let requests = format!(
        "partner_dashboard_connection_token_requests_total{{{}oneid\",environment=\"sandbox\"}} 1",
        of("sandbox")
    );
    assert!(text.contains(&requests), "one token for pages and checks:\n{text}");
    for name in ["last_check_timestamp_seconds", "check_duration_seconds", "token_remaining_seconds"] {
        assert!(text.contains(&format!("partner_dashboard_connection_{name}{{")), "{name} is not in\n{text}");
    }
    assert!(text.contains("partner_dashboard_audit_unwritten 0"), "{text}");
    assert!(text.contains("partner_dashboard_audit_index_behind "), "{text}");
    let tokens =
        sandbox.requests().iter().filter(|one| one.system == System::OneIdSandbox && one.path == "/v1/token").count();
    assert_eq!(tokens, 1);
}
