//! The demo begins with two weeks of real changes, and its audit log verifies.

use std::path::Path;
use std::process::{Child, Stdio};

use partner_dashboard::server::audit::signing_key;
use rustix::process::{Pid, Signal};

use crate::support::program::{Server, command};
use crate::support::{Page, until};

const HTML: &str = "text/html";

async fn page(server: &Server, path: &str) -> Page {
    let (status, body) = server.get(path, HTML).await;
    assert_eq!(status, 200, "{path}: {body}");
    Page::new(&body)
}

async fn demo(directory: &Path, listen: &str) -> Server {
    let mut command = command();
    command.args(["demo", "--listen", listen, "--data-dir"]).arg(directory);
    Server::start(command).await
}

/// Checks the log offline, with the public key alone.
fn assert_verifies(directory: &Path) {
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let private = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "pem")).unwrap();
    let public = directory.join("public.key");
    let key = signing_key(&private, "partner-dashboard-demo/audit").unwrap();
    std::fs::write(&public, key.verifying().to_string()).unwrap();
    let mut verify = command();
    verify.args(["audit", "verify", "--database"]).arg(directory.join("partner-dashboard.db"));
    let output = verify.arg("--public-key").arg(&public).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn the_demo_has_a_history_that_every_page_shows_and_the_log_verifies() {
    let directory = tempfile::tempdir().unwrap();
    let server = demo(directory.path(), "127.0.0.1:0").await;
    let overview = page(&server, "/").await;
    let rows = overview.texts(".attention-text > p:first-child").join("\n");
    for told in ["Thornbury Cycles", "OneConnect by Shine", "Partner platform", "made outside", "You have not sent"] {
        assert!(rows.contains(told), "{told}: {rows}");
    }
    assert!(!overview.has("#first-steps"));
    let changes = page(&server, "/audit?action=changes").await;
    assert!(changes.count("tbody tr") >= 30, "{}", changes.count("tbody tr"));
    for (outcome, least) in [("refused", 1), ("unknown", 1), ("applied", 25)] {
        let list = page(&server, &format!("/audit?action=changes&outcome={outcome}")).await;
        assert!(list.count("tbody tr") >= least, "{outcome}: {}", list.main());
    }
    let made = page(&server, "/audit?action=create").await.count("tbody tr");
    assert!(made >= 10, "{made}");
    let observed = page(&server, "/audit?action=observed").await;
    assert_eq!(observed.count("tbody tr"), 2, "{}", observed.main());
    let clients = page(&server, "/sandbox/clients?sort=-changed").await;
    assert!(clients.texts("tbody td:last-child")[0].contains(", "), "when they were changed last: {}", clients.main());
    let connection = page(&server, "/connections/share-now").await;
    assert!(connection.count(".chart-days rect") >= 13, "{}", connection.main());
    let tour = page(&server, "/tour").await;
    for link in tour.attributes(".steps a", "href") {
        page(&server, &link).await;
    }
    drop(server);
    assert_verifies(directory.path());
    let again = demo(directory.path(), "127.0.0.1:0").await;
    // What the sandbox forgot shows as removed.
    let creations = page(&again, "/audit?action=create").await.count("tbody tr");
    assert_eq!(creations, made, "the history is made once");
}

/// Starts a demo and waits until it makes its history.
async fn begun(directory: &Path) -> Child {
    let mut command = command();
    command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir"]).arg(directory);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let is_there = |file| directory.join(file).exists();
    until(async || is_there("partner-dashboard.history-unfinished") && is_there("partner-dashboard.db")).await;
    child
}

#[tokio::test]
async fn a_demo_that_is_interrupted_while_it_makes_its_history_ends_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = begun(directory.path()).await;
    rustix::process::kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(directory.path().join("partner-dashboard.history-unfinished").exists(), "it was not done");
}

#[tokio::test]
async fn a_history_that_was_not_finished_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = begun(directory.path()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let server = demo(directory.path(), "127.0.0.1:0").await;
    let changes = page(&server, "/audit?action=changes").await;
    assert!(changes.count("tbody tr") >= 30, "{}", changes.count("tbody tr"));
    assert!(!directory.path().join("partner-dashboard.history-unfinished").exists());
}
