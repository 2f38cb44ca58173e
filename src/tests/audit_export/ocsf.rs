//! What is exported as OCSF is valid by the JSON Schema of OCSF 1.8.0, whatever the entry says.

use std::path::Path;
use std::process::Command;

use partner_dashboard::domain::audit::{Action, Actor, Completion, Observation, Outcome, Sighting};
use partner_dashboard::domain::object::ObjectKind;

use super::file;
use crate::audit_verification::copies::intent;
use crate::support::TestApp;

/// Every action with every outcome; those that have theirs from the start, with that alone.
fn of_every_action() -> impl Iterator<Item = (Action, Option<Outcome>)> {
    Action::ALL.into_iter().flat_map(|action| match action.outcome_when_written() {
        Some(_) => vec![(action, None)],
        // What was found out later is no completion.
        None => Outcome::ALL
            .into_iter()
            .filter(|outcome| *outcome != Outcome::NotApplied)
            .map(|outcome| (action, Some(outcome)))
            .collect(),
    })
}

/// What the schema says of a file, and whether it found no error.
pub(super) fn checked(path: &Path) -> (bool, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = folder.join("target/tools/python/bin/python");
    assert!(python.exists(), "the schema is not installed: run .make/setup test");
    let script = folder.join("src/tests/audit_export/ocsf.py");
    let output = Command::new(python).arg("-B").arg(script).arg(path).output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

async fn record(app: &TestApp, number: usize, action: Action, outcome: Option<Outcome>, sighting: Option<Sighting>) {
    let mut intent = intent(number);
    intent.action = action;
    intent.observation = sighting.map(|sighting| Observation { last_seen: None, sighting });
    match number % 3 {
        0 => intent.actor.email = None,
        1 => (intent.actor.peer, intent.target.id) = (None, None),
        // What was observed is of a connection.
        _ if action != Action::Observed => intent.target.connection = None,
        _ => {}
    }
    let entry = app.audit.begin(&intent).await.unwrap();
    let Some(outcome) = outcome else { return };
    let completion = Completion {
        outcome,
        http_status: None,
        partner_request_id: None,
        object_id: None,
        detail: None,
        duration_ms: 0,
    };
    app.audit.complete(entry, completion).await.unwrap();
}

#[tokio::test]
async fn every_event_is_valid_by_the_schema_of_its_class() {
    let app = TestApp::empty().await;
    let mut count = 0;
    for (action, outcome) in of_every_action() {
        record(&app, count, action, outcome, None).await;
        count += 1;
    }
    let many = Sighting::Many { count: 7, first: vec![(ObjectKind::Organisation, "o-1".to_owned())] };
    for sighting in [
        Sighting::Changed,
        Sighting::Added,
        Sighting::Removed,
        many,
        Sighting::NewFields { kind: ObjectKind::OAuthClient },
    ] {
        record(&app, count, Action::Observed, None, Some(sighting)).await;
        count += 1;
    }
    let text = app.browser().get("/audit.ocsf.jsonl").await.body;
    // The sign-in and the export are events too.
    let (_folder, path) = file(&text);
    let (is_valid, said) = checked(&path);
    assert!(is_valid && said.contains(&format!("{} events are valid", count + 2)), "{said}");
}

#[tokio::test]
async fn an_event_of_an_erased_person_is_valid() {
    let app = TestApp::empty().await;
    record(&app, 0, Action::Update, Some(Outcome::Applied), None).await;
    assert_eq!(app.audit.erase("ada", Actor::nobody("Command line"), "request 17").await.unwrap(), 1);
    let (_folder, path) = file(&app.browser().get("/audit.ocsf.jsonl?action=changes").await.body);
    let (is_valid, said) = checked(&path);
    assert!(is_valid && said.contains("1 events are valid"), "{said}");
}

/// So that a schema which accepts anything would be noticed.
#[tokio::test]
async fn the_schema_finds_what_is_not_valid() {
    let app = TestApp::empty().await;
    record(&app, 0, Action::Update, Some(Outcome::Applied), None).await;
    let text = app.browser().get("/audit.ocsf.jsonl?action=changes").await.body;
    for (was, is) in [
        ("\"activity_id\":3", "\"activity_id\":42"),
        ("\"time\":1", "\"time\":\"1\",\"x\":1"),
        ("\"severity_id\":1,", ""),
        ("\"entity\":", "\"object\":"),
        ("\"category_uid\":3", "\"category_uid\":6"),
    ] {
        assert!(text.contains(was), "{was}: {text}");
        let (_folder, path) = file(&text.replacen(was, is, 1));
        let (is_valid, said) = checked(&path);
        assert!(!is_valid && said.contains("line 1"), "{was}: {said}");
    }
}
