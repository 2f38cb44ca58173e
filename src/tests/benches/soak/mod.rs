//! Two days in minutes: people work, partners, the database and the receiver of notifications fail, and nothing grows that should not.
//!
//! The program runs as it is. Debian's `libfaketime` stands before the clocks of the system, so that every one of its periods,
//! limits and pauses passes as much faster. The partner and the people have the time of this machine.

mod faults;
mod hours;
mod people;
mod receiver;
mod report;
mod store;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::dashboard::{Dashboard, Setup, Size};
use super::database::Database;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::free_address;
use hours::Soaked;
use receiver::Receiver;
use store::Store;

/// How many times as fast the clocks of the program are. On PostgreSQL, a replica ends when its locks are not confirmed within 15
/// seconds, and that leaves the server and the machine time for an answer.
const RATE: u32 = 360;
const RATE_ON_POSTGRES: u32 = 180;
/// How many hours pass, unless somebody wants fewer. The first half of them warms up: what is kept for a day is there then.
const HOURS: u32 = 48;
/// What is put before the system's clocks, in a folder of Debian for each architecture.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";
/// In memory: a wait for a disk would be as many times as long.
const IN_MEMORY: &str = "/dev/shm";
/// Enough that there is something to search and to read.
const SIZE: Size = Size { organisations: 200, clients: None };

/// How many backups are kept of those that are taken each hour.
const KEPT_BACKUPS: usize = 3;

/// How the time of the program passes.
#[derive(Clone, Copy, Debug)]
struct Pace {
    rate: u32,
    hours: u32,
}

impl Pace {
    fn on(database: &Database, hours: u32) -> Self {
        let rate = match database {
            Database::Sqlite => RATE,
            Database::Postgres(_) => RATE_ON_POSTGRES,
        };
        Self { rate, hours }
    }

    /// An hour of the program, by the clocks of this machine.
    fn hour(self) -> Duration {
        Duration::from_hours(1) / self.rate
    }

    /// All of its hours.
    fn all(self) -> Duration {
        self.hour() * self.hours
    }
}

/// Lets so many hours pass on each database, or on the one of that name, and fails where something has grown.
pub async fn run(hours: Option<&str>, only: Option<&str>) {
    let hours = hours.map_or(HOURS, |hours| hours.parse().unwrap());
    tempfile::env::override_temp_dir(Path::new(IN_MEMORY)).unwrap();
    let server = PostgresServer::start();
    let mut databases = Database::both(&server).await.to_vec();
    databases.retain(|database| only.is_none_or(|name| database.name().eq_ignore_ascii_case(name)));
    assert!(!databases.is_empty(), "{only:?} is no database: sqlite or postgresql");
    let mut grown = Vec::new();
    for database in databases {
        grown.extend(on(database, hours).await);
    }
    assert!(grown.is_empty(), "{grown:?}");
}

/// The path of the library.
fn library() -> String {
    let folders = std::fs::read_dir("/usr/lib").unwrap().map(|folder| folder.unwrap().path().join(LIBRARY));
    let found = folders.into_iter().find(|path| path.exists());
    found.expect("Debian's package libfaketime is installed").display().to_string()
}

/// What grew on a database that should not have.
async fn on(database: Database, hours: u32) -> Vec<String> {
    let pace = Pace::on(&database, hours);
    let (name, receiver, backups) = (database.name(), Receiver::start(pace).await, tempfile::tempdir().unwrap());
    let free = free_address();
    let head = head(&database, free, &receiver, backups.path());
    let dashboard = Dashboard::start(Setup { head, index: "", database, ..Setup::of(SIZE) }).await;
    let store = Store::of(&dashboard);
    // Tables were made and everything was read in the time of the machine.
    let variables = vec![
        ("LD_PRELOAD", library()),
        ("FAKETIME", format!("+0 x{}", pace.rate)),
        // As the packages set it.
        ("MALLOC_ARENA_MAX", "2".to_owned()),
    ];
    let dashboard = dashboard.replaced_with(variables).await;
    let until = Instant::now() + pace.all();
    let faults = faults::every_hour(dashboard.sandbox(), &store, pace);
    let samples = hours::sample(&dashboard, backups.path(), free, pace);
    let (work, samples, cut) = tokio::join!(people::work(&dashboard, until), samples, faults);
    let (notifications, is_sqlite) = (receiver.counts(), matches!(store, Store::Sqlite(_)));
    assert_eq!(hours::backups_in(backups.path()), if is_sqlite { KEPT_BACKUPS } else { 0 }, "scheduled backups");
    assert_eq!(is_sqlite, cut == 0, "{cut} connections were cut");
    report::print(name, &Soaked { work, samples, notifications, cut, log: dashboard.stop() })
}

/// What stands first in the configuration: two targets of notifications, one of which is quiet at night, and backups, which
/// PostgreSQL takes itself.
fn head(database: &Database, operations: SocketAddr, receiver: &Receiver, backups: &Path) -> String {
    let listen = format!("listen = \"127.0.0.1:0\"\nops_listen = \"{operations}\"\n");
    let target =
        |name: &str| format!("[[notifications]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"{}\"\n", receiver.url);
    let quiet = "[notifications.quiet_hours]\nfrom = \"22:00\"\nto = \"07:00\"\nzone = \"Europe/London\"\n";
    let backup = match database {
        Database::Sqlite => format!("[backup]\nevery_h = 1\nkeep = {KEPT_BACKUPS}\nto = \"{}\"\n", backups.display()),
        Database::Postgres(_) => String::new(),
    };
    [listen.as_str(), &target("always"), &target("by-day"), quiet, &backup].concat()
}
