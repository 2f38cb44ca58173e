//! `partner-dashboard backup`: what it writes, what it refuses, and what it leaves when it fails.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::{Dashboard, open, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_whole_and_recorded() {
    let checkpoints = tempfile::tempdir().unwrap();
    let file = checkpoints.path().join("checkpoints");
    let dashboard = Dashboard::new(&format!("[audit]\ncheckpoint_file = \"{}\"\n", file.display())).await;
    let server = dashboard.serve().await;
    let (backups, mut numbers) = (dashboard.backups(), 0..);
    let mut taken = 0;
    while taken < 3 {
        let mut program = dashboard.arguments("backup", &backups.join(format!("{taken}.db")));
        let running = tokio::task::spawn_blocking(move || said(program.output().unwrap()));
        while !running.is_finished() {
            dashboard.create(&server, &format!("customer-{}", numbers.next().unwrap())).await;
        }
        let (code, said) = running.await.unwrap();
        assert!(code == 0 && said.contains("is whole") && said.contains("is recorded"), "{said}");
        taken += 1;
    }
    assert!(numbers.start > 3, "there was a load");
    server.stop();
    assert_eq!(dashboard.names(), ["0.db", "1.db", "2.db"], "and nothing beside them");
    for name in dashboard.names() {
        let backup = backups.join(name);
        let (code, said) = dashboard.verify(&backup, None);
        assert_eq!(code, 0, "{said}");
        assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (code, said) = dashboard.verify(&dashboard.file("test.db"), Some(&file));
    assert_eq!(code, 0, "{said}");
    let changes: Vec<String> = sqlx::query_scalar("SELECT changes FROM audit_intents WHERE action = 'backup'")
        .fetch_all(&dashboard.database().await)
        .await
        .unwrap();
    assert_eq!(changes.len(), 3);
    let bytes = backups.join("0.db").metadata().unwrap().len();
    let written: serde_json::Value = serde_json::from_str(&changes[0]).unwrap();
    assert_eq!((&written[0]["field"], &written[0]["after"]), (&"file".into(), &"0.db".into()));
    assert_eq!((&written[2]["field"], &written[2]["after"]), (&"size_in_bytes".into(), &bytes.to_string().into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_called_by_its_time_in_a_folder_and_overwrites_nothing() {
    let dashboard = Dashboard::new("").await;
    let folder = dashboard.backups();
    let (code, said) = dashboard.backup(&folder);
    assert_eq!(code, 0, "{said}");
    let name = dashboard.names().remove(0);
    assert!(name.starts_with("partner-dashboard-20") && name.ends_with("Z.db") && said.contains(&name), "{name}");
    let there = folder.join(&name);
    let before = std::fs::read(&there).unwrap();
    let (code, said) = dashboard.backup(&there);
    assert!(code == 2 && said.contains("is there already"), "{said}");
    std::os::unix::fs::symlink("/nowhere", folder.join("link")).unwrap();
    let (code, said) = dashboard.backup(&folder.join("link"));
    assert!(code == 2 && said.contains("is there already"), "{said}");
    let (code, said) = dashboard.backup(&folder.join("not there").join("x.db"));
    assert!(code == 2 && said.contains("is not a folder"), "{said}");
    assert_eq!(std::fs::read(&there).unwrap(), before);
    assert_eq!(dashboard.names(), ["link", &name]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_a_backup_is_taken_and_says_that_it_is_not_recorded() {
    let dashboard = Dashboard::new("").await;
    std::fs::remove_file(dashboard.file("test.audit-key.pem")).unwrap();
    let (code, said) = dashboard.backup(&dashboard.backups().join("x.db"));
    assert!(code == 0 && said.contains("NOT recorded") && said.contains("signature was not checked"), "{said}");
    assert_eq!(dashboard.names(), ["x.db"]);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_intents WHERE action = 'backup'")
        .fetch_one(&open(&dashboard.backups().join("x.db")).await)
        .await
        .unwrap();
    assert_eq!(count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_not_whole_is_not_kept_as_a_backup() {
    let dashboard = Dashboard::new("").await;
    let database = dashboard.database().await;
    sqlx::query("DROP TRIGGER audit_intents_are_never_changed").execute(&database).await.unwrap();
    database.close().await;
    let (code, said) = dashboard.backup(&dashboard.backups());
    assert!(code == 1 && said.contains("NOT whole") && said.contains("audit verify"), "{said}");
    assert!(dashboard.names().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_nothing_and_is_named() {
    let dashboard = Dashboard::new("").await;
    // More than SQLite keeps in memory: then it has a journal when the write fails.
    let database = dashboard.database().await;
    sqlx::query("CREATE TABLE filler AS SELECT randomblob(20000000) AS filler").execute(&database).await.unwrap();
    database.close().await;
    let mut bash = Command::new("bash");
    // Ignored, the signal of the limit becomes an error of the write, as a full disk is.
    let script = "trap '' XFSZ; ulimit -S -f 64; exec \"$0\" backup --config \"$1\" \"$2\"";
    bash.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_partner-dashboard"));
    bash.arg(&dashboard.configured.path).arg(dashboard.backups());
    let (code, said) = said(bash.output().unwrap());
    assert!(code == 1 && said.contains("whether there is room"), "{said}");
    assert!(dashboard.names().is_empty(), "{:?}", dashboard.names());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_killed_has_no_name() {
    let dashboard = Dashboard::new("").await;
    let database = dashboard.database().await;
    sqlx::query("CREATE TABLE filler AS SELECT randomblob(100000000) AS filler").execute(&database).await.unwrap();
    database.close().await;
    let mut running = dashboard.arguments("backup", &dashboard.backups().join("x.db")).spawn().unwrap();
    while dashboard.names().is_empty() {
        assert!(running.try_wait().unwrap().is_none(), "it ended before it was killed");
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let mut names = dashboard.names();
    // SQLite may have had a journal beside it.
    let part = names.remove(0);
    assert!(part.strip_prefix(".x.db.").is_some_and(|rest| rest.strip_suffix(".part").is_some()), "{part}");
    assert!(names.is_empty() || names == [format!("{part}-journal")], "{names:?}");
    let (code, said) = dashboard.backup(&dashboard.backups().join("x.db"));
    assert_eq!(code, 0, "it can be taken again: {said}");
}
