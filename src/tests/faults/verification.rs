//! What `audit verify` says afterwards, and that it says nothing of the log when its disk fails or hangs.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::disk::{Control, Disk};
use super::world::World;
use crate::support::program::command;
use crate::support::until;

const WHOLE: &str = "The audit log is whole: 2 records, each as it was signed.\n";

impl World {
    /// `audit verify`, with every checkpoint that was signed.
    pub fn verification(&self) -> Command {
        let folder = self.configured.directory.path();
        let key = folder.join("audit.pub");
        if !key.exists() {
            let printed = command().args(["audit", "key", "--config"]).arg(&self.configured.path).output().unwrap();
            std::fs::write(&key, printed.stdout).unwrap();
        }
        let mut verify = command();
        verify.args(["audit", "verify", "--database"]).arg(folder.join("test.db")).arg("--public-key").arg(&key);
        verify.arg("--checkpoint").arg(folder.join("checkpoints"));
        verify
    }

    /// What it says against the log.
    pub fn verified(&self) -> Option<String> {
        let output = self.verification().output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (!output.status.success()).then_some(said)
    }
}

/// A whole log on a disk that obeys.
async fn whole() -> (World, Disk) {
    let world = World::new().await;
    world.begin().await;
    assert_eq!(world.verified(), None);
    // What stands in the WAL is never mapped.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&world.log().await).await.unwrap();
    let disk = Disk::of(&world);
    (world, disk)
}

fn said(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_read_as_memory_is_read_by_calls_and_the_result_is_said_once() {
    let (world, disk) = whole().await;
    disk.set(Control::Unreadable, 1);
    let verified = |more: &[&str]| disk.under(world.verification()).args(more).output().unwrap();
    assert_eq!(verified(&["--mapped"]).status.signal(), Some(Signal::BUS.as_raw()));
    assert_eq!(said(verified(&[])), (Some(0), WHOLE.to_owned(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_disk_fails_is_called_unreadable_and_not_broken() {
    let (world, disk) = whole().await;
    disk.set(Control::Unreadable, 2);
    let (code, result, problem) = said(disk.under(world.verification()).output().unwrap());
    assert_eq!((code, result), (Some(2), String::new()));
    assert!(problem.contains("the database could not be read"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_a_verification_ends_all_of_it_and_nothing_is_said_of_the_log() {
    let (world, disk) = whole().await;
    disk.set(Control::Unreadable, 3);
    let mut verify = disk.under(world.verification());
    let verifying = verify.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until(async || disk.get(Control::Waiting) > 0).await;
    kill_process(Pid::from_child(&verifying), Signal::TERM).unwrap();
    // Both processes have these pipes: they end with the second one.
    let output = verifying.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
    assert_eq!(said(output), (None, String::new(), String::new()));
}
