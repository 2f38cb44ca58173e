//! The log as JSON: every line is, with the fields that are documented and no others, and nothing personal or secret is in it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::Value;

use super::Dashboard;
use super::metrics::file;
use crate::support::program::command;

/// What is sent in every place where a person or a partner can say something.
const CANARY: &str = "canary-7f3a9c";

/// The fields that the document names, and those of them that every line has.
fn documented() -> (BTreeSet<String>, BTreeSet<String>) {
    let text = file("docs/logs.md");
    let rows: Vec<(String, bool)> = text
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let name = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
            let has_type = ["text", "number", "object"].contains(cells.get(2)?);
            has_type.then(|| (name.to_owned(), cells[3] == "always"))
        })
        .collect();
    let always = rows.iter().filter(|(_, always)| *always).map(|(name, _)| name.clone()).collect();
    (rows.into_iter().map(|(name, _)| name).collect(), always)
}

/// The lines of a log, each of which must be JSON.
fn lines(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.collect()
}

/// A dashboard that logs as JSON, asked for much, with something personal or secret in every place.
async fn asked(filter: &str) -> (String, String) {
    let mut program = command();
    program.env("RUST_LOG", filter);
    let dashboard = Dashboard::start_with(program, &["--log-json"]).await;
    let visitor = dashboard.visitor();
    for path in ["/sandbox/organisations", "/sandbox/clients", "/no/such/page", "/audit", "/sandbox/organisations/none"]
    {
        visitor.get(&format!("{path}?q={CANARY}")).await;
    }
    let fault = Fault::new(System::OneIdSandbox, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE));
    dashboard.sandbox.inject(fault);
    visitor.get(&format!("/sandbox/organisations/{CANARY}")).await;
    visitor.get(&format!("/{CANARY}/organisations")).await;
    let form = visitor.new_organisation(CANARY).await;
    visitor.submit(&form).await.unwrap();
    let odd = visitor.http.get(format!("{}/audit/{CANARY}", visitor.address));
    let odd = odd.header("x-user", CANARY).header("x-email", CANARY).header("x-groups", CANARY);
    visitor.send(odd.header("cookie", format!("id={CANARY}")).header("user-agent", CANARY)).await.unwrap();
    let secret = dashboard.sandbox.description().connection(System::OneIdSandbox).unwrap().client_secret.clone();
    dashboard.server.signal("TERM");
    let (status, _, log) = dashboard.server.ends().await;
    assert!(status.success(), "{log}");
    (log, secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_json_with_the_documented_fields_and_each_request_can_have_one() {
    let (log, _) = asked("info,access=debug").await;
    let (known, always) = documented();
    let lines = lines(&log);
    for line in &lines {
        let names: BTreeSet<String> = line.as_object().unwrap().keys().cloned().collect();
        assert!(names.is_subset(&known) && always.is_subset(&names), "{line}");
    }
    let access: Vec<&Value> = lines.iter().filter(|line| line["target"] == "access").collect();
    let list = access.iter().find(|line| line["route"] == "/{connection}/organisations").unwrap();
    assert_eq!((&list["method"], &list["status"], &list["message"]), (&"GET".into(), &200.into(), &"answered".into()));
    assert!(list["duration_seconds"].as_f64().unwrap() > 0.0 && list["request_id"].as_str().unwrap().len() == 32);
    assert!(access.iter().any(|line| line["route"] == "other" && line["status"] == 404), "{log}");
    let refused = lines.iter().find(|line| line["fields"]["status"] == 503).unwrap();
    assert_eq!((&refused["level"], &refused["message"]), (&"WARN".into(), &"partner refused or failed".into()));
    assert!(refused["status"].is_null(), "that of a partner's answer is not that of ours: {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_not_logged_unless_somebody_asks_for_that() {
    let (log, _) = asked("info").await;
    assert!(!log.contains("\"target\":\"access\"") && log.contains("shutting down"), "{log}");
    lines(&log);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_or_secret_is_logged_even_where_much_is() {
    let (log, secret) = asked("info,partner_dashboard=trace,access=debug").await;
    assert!(log.contains("\"level\":\"DEBUG\""), "much is logged: {log}");
    for line in lines(&log) {
        let text = line.to_string();
        for hidden in [CANARY, &secret] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
        // As words: an ID in hexadecimal may have these letters in it.
        for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            assert!(!["ada", "admins"].contains(&word), "{word}: {text}");
        }
    }
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why_as_json() {
    let mut program = command();
    program.args(["serve", "--log-json", "--config", "/no/such/file.toml"]);
    let output = program.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let lines = lines(&String::from_utf8(output.stderr).unwrap());
    assert!(lines.iter().any(|line| line["level"] == "ERROR"), "{lines:?}");
}
