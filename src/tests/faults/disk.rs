//! A disk that fails on demand, for the program alone: `disk.c`, loaded before the C library.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::rounds::rounds;
use super::world::World;
use crate::durability::HTML;
use crate::support::program::Server;
use crate::support::until;

const ENOSPC: i32 = 28;
const EIO: i32 = 5;

/// The numbers of the control file, in their order.
#[derive(Clone, Copy)]
pub enum Control {
    FailingWrite,
    FailingSync,
    Error,
    Delay,
    Writes,
    Syncs,
    Stays,
    Unreadable,
    Waiting,
}

/// What stands between a server and its files.
pub struct Disk {
    control: PathBuf,
    folder: PathBuf,
}

/// The library, built once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/faults/disk.c");
        let built =
            Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&path).arg(source).arg("-ldl").status();
        assert!(built.unwrap().success());
        (folder, path)
    });
    path
}

impl Disk {
    pub fn of(world: &World) -> Self {
        let folder = world.configured.directory.path().to_owned();
        let control = folder.join("disk-control");
        std::fs::write(&control, [0; 64]).unwrap();
        Self { control, folder }
    }

    /// From here on everything that is there is durable.
    pub fn settle(&self) {
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            if path.to_str().unwrap().contains(".durable") {
                std::fs::remove_file(path).unwrap();
            }
        }
        for (path, durable) in self.files() {
            std::fs::copy(&path, &durable).unwrap();
        }
    }

    /// The files of the database and of the index, each with what is left of it without power.
    fn files(&self) -> Vec<(PathBuf, PathBuf)> {
        let names =
            std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names = names.filter(|name| name.starts_with("test.db") && !name.contains(".durable"));
        names.map(|name| (self.folder.join(&name), self.folder.join(format!("{name}.durable")))).collect()
    }

    /// The program on this disk.
    pub fn under(&self, mut program: Command) -> Command {
        program.env("LD_PRELOAD", library()).env("DISK_CONTROL", &self.control);
        program.env("DISK_FOLDER", self.folder.join("test.db"));
        program
    }

    pub fn set(&self, which: Control, value: i32) {
        let file = OpenOptions::new().write(true).open(&self.control).unwrap();
        file.write_at(&value.to_ne_bytes(), which as u64 * 4).unwrap();
    }

    pub fn get(&self, which: Control) -> i32 {
        let mut bytes = [0; 4];
        std::fs::File::open(&self.control).unwrap().read_exact_at(&mut bytes, which as u64 * 4).unwrap();
        i32::from_ne_bytes(bytes)
    }

    /// From here on nothing fails.
    fn heal(&self) {
        for which in [Control::FailingWrite, Control::FailingSync, Control::Delay, Control::Stays, Control::Unreadable]
        {
            self.set(which, 0);
        }
    }

    /// What a loss of power leaves: of each file what was synced.
    pub fn lose_power(&self) {
        for (path, durable) in self.files() {
            if durable.exists() && !path.to_str().unwrap().ends_with("-shm") {
                std::fs::copy(&durable, &path).unwrap();
            } else {
                std::fs::remove_file(&path).unwrap();
            }
        }
    }
}

/// A server on such a disk, after its first change.
async fn served() -> (World, Disk, Server) {
    let world = World::new().await;
    world.begin().await;
    let disk = Disk::of(&world);
    disk.settle();
    let server = world.serve(disk.under(world.command())).await;
    world.change(&server).await.unwrap();
    (world, disk, server)
}

/// Kills the server, takes the power away, and checks everything that has to hold.
async fn nothing_is_lost(world: &World, disk: &Disk, server: Server) {
    server.stop();
    disk.lose_power();
    assert_eq!(world.broken().await, Vec::<String>::new());
    assert_eq!(world.verified(), None);
}

/// Every write, or every sync, of a change fails once: with this error, alone or with all that follow. Among the other tests
/// it is some of the writes, which are many.
async fn each_fails(failing: Control, counted: Control, error: i32, stays: bool) {
    let (world, disk, server) = served().await;
    let is_thorough = rounds(0) > 0;
    let step = if is_thorough || matches!(failing, Control::FailingSync) { 1 } else { 7 };
    let (mut number, mut passed) = (1, 0);
    while passed < 3 {
        disk.set(Control::Error, error);
        disk.set(Control::Stays, i32::from(stays));
        disk.set(counted, 0);
        disk.set(failing, number);
        world.change(&server).await.unwrap();
        passed = if disk.get(counted) < number { passed + 1 } else { 0 };
        let (status, _) = server.get("/audit", HTML).await;
        assert_eq!(status, 200, "the log is read while its disk fails at {number}");
        disk.heal();
        number += step;
        assert!(number < 500, "there is no end of it");
    }
    let done = world.done();
    world.change(&server).await.unwrap();
    assert!(world.done() > done, "with a whole disk, everything goes on without a new start");
    nothing_is_lost(&world, &disk, server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_any_write_lets_no_change_through_without_its_record() {
    each_fails(Control::FailingWrite, Control::Writes, ENOSPC, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_stays_full_from_any_write_on_lets_no_change_through_without_its_record() {
    each_fails(Control::FailingWrite, Control::Writes, ENOSPC, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_at_any_write_lets_no_change_through_without_its_record() {
    each_fails(Control::FailingWrite, Control::Writes, EIO, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_at_any_sync_lets_no_change_through_without_its_record() {
    each_fails(Control::FailingSync, Control::Syncs, EIO, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_from_any_sync_on_lets_no_change_through_without_its_record() {
    each_fails(Control::FailingSync, Control::Syncs, EIO, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_any_sync_lets_no_change_through_without_its_record() {
    for stays in [false, true] {
        each_fails(Control::FailingSync, Control::Syncs, ENOSPC, stays).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_disk_lets_no_change_through_without_its_record_and_loses_none() {
    let (world, disk, server) = served().await;
    let done = world.done();
    disk.set(Control::Delay, i32::try_from(Duration::from_secs(4).as_micros()).unwrap());
    // Whoever asks may give up first.
    let _ = world.change(&server).await;
    let (status, _) = server.get("/audit", HTML).await;
    assert_eq!((status, world.done()), (200, done), "nothing is done without its record, and the log is read");
    disk.heal();
    until(async || world.change(&server).await.is_some() && world.done() > done).await;
    nothing_is_lost(&world, &disk, server).await;
}
