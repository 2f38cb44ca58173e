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

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::dashboard::{Dashboard, Setup, Size};
use super::database::Database;
use crate::support::postgres_server::PostgresServer;
use hours::Soaked;
use receiver::Receiver;
use store::Store;

/// How many times as fast the clocks of the program are.
const RATE: u64 = 360;
/// How many hours pass, unless somebody wants fewer. The first half of them warms up: what is kept for a day is there then.
const HOURS: u32 = 48;
/// An hour of the program, by the clocks of this machine.
const HOUR: Duration = Duration::from_millis(3_600_000 / RATE);
/// What is put before the system's clocks.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
/// In memory: a wait for a disk would be as many times as long.
const IN_MEMORY: &str = "/dev/shm";
/// Enough that there is something to search and to read.
const SIZE: Size = Size { organisations: 200, clients: None };

/// How many backups are kept of those that are taken each hour.
const KEPT_BACKUPS: usize = 3;

/// Lets so many hours pass on each database, and fails where something has grown.
pub async fn run(hours: Option<&str>) {
    let hours = hours.map_or(HOURS, |hours| hours.parse().unwrap());
    assert!(Path::new(LIBRARY).exists(), "there is no {LIBRARY}: install Debian's package libfaketime");
    tempfile::env::override_temp_dir(Path::new(IN_MEMORY)).unwrap();
    let server = PostgresServer::start();
    let mut grown = Vec::new();
    for database in Database::both(&server).await {
        grown.extend(on(database, hours).await);
    }
    assert!(grown.is_empty(), "{grown:?}");
}

/// What grew on a database that should not have.
async fn on(database: Database, hours: u32) -> Vec<String> {
    let (name, receiver, backups) = (database.name(), Receiver::start().await, tempfile::tempdir().unwrap());
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let head = head(&database, free, &receiver, backups.path());
    let dashboard = Dashboard::start(Setup { head, index: "", database, ..Setup::of(SIZE) }).await;
    // Tables were made and everything was read in the time of the machine.
    let variables = vec![("LD_PRELOAD", LIBRARY.to_owned()), ("FAKETIME", format!("+0 x{RATE}"))];
    let dashboard = dashboard.replaced_with(variables).await;
    let (store, until) = (Store::of(&dashboard), Instant::now() + HOUR * hours);
    let faults = faults::every_hour(dashboard.sandbox(), &store, until);
    let samples = hours::sample(&dashboard, backups.path(), free, hours);
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
