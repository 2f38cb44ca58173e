//! A log that is not the one that was signed last is found from outside, and not gone on with.

use partner_dashboard::server::audit::check_continuity;

use super::copies::{Copy, add, intent, log};
use crate::support::program::command;

/// A program that signs whatever it finds would make a forgery its own with the next record.
#[tokio::test]
async fn a_log_that_was_changed_is_not_gone_on_with() {
    let app = log().await;
    for statements in [
        "UPDATE audit_head SET frontier = zeroblob(64)",
        "UPDATE audit_head SET size = 17",
        "UPDATE audit_head SET checkpoint = replace(checkpoint, '18', '17'), size = 17, frontier = zeroblob(64)",
        "UPDATE audit_head SET size = 0, frontier = x'', checkpoint = ''; DELETE FROM audit_leaves;
         INSERT INTO audit_earlier_records VALUES (1, 'intent'), (77, 'intent')",
        "INSERT INTO audit_earlier_records VALUES (1, 'intent')",
    ] {
        let copy = Copy::of(&app).await;
        copy.tamper(statements).await;
        let started = app.start_with_database_of(&copy.file()).await;
        assert!(started.is_err_and(|error| error.contains("audit log")), "{statements}");
        // The same while the program runs.
        let running = log().await;
        assert!(running.audit.begin(&intent(1)).await.is_ok());
        Copy::tamper_with(running.pool(), statements).await;
        if statements.contains("audit_head") {
            assert!(running.audit.begin(&intent(1)).await.is_err(), "{statements}");
        }
    }
}

#[tokio::test]
async fn an_old_copy_is_not_gone_on_with_where_checkpoints_are_kept_elsewhere() {
    let app = log().await;
    let old = Copy::of(&app).await;
    add(&app.audit, 0..2).await;
    let new = Copy::of(&app).await;
    let checkpoints = old.directory.path().join("checkpoints");
    std::fs::write(&checkpoints, new.checkpoint().await).unwrap();
    let key = app.verifying_key();
    for (copy, is_right) in [(&old, false), (&new, true)] {
        let again = app.with_database_of(&copy.file()).await;
        let checked = check_continuity(again.stores.audit.as_ref(), &checkpoints, &key).await;
        assert_eq!(checked.is_ok(), is_right, "{checked:?}");
    }
    // From the old copy on, another history of the same length.
    let again = app.with_database_of(&old.file()).await;
    add(&again.audit, 5..7).await;
    let checked = check_continuity(again.stores.audit.as_ref(), &checkpoints, &key).await;
    assert!(checked.unwrap_err().to_string().contains("are not those that were signed"));
}

#[tokio::test]
async fn a_checkpoint_from_elsewhere_finds_an_old_copy_and_a_second_history() {
    let app = log().await;
    let old = Copy::of(&app).await;
    let checkpoint = {
        add(&app.audit, 0..2).await;
        Copy::of(&app).await.checkpoint().await
    };
    assert_eq!(old.verify(None).0, 0, "by itself it is whole");
    old.is_broken(Some(&checkpoint), "this is an old copy: it has 18 leaves, and the checkpoint has 22");

    // Somebody with the key goes on from the old copy.
    let again = app.with_database_of(&old.file()).await;
    add(&again.audit, 5..9).await;
    let second = Copy::of(&again).await;
    assert_eq!(second.verify(None).0, 0, "by itself it is whole");
    second.is_broken(Some(&checkpoint), "this is a second history: its first 22 leaves");
}

/// Whoever verifies need not stop the program for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_written_to_meanwhile_is_whole() {
    let app = log().await;
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), app.audit_key()).unwrap();
    let audit = app.audit.clone();
    let writing = tokio::spawn(async move { add(&audit, 0..200).await });
    while !writing.is_finished() {
        let mut verify = command();
        verify.args(["audit", "verify", "--database"]).arg(app.files().join("test.db"));
        let output = verify.arg("--public-key").arg(key.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    writing.await.unwrap();
}
