//! `partner-dashboard check`: exit codes, the table and the JSON.

use std::net::Ipv4Addr;
use std::process::Output;

use partner_dashboard::server::sandbox::{ConnectionDescription, Sandbox, SandboxOptions};
use serde_json::Value;

use crate::support::program::{Configured, check, table};

async fn sandbox(options: SandboxOptions) -> Sandbox {
    Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap()
}

fn configured(sandbox: &Sandbox, change: impl Fn(&ConnectionDescription) -> (String, String)) -> Configured {
    let connections: Vec<(String, String)> = sandbox.description().connections.iter().map(change).collect();
    let connections: Vec<(String, &str)> =
        connections.iter().map(|(table, secret)| (table.clone(), secret.as_str())).collect();
    Configured::new("", &connections)
}

fn as_described(described: &ConnectionDescription) -> (String, String) {
    (table(described), described.client_secret.clone())
}

fn json(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[tokio::test]
async fn it_ends_with_0_when_all_work() {
    let sandbox = sandbox(SandboxOptions::default()).await;
    let output = check(&configured(&sandbox, as_described).path, &["--json"], &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines = json(&output);
    assert_eq!(lines.len(), 7);
    assert!(lines.iter().all(|line| line["state"] == "works"), "{lines:?}");
    assert!(sandbox.requests().iter().all(|request| !request.path.starts_with("/api/v2")), "no message is sent");
}

#[tokio::test]
async fn it_ends_with_1_when_one_does_not_and_the_json_says_which() {
    let sandbox = sandbox(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }).await;
    let output = check(&configured(&sandbox, as_described).path, &["--json"], &[]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let mut lines = Value::Array(json(&output));
    for line in lines.as_array_mut().unwrap() {
        // What is another with each run.
        for key in ["request_id", "token_expires_in_s"] {
            if !line[key].is_null() {
                line[key] = format!("[{key}]").into();
            }
        }
        let detail = line["detail"].as_str().unwrap();
        let detail = detail.split("expired at ").next().unwrap().to_owned();
        line["detail"] = detail.into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&lines).unwrap());
}

#[tokio::test]
async fn the_table_has_aligned_columns() {
    let sandbox = sandbox(SandboxOptions { demo_faults: true, ..SandboxOptions::default() }).await;
    let output = check(&configured(&sandbox, as_described).path, &[], &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    let column = lines[0].find("STATE").unwrap();
    for (line, state) in lines[1..].iter().zip(["works", "works", "expired", "works", "works", "failing", "works"]) {
        assert!(line[column..].starts_with(state), "{text}");
    }
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("2 connections are not healthy"), "{errors}");
}

#[tokio::test]
async fn a_secret_that_ends_soon_is_expiring_and_no_failure() {
    let sandbox = sandbox(SandboxOptions::default()).await;
    let soon = time::OffsetDateTime::now_utc().date() + time::Duration::days(3);
    for date in [soon.to_string(), format!("\"{soon}\"")] {
        let configured = configured(&sandbox, |described| {
            (format!("{}client_secret_expires = {date}\n", table(described)), described.client_secret.clone())
        });
        let output = check(&configured.path, &["--json"], &[]).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(json(&output).iter().all(|line| line["state"] == "expiring"));
    }
}

#[tokio::test]
async fn an_empty_secret_file_is_not_configured_and_the_others_are_checked() {
    let sandbox = sandbox(SandboxOptions::default()).await;
    let configured = configured(&sandbox, |described| {
        let secret = if described.name == "bookings" { "\n" } else { &described.client_secret };
        (table(described), secret.to_owned())
    });
    let output = check(&configured.path, &["--json"], &[]).await;
    assert_eq!(output.status.code(), Some(1));
    for line in json(&output) {
        let state = if line["name"] == "bookings" { "not_configured" } else { "works" };
        assert_eq!(line["state"], state, "{line}");
    }
}

#[tokio::test]
async fn it_ends_with_2_when_the_configuration_is_wrong() {
    let configured = Configured::new("", &[("name = \"x\"\nkind = \"oneconnect\"\n".to_owned(), "s")]);
    let output = check(&configured.path, &[], &[]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("connections[0]"), "{output:?}");
    let missing = check(&configured.directory.path().join("none.toml"), &["--json"], &[]).await;
    assert_eq!(missing.status.code(), Some(2));
}
