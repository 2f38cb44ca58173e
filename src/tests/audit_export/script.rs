//! The script of the documents finds in an export whatever was done to it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use super::{checked, file, said, script};
use crate::audit_verification::copies::log;
use crate::support::TestApp;

async fn exported(app: &TestApp) -> String {
    app.browser().get("/audit.jsonl?action=changes").await.body
}

#[tokio::test]
async fn the_script_finds_an_export_whole() {
    let app = log().await;
    let text = exported(&app).await;
    let (_folder, path) = file(&text);
    let (code, said) = checked(&app, "export", &path, &[]);
    assert!(code == 0 && said.contains("9 entries with 18 records are as they were signed"), "{said}");
}

/// The readable part, the parts, the salts, the envelopes, the proofs, the head and the trailer: a letter of any of them.
#[tokio::test]
async fn the_script_finds_what_was_changed_of_an_export() {
    let app = log().await;
    let text = exported(&app).await;
    for (was, is, says) in [
        ("\"name\":\"Ada Lindqvist\"", "\"name\":\"Eve Lindqvist\"", "its actor is not what its record says"),
        (r#"\"name\":\"Ada Lindqvist\""#, r#"\"name\":\"Eve Lindqvist\""#, "its actor is not what the leaf commits to"),
        (
            "\"outcome\":\"applied\",\"actor\"",
            "\"outcome\":\"refused\",\"actor\"",
            "its outcome is not what its records say",
        ),
        ("\"duration_ms\":71}", "\"duration_ms\":71,\"note\":1}", "members that it does not have"),
        ("\"event\":\"update\"", "\"event\":\"update\",\"event\":\"update\"", "two members of the same name"),
        ("\"http_status\":200", "\"http_status\":201", "the http_status of its completion"),
        ("\"event\":\"update\"", "\"event\":\"create\"", "its event is not what its record says"),
        ("\"name\":\"Meridian 3\"", "\"name\":\"Meridian 4\"", "entry 4: its object is not"),
        (r#"\"entry\":3,"#, r#"\"entry\":4,"#, "is not in the tree that was signed"),
        ("\"salt\":\"", "\"salt\":\"00", "is not what the leaf commits to"),
        ("\"sequence\":5,\"envelope\"", "\"sequence\":6,\"envelope\"", "stands in another place"),
        ("\"entries\":9", "\"entries\":8", "another number of entries"),
        ("partner-dashboard-audit-export/1", "partner-dashboard-audit-export/2", "It cannot be read"),
    ] {
        assert!(text.contains(was), "{was}");
        let (_folder, path) = file(&text.replacen(was, is, 1));
        let (code, said) = checked(&app, "export", &path, &[]);
        assert!(code != 0 && said.contains(says), "{was}: {said}");
    }
}

#[tokio::test]
async fn the_script_finds_lines_that_are_missing_doubled_moved_or_cut_off() {
    let app = log().await;
    let text = exported(&app).await;
    let lines: Vec<&str> = text.lines().collect();
    let mut moved = lines.clone();
    moved.swap(2, 3);
    let doubled = [&lines[..3], &lines[2..]].concat();
    let missing = [&lines[..3], &lines[4..]].concat();
    for (name, lines, says) in [
        ("moved", moved, "stands after a later one, or twice"),
        ("doubled", doubled, "stands after a later one, or twice"),
        ("missing", missing, "another number of entries"),
        ("cut off", lines[..lines.len() - 1].to_vec(), "the file was cut off"),
        ("added", [lines.as_slice(), &lines[1..2]].concat(), "after the last line"),
    ] {
        let (_folder, path) = file(&(lines.join("\n") + "\n"));
        let (code, said) = checked(&app, "export", &path, &[]);
        assert!(code == 1 && said.contains(says), "{name}: {said}");
    }
    let (_folder, path) = file(&text[..text.len() / 2]);
    assert_ne!(checked(&app, "export", &path, &[]).0, 0);
}

#[tokio::test]
async fn the_script_trusts_no_other_key() {
    let app = log().await;
    let (_folder, path) = file(&exported(&app).await);
    let (code, said) = checked(&log().await, "export", &path, &[]);
    assert!(code == 1 && said.contains("not signed by this key"), "{said}");
}

#[tokio::test]
async fn an_openssl_that_cannot_check_signatures_is_not_taken_for_a_wrong_signature() {
    let app = log().await;
    let (folder, path) = file(&exported(&app).await);
    let (key, openssl) = (folder.path().join("key"), folder.path().join("openssl"));
    std::fs::write(&key, app.audit_key()).unwrap();
    std::fs::write(&openssl, "#!/bin/sh\necho 'pkeyutl: Unknown option: -rawin' >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&openssl, Permissions::from_mode(0o755)).unwrap();
    let path_of_commands = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let (code, told) = said(script("export", &path, &key).env("PATH", path_of_commands));
    assert!(code == 2 && told.contains("must be OpenSSL 3 or later"), "{told}");
}

/// A loss of power cuts a checkpoint off anywhere; a mail program changes the ends of lines.
#[tokio::test]
async fn checkpoints_that_were_cut_off_are_passed_over_wherever_they_were() {
    let app = log().await;
    let (folder, path) = file(&exported(&app).await);
    let head = "SELECT checkpoint FROM audit_head";
    let note: String = sqlx::query_scalar(head).fetch_one(app.pool()).await.unwrap();
    let kept = folder.path().join("checkpoints");
    for end in (1..note.len()).step_by(7) {
        let torn = [&note.as_bytes()[..end], b"\n", note.as_bytes()].concat();
        std::fs::write(&kept, torn).unwrap();
        let (code, said) = checked(&app, "export", &path, &["--checkpoint", kept.to_str().unwrap()]);
        assert_eq!(code, 0, "{end}: {said}");
    }
    std::fs::write(&kept, note.replace('\n', "\r\n")).unwrap();
    let (code, said) = checked(&app, "export", &path, &["--checkpoint", kept.to_str().unwrap()]);
    assert!(code == 0 && said.contains("1 of 1 kept checkpoints"), "{said}");
}
