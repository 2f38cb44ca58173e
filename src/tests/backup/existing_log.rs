//! The commands about the log of a dashboard that is there: they make none, and do nothing that was not asked for.

use std::process::Command;

use super::{Dashboard, names, said};
use crate::support::program::command;

fn audit(dashboard: &Dashboard, arguments: &[&str]) -> Command {
    let mut audit = command();
    audit.args(["audit", arguments[0], "--config"]).arg(&dashboard.configured.path).args(&arguments[1..]);
    audit
}

async fn exports(dashboard: &Dashboard) -> i64 {
    let exports = "SELECT count(*) FROM audit_intents WHERE action = 'export'";
    sqlx::query_scalar(exports).fetch_one(&dashboard.database().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_finds_no_log_or_no_key_makes_none() {
    let dashboard = Dashboard::new("").await;
    let folder = dashboard.configured.directory.path().to_owned();
    let (database, aside) = (dashboard.file("test.db"), tempfile::tempdir().unwrap());
    let keys: Vec<_> = names(&folder).into_iter().filter(|name| name.contains("audit-key")).collect();
    assert_eq!(keys.len(), 1, "{:?}", names(&folder));
    for missing in [database, dashboard.file(&keys[0])] {
        let kept = aside.path().join("kept");
        std::fs::rename(&missing, &kept).unwrap();
        let before = names(&folder);
        for arguments in
            [&["erase", "--actor", "u-1", "--reason", "request 17"][..], &["export", "--format", "jsonl"][..]]
        {
            let (code, told) = said(audit(&dashboard, arguments).output().unwrap());
            assert!(code == 2 && !told.is_empty(), "{arguments:?}: {code} {told}");
            assert_eq!(names(&folder), before, "{arguments:?}: {told}");
        }
        std::fs::rename(&kept, &missing).unwrap();
    }
    let (code, told) = said(audit(&dashboard, &["export", "--format", "csv"]).output().unwrap());
    assert_eq!(code, 0, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_not_understood_or_cannot_be_written_is_neither_made_nor_recorded() {
    let dashboard = Dashboard::new("").await;
    let taken = dashboard.file("taken.jsonl");
    std::fs::write(&taken, "").unwrap();
    let (taken, tiles) = (taken.display().to_string(), dashboard.file("tiles").display().to_string());
    for arguments in [
        &["export", "--format", "jsonl", "--filter", "actor=ada"][..],
        &["export", "--format", "jsonl", "--filter", "?action=updated"][..],
        &["export", "--format", "jsonl", "--filter", "https://partners.example.com/audit?person=ada"][..],
        &["export", "--format", "tlog-tiles"][..],
        &["export", "--format", "tlog-tiles", "--filter", "action=create", &tiles][..],
        &["export", "--format", "tlog-tiles", &dashboard.configured.directory.path().display().to_string()][..],
        &["export", "--format", "jsonl", &taken][..],
    ] {
        let (code, told) = said(audit(&dashboard, arguments).output().unwrap());
        assert!(code == 2 && !told.contains("partner-dashboard-audit-export"), "{arguments:?}: {code} {told}");
    }
    assert_eq!(exports(&dashboard).await, 0);
    let asked = ["export", "--format", "jsonl", "--filter", "?action=changes&person="];
    let (code, told) = said(audit(&dashboard, &asked).output().unwrap());
    assert!(code == 0 && told.contains("\"trailer\""), "{told}");
    assert_eq!(exports(&dashboard).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_named_exactly_is_not_said_to_be_erased() {
    let dashboard = Dashboard::new("").await;
    let server = dashboard.serve().await;
    dashboard.create(&server, "Meridian").await;
    server.stop();
    let subject = "SELECT actor_subject FROM audit_intents WHERE action = 'create'";
    let subject: String = sqlx::query_scalar(subject).fetch_one(&dashboard.database().await).await.unwrap();
    let erase =
        |actor: &str| said(audit(&dashboard, &["erase", "--actor", actor, "--reason", "request 17"]).output().unwrap());
    let (code, told) = erase(&subject.to_uppercase());
    assert!(code == 1 && told.contains("this is the name or the email address of somebody in entry "), "{told}");
    // A longer identifier is somebody else's, and a command that is run once more must not fail for it.
    let (code, told) = erase(&subject[..subject.len() - 1]);
    assert!(code == 0 && told.contains("so nothing was erased now"), "{told}");
    let (code, told) = erase("somebody-else");
    assert!(code == 0 && told.contains("so nothing was erased now"), "{told}");
    let (code, told) = erase(&subject);
    assert!(code == 0 && told.contains("Erased from "), "{told}");
}
