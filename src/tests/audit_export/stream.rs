//! The log as a stream: every record, in order, at least once, whatever happens to the program and to the file.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use partner_dashboard::server::audit::{StreamFormat, StreamSettings, StreamTarget};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::audit_verification::copies::{Copy, add};
use crate::durability::{configured, empty_sandbox};
use crate::support::program::{Configured, command};
use crate::support::{TestApp, until};

fn begin(app: &TestApp, path: &Path, format: StreamFormat) -> JoinHandle<()> {
    let settings = StreamSettings { to: StreamTarget::File(path.to_owned()), format };
    tokio::spawn(app.audit.clone().stream(settings))
}

/// The whole lines of a file, which are JSON.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sequences(path: &Path) -> Vec<u64> {
    lines(path).iter().map(|line| line["sequence"].as_u64().unwrap()).collect()
}

async fn streamed(app: &TestApp, path: &Path) {
    until(async || path.exists() && app.audit.unstreamed().await.unwrap() == Some(0)).await;
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("stream.jsonl")
}

/// The program, which streams to its standard output: a line of it, and the program to be ended.
fn first_line(configured: &Configured) -> String {
    let text = std::fs::read_to_string(&configured.path).unwrap();
    let table = "[audit.stream]\nto = \"stdout\"\nformat = \"jsonl\"\n[auth]";
    std::fs::write(&configured.path, text.replacen("[auth]", table, 1)).unwrap();
    let mut program = command();
    program.arg("serve").arg("--config").arg(&configured.path).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = program.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_records_is_on_a_standard_output_that_is_the_stream() {
    let sandbox = empty_sandbox().await;
    let configured = configured(&sandbox);
    let line = tokio::task::spawn_blocking(move || first_line(&configured)).await.unwrap();
    let record: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!((&record["sequence"], &record["entry"]["id"]), (&0.into(), &1.into()));
}

#[tokio::test]
async fn every_record_comes_in_order_with_its_entry_as_it_was() {
    let (app, folder) = (TestApp::empty().await, tempfile::tempdir().unwrap());
    let path = file(&folder);
    add(&app.audit, 0..2).await;
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    add(&app.audit, 2..5).await;
    streamed(&app, &path).await;
    assert_eq!(sequences(&path), (0..10).collect::<Vec<_>>());
    for (number, pair) in lines(&path).chunks(2).enumerate() {
        let [intent, completion] = pair else { panic!("each entry has two records") };
        assert_eq!((&intent["record"], &completion["record"]), (&"intent".into(), &"completion".into()));
        assert_eq!(intent["entry"]["id"], number + 1);
        assert_eq!(intent["log"], "127.0.0.1:3000/audit", "the name under which the log is signed");
        assert_eq!(
            (&intent["entry"]["outcome"], &completion["entry"]["outcome"]),
            (&"unknown".into(), &"applied".into())
        );
        assert_eq!(
            (intent["entry"]["completion"].is_null(), &completion["entry"]["completion"]["http_status"]),
            (true, &200.into())
        );
    }
    stream.abort();
}

#[tokio::test]
async fn after_a_restart_it_goes_on_where_it_was_and_after_a_crash_it_repeats_what_was_not_noted() {
    let (app, folder) = (TestApp::empty().await, tempfile::tempdir().unwrap());
    let path = file(&folder);
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    add(&app.audit, 0..2).await;
    streamed(&app, &path).await;
    stream.abort();
    add(&app.audit, 2..3).await;
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    streamed(&app, &path).await;
    assert_eq!(sequences(&path), (0..6).collect::<Vec<_>>(), "no record is missing, and none is there twice");
    stream.abort();
    // It was stopped after the lines were on disk, and before that was noted; the last line was cut short.
    sqlx::query("UPDATE stream_progress SET position = 4").execute(app.pool()).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 40]).unwrap();
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    streamed(&app, &path).await;
    let text = std::fs::read_to_string(&path).unwrap();
    let whole = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let sequences: Vec<u64> = whole.map(|line| line["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, [0, 1, 2, 3, 4, 4, 5], "what was cut short spoils no other line");
    stream.abort();
}

#[tokio::test]
async fn a_file_that_is_moved_away_is_made_again_and_one_that_cannot_be_written_holds_nobody_up() {
    let (app, folder) = (TestApp::empty().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("not there yet").join("stream.jsonl");
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    add(&app.audit, 0..1).await;
    until(async || app.audit.unstreamed().await.unwrap() == Some(2)).await;
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    streamed(&app, &path).await;
    let moved = folder.path().join("stream.jsonl.1");
    std::fs::rename(&path, &moved).unwrap();
    add(&app.audit, 1..2).await;
    streamed(&app, &path).await;
    assert_eq!((sequences(&moved), sequences(&path)), (vec![0, 1], vec![2, 3]));
    stream.abort();
}

#[tokio::test]
async fn events_of_ocsf_have_the_place_of_their_record() {
    let (app, folder) = (TestApp::empty().await, tempfile::tempdir().unwrap());
    let path = file(&folder);
    add(&app.audit, 0..1).await;
    let stream = begin(&app, &path, StreamFormat::Ocsf);
    streamed(&app, &path).await;
    let lines = lines(&path);
    let of = |name: &str| lines.iter().map(|line| line[name].clone()).collect::<Vec<_>>();
    assert_eq!(
        (of("class_uid"), of("status")),
        (vec![3004.into(), 3004.into()], vec!["Unknown".into(), "Success".into()])
    );
    assert_eq!(lines[1]["unmapped"]["sequence"], 1);
    assert_eq!(lines[0]["metadata"]["uid"], lines[1]["metadata"]["uid"]);
    stream.abort();
}

/// Whoever damages an entry must not silence those after it: somebody may be waiting for just that.
#[tokio::test]
async fn an_entry_that_cannot_be_read_is_said_to_be_and_those_after_it_come() {
    let app = TestApp::empty().await;
    add(&app.audit, 0..3).await;
    Copy::tamper_with(
        app.pool(),
        "UPDATE audit_intents SET changes = '{}' WHERE id = 1;
         UPDATE audit_completions SET http_status = 70000 WHERE intent_id = 2",
    )
    .await;
    for format in [StreamFormat::JsonLines, StreamFormat::Ocsf] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder);
        sqlx::query("UPDATE stream_progress SET position = 0").execute(app.pool()).await.unwrap();
        let stream = begin(&app, &path, format);
        streamed(&app, &path).await;
        stream.abort();
        let said = |line: &Value| if format == StreamFormat::Ocsf { line["unmapped"].clone() } else { line.clone() };
        let said: Vec<Value> = lines(&path).iter().map(said).collect();
        let is_unreadable: Vec<bool> = said.iter().map(|line| line["error"].is_string()).collect();
        assert_eq!(is_unreadable, [true, true, true, true, false, false], "{said:#?}");
        assert_eq!((&said[0]["entry"]["id"], &said[2]["entry"]["id"]), (&1.into(), &2.into()));
        if format == StreamFormat::Ocsf {
            let (is_valid, found) = super::ocsf::checked(&path);
            assert!(is_valid, "{found}");
        }
    }
}

#[tokio::test]
async fn a_record_that_somebody_removed_is_said_to_be_missing() {
    let (app, folder) = (TestApp::empty().await, tempfile::tempdir().unwrap());
    add(&app.audit, 0..3).await;
    Copy::tamper_with(
        app.pool(),
        "DELETE FROM audit_completions WHERE intent_id = 1; DELETE FROM audit_intents WHERE id = 2",
    )
    .await;
    let path = file(&folder);
    let stream = begin(&app, &path, StreamFormat::JsonLines);
    streamed(&app, &path).await;
    stream.abort();
    let lines = lines(&path);
    let is_missing: Vec<bool> = lines.iter().map(|line| line["error"].is_string()).collect();
    assert_eq!(is_missing, [false, true, true, true, false, false], "{lines:#?}");
    assert_eq!((&lines[1]["entry"]["id"], &lines[2]["entry"]["id"]), (&1.into(), &2.into()));
}
