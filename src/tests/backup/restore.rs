//! `partner-dashboard restore`: the log goes on under another name, contradicts nothing that was signed, and nothing is lost.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use super::{Dashboard, names, open};
use crate::audit_export::{said, script};
use crate::support::program::command;

/// A dashboard whose checkpoints are kept elsewhere; with changes, a backup, and changes after it. It does not run.
struct Drill {
    dashboard: Dashboard,
    backup: PathBuf,
    checkpoints: PathBuf,
    _elsewhere: tempfile::TempDir,
}

impl Drill {
    async fn new() -> Self {
        let elsewhere = tempfile::tempdir().unwrap();
        let checkpoints = elsewhere.path().join("checkpoints");
        let dashboard = Dashboard::new(&format!("[audit]\ncheckpoint_file = \"{}\"\n", checkpoints.display())).await;
        let backup = dashboard.backups().join("x.db");
        let drill = Self { dashboard, backup, checkpoints, _elsewhere: elsewhere };
        drill.changes("before", false).await;
        drill.changes("after", true).await;
        drill
    }

    /// Serves, makes changes, and takes the backup where it is not there yet.
    async fn changes(&self, name: &str, is_backed_up: bool) {
        let server = self.dashboard.serve().await;
        for number in 0..3 {
            self.dashboard.create(&server, &format!("{name} {number}")).await;
        }
        if !is_backed_up {
            let (code, said) = self.dashboard.backup(&self.backup);
            assert_eq!(code, 0, "{said}");
        }
        server.stop();
    }

    fn restore(&self) -> String {
        let (code, said) = self.dashboard.restore(&self.backup);
        assert_eq!(code, 0, "{said}");
        said
    }

    fn verify(&self) -> (i32, String) {
        self.dashboard.verify(&self.dashboard.file("test.db"), Some(&self.checkpoints))
    }

    fn export(&self, format: &str, to: &Path) {
        let mut export = command();
        export.args(["audit", "export", "--format", format, "--config"]).arg(&self.dashboard.configured.path).arg(to);
        assert!(export.output().unwrap().status.success());
    }

    /// The script of the documents takes the key of any history, and says how many of the kept checkpoints it could compare.
    fn checked_by_the_script(&self, keys: &[&Path]) {
        let (lines, tiles) = (self.dashboard.file("audit.jsonl"), self.dashboard.file("tiles"));
        self.export("jsonl", &lines);
        self.export("tlog-tiles", &tiles);
        for key in keys {
            for (what, path) in [("export", &lines), ("tiles", &tiles)] {
                let (code, told) = said(script(what, path, key).arg("--checkpoint").arg(&self.checkpoints));
                assert!(code == 0 && told.contains(" kept checkpoints could be compared"), "{told}");
                assert!(!told.contains(" 0 of "), "{told}");
            }
        }
        std::fs::remove_dir_all(&tiles).unwrap();
    }

    /// What is beside the database and was set aside.
    fn aside(&self) -> Vec<String> {
        let names = names(self.dashboard.configured.directory.path());
        names.into_iter().filter(|name| name.contains(".before-restore-")).collect()
    }
}

async fn organisations(file: &Path) -> Vec<String> {
    let named = "SELECT object_name FROM audit_intents WHERE action = 'create' ORDER BY id";
    sqlx::query_scalar(named).fetch_all(&open(file).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_goes_on_under_another_name_and_contradicts_nothing() {
    let drill = Drill::new().await;
    let database = drill.dashboard.file("test.db");
    let before = drill.dashboard.key();
    let old_key = drill.dashboard.file("old.key");
    std::fs::rename(before, &old_key).unwrap();
    let exported = drill.dashboard.file("before.jsonl");
    drill.export("jsonl", &exported);
    let said = drill.restore();
    assert!(said.contains("/audit/2 (before: ") && said.contains("sign in again"), "{said}");
    // The files of before are there, with what was only in the WAL.
    let aside = drill.aside();
    assert!(aside.len() == 3 && aside[2].ends_with("-wal"), "{aside:?}");
    assert!(!drill.dashboard.file("test.db-wal").exists() && !drill.dashboard.file("test.db.restoring").exists());
    let names_of_before = organisations(&drill.dashboard.file(&aside[0])).await;
    assert_eq!(names_of_before.len(), 6, "{names_of_before:?}");

    drill.changes("again", true).await;
    let restored = organisations(&database).await;
    assert_eq!(restored, ["before 0", "before 1", "before 2", "again 0", "again 1", "again 2"]);
    let (code, said) = drill.verify();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("it was continued after a restore, as 127.0.0.1:3999/audit/2."), "{said}");
    assert!(said.contains("signed before a restore, for records that are not in this history: "), "{said}");
    let key = std::fs::read_to_string(drill.dashboard.key()).unwrap();
    assert!(key.starts_with("127.0.0.1:3999/audit/2+"), "{key}");
    let mut verify = command();
    verify.args(["audit", "verify", "--database"]).arg(&database).arg("--public-key").arg(&old_key);
    assert!(verify.output().unwrap().status.success(), "the key of before is the same key");
    drill.checked_by_the_script(&[&old_key, &drill.dashboard.key()]);
    let (code, told) =
        crate::audit_export::said(script("export", &exported, &old_key).arg("--checkpoint").arg(&drill.checkpoints));
    assert!(code == 0, "what was exported before is as it was signed: {told}");
    let first: (String, String) =
        sqlx::query_as("SELECT action, changes FROM audit_intents WHERE action = 'log_continued'")
            .fetch_one(&open(&database).await)
            .await
            .unwrap();
    assert!(first.1.contains(r#""before":"127.0.0.1:3999/audit","after":"127.0.0.1:3999/audit/2""#), "{first:?}");

    // The same backup again begins a third history, and forsakes the second.
    let said = drill.restore();
    assert!(said.contains("/audit/3 (before: 127.0.0.1:3999/audit)"), "{said}");
    drill.changes("once more", true).await;
    let (code, said) = drill.verify();
    assert!(code == 0 && said.contains("as 127.0.0.1:3999/audit/3."), "{said}");
    assert!(!said.contains("audit/2"), "{said}");

    // What was set aside is not put back unnoticed.
    std::fs::remove_file(drill.dashboard.file("test.db-wal")).unwrap();
    std::fs::remove_file(drill.dashboard.file("test.db-shm")).unwrap();
    std::fs::copy(&drill.backup, &database).unwrap();
    let (code, said) = drill.verify();
    assert!(code == 1 && said.contains("a checkpoint was signed after a restore, as 127.0.0.1:3999/audit/3"), "{said}");
    let mut serve = command();
    let output = serve.arg("serve").arg("--config").arg(&drill.dashboard.configured.path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("the database is an old copy"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_while_a_server_runs() {
    let drill = Drill::new().await;
    let server = drill.dashboard.serve().await;
    let (code, said) = drill.dashboard.restore(&drill.backup);
    assert!(code == 1 && said.contains("is in use: stop the server"), "{said}");
    assert!(drill.aside().is_empty());
    drill.dashboard.create(&server, "still here").await;
    server.stop();
    assert!(organisations(&drill.dashboard.file("test.db")).await.contains(&"still here".to_owned()));
    let (code, said) = drill.verify();
    assert!(code == 0 && !said.contains("restore"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_was_interrupted_is_not_served_and_can_be_done_again() {
    let drill = Drill::new().await;
    // As it is left by a kill between moving the files aside and putting the new one in their place.
    let (database, waiting) = (drill.dashboard.file("test.db"), drill.dashboard.file("test.db.restoring"));
    drill.restore();
    std::fs::rename(&database, &waiting).unwrap();
    let mut serve = command();
    let output = serve.arg("serve").arg("--config").arg(&drill.dashboard.configured.path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("was interrupted: run restore again"), "{said}");
    assert!(!database.exists());
    let said = drill.restore();
    assert!(said.contains("/audit/3"), "the second history has begun: {said}");
    drill.changes("again", true).await;
    assert_eq!(drill.verify().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_whole_backup_of_this_log_is_restored() {
    let drill = Drill::new().await;
    let present = std::fs::read(drill.dashboard.file("test.db")).unwrap();
    let wrong = drill.dashboard.backups().join("wrong.db");
    let tampered = async |statements: &'static str| {
        std::fs::copy(&drill.backup, &wrong).unwrap();
        let pool = open(&wrong).await;
        sqlx::raw_sql(statements).execute(&pool).await.unwrap();
        pool.close().await;
    };
    tampered("DROP TRIGGER audit_leaves_are_never_changed; UPDATE audit_leaves SET envelope = '{}' WHERE sequence = 1")
        .await;
    let (code, said) = drill.dashboard.restore(&wrong);
    assert!(code == 1 && said.contains("NOT whole"), "{said}");
    std::fs::write(&wrong, "hello").unwrap();
    let (code, said) = drill.dashboard.restore(&wrong);
    assert!(code == 1 && said.contains("cannot be opened"), "{said}");
    for (from, says) in
        [(drill.dashboard.file("test.db"), "is the database itself"), (drill.dashboard.file("none"), "name a backup")]
    {
        let (code, said) = drill.dashboard.restore(&from);
        assert!(code == 2 && said.contains(says), "{said}");
    }
    std::fs::copy(&drill.backup, &wrong).unwrap();
    std::fs::write(drill.dashboard.backups().join("wrong.db-wal"), "x").unwrap();
    let (code, said) = drill.dashboard.restore(&wrong);
    assert!(code == 2 && said.contains("take a backup of it first"), "{said}");
    // A log that another key signed.
    let key = drill.dashboard.file("test.audit-key.pem");
    let other = Dashboard::new("").await;
    let kept = std::fs::read(&key).unwrap();
    std::fs::copy(other.file("test.audit-key.pem"), &key).unwrap();
    let (code, said) = drill.dashboard.restore(&drill.backup);
    assert!(code == 1 && said.contains("NOT whole") && said.contains("not signed by this key"), "{said}");
    std::fs::write(&key, kept).unwrap();
    let mut restore = drill.dashboard.arguments("restore", &drill.backup);
    let output = restore.args(["--history", "1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(drill.aside().is_empty());
    assert!(std::fs::read(drill.dashboard.file("test.db")).unwrap() == present, "nothing was touched");
    let parts: Vec<_> = names(drill.dashboard.configured.directory.path());
    assert!(!parts.iter().any(|name| name.starts_with('.')), "{parts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_belongs_to_whoever_has_the_database_that_it_takes_the_place_of() {
    let drill = Drill::new().await;
    let file = drill.dashboard.file("test.db");
    // Root alone can give it to the account of a service.
    let _ = chown(&file, Some(65_534), Some(65_534));
    let owner = || file.metadata().map(|metadata| (metadata.uid(), metadata.gid())).unwrap();
    let before = owner();
    drill.restore();
    assert_eq!(owner(), before);
}
