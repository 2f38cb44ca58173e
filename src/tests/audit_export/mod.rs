//! The audit log as a file: exactly what is shown, whole or broken off, and checked by a script that knows nothing of this
//! program.

mod ocsf;
mod script;
mod stream;
mod tiles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::http::StatusCode;
use axum::http::header;
use partner_dashboard::domain::audit::{Action, AuditFilter, Completion, LogFormat, Outcome};
use partner_dashboard::server::audit::{ExportError, LogExport};
use serde_json::Value;
use tempfile::TempDir;

use crate::audit_verification::copies::{add, intent, log};
use crate::support::{TestApp, TestOptions};

/// What the script of the documents says of a file or a folder, with the public key of an application.
pub fn checked(app: &TestApp, what: &str, path: &Path, more: &[&str]) -> (i32, String) {
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), app.audit_key()).unwrap();
    said(script(what, path, key.path()).args(more))
}

/// The script, about to look at a file or a folder with the public key in a file.
pub fn script(what: &str, path: &Path, key: &Path) -> Command {
    let mut python = Command::new("python3");
    python.arg("-B").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_audit_log.py"));
    python.arg(what).arg(path).arg("--public-key").arg(key);
    python
}

/// How a command ends, and what it says.
pub fn said(command: &mut Command) -> (i32, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// A text as a file.
fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// The entries of a JSON lines file, without its head and its trailer.
fn entries(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line.get("entry").is_some()).collect()
}

#[tokio::test]
async fn an_export_holds_exactly_what_the_page_shows_the_oldest_first() {
    let app = log().await;
    let browser = app.browser();
    for query in ["action=changes", "action=changes&outcome=applied", "object=client-3", "field=name", "person=nobody"]
    {
        let page = browser.page(&format!("/audit?{query}")).await;
        let shown = page.attributes("tbody th a", "href");
        let mut exported: Vec<String> = entries(&browser.get(&format!("/audit.jsonl?{query}")).await.body)
            .iter()
            .map(|line| format!("/audit/{}", line["entry"]["id"]))
            .collect();
        exported.reverse();
        assert_eq!(exported, shown, "{query}");
    }
    let page = browser.page("/audit?action=changes&field=name").await;
    let links = page.attributes("a[download]", "href");
    assert_eq!(links.len(), 3);
    assert!(links.iter().all(|link| link.contains("action=changes") && link.contains("field=name")), "{links:?}");
}

#[tokio::test]
async fn the_export_itself_is_in_it_and_names_its_filter() {
    let app = log().await;
    let answer = app.browser().get("/audit.jsonl?action=export").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("filename=\"audit-2"));
    let lines = entries(&answer.body);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["entry"]["event"], Action::Export.code());
    assert_eq!(lines[0]["entry"]["changes"][2]["after"], "action=export");
    assert_eq!(lines[0]["entry"]["outcome"], Outcome::Applied.code());
}

#[tokio::test]
async fn only_those_who_may_read_the_whole_log_export_it() {
    let app = TestApp::with(TestOptions::behind_a_proxy()).await;
    for (group, status) in [("viewers", StatusCode::FORBIDDEN), ("auditors", StatusCode::OK)] {
        let browser = app.browser_of("vera", group);
        for path in ["/audit.csv", "/audit.jsonl", "/audit.ocsf.jsonl"] {
            assert_eq!(browser.get(path).await.status, status, "{group} {path}");
        }
    }
}

#[tokio::test]
async fn what_a_spreadsheet_would_take_for_a_formula_is_text() {
    let app = TestApp::empty().await;
    let mut hostile = intent(1);
    hostile.target.name = "=HYPERLINK(\"http://x\")".to_owned();
    hostile.actor.name = "\t=1+1".to_owned();
    hostile.actor.groups = vec!["a".to_owned(), "@SUM(A1)".to_owned()];
    let _ = app.audit.begin(&hostile).await.unwrap();
    let answer = app.browser().get("/audit.csv?action=changes").await;
    let text = answer.body.strip_prefix('\u{feff}').expect("spreadsheets read it as UTF-8");
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["object_name"], "'=HYPERLINK(\"http://x\")");
    assert_eq!((rows[0]["id"].as_str(), rows[0]["outcome"].as_str()), ("1", "unknown"));
    for (column, value) in &rows[0] {
        for line in value.lines() {
            assert!(!line.trim_start().starts_with(['=', '+', '-', '@']), "{column}: {value}");
        }
    }
}

#[tokio::test]
async fn an_export_is_of_the_moment_at_which_it_began() {
    let app = log().await;
    let lost = app.audit.begin(&intent(70)).await.unwrap();
    let mut export = LogExport::begin(&app.audit, AuditFilter::default(), LogFormat::JsonLines).await.unwrap();
    let id = lost.id;
    let completion = Completion {
        outcome: Outcome::Applied,
        http_status: None,
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 0,
    };
    app.audit.complete(lost, completion).await.unwrap();
    add(&app.audit, 80..90).await;
    let mut text = String::new();
    while let Some(piece) = export.next().await.unwrap() {
        text.push_str(&String::from_utf8(piece).unwrap());
    }
    let lines = entries(&text);
    let newest = lines.last().unwrap();
    assert_eq!((newest["entry"]["id"].as_i64(), newest["entry"]["outcome"].as_str()), (Some(id), Some("unknown")));
    let (_kept, path) = file(&text);
    assert_eq!(checked(&app, "export", &path, &[]).0, 0);
}

/// What was given before the error ends without a trailer, and the body of the answer breaks off.
#[tokio::test]
async fn an_export_breaks_off_when_the_log_is_not_as_it_was_signed() {
    let app = log().await;
    app.sql("DROP TRIGGER audit_completions_are_never_changed").await;
    app.sql("UPDATE audit_completions SET outcome = 'refused' WHERE intent_id = 5").await;
    for format in LogFormat::ALL {
        let mut export = LogExport::begin(&app.audit, AuditFilter::default(), format).await.unwrap();
        assert!(matches!(export.next().await, Err(ExportError::NotSigned { id: 5 })), "{format:?}");
    }
}
