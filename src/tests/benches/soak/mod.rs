//! Two days in minutes: people work, partners fail in every way, and nothing grows that should not.
//!
//! The program runs as it is. Debian's `libfaketime` stands before the clocks of the system, so that every one of its periods,
//! limits and pauses passes as much faster. The partner and the people have the time of this machine.

mod faults;
mod hours;
mod people;
mod report;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::dashboard::{Dashboard, Setup, Size};
use hours::Soaked;

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

/// Lets so many hours pass, and fails where something has grown.
pub async fn run(hours: Option<&str>) {
    let hours = hours.map_or(HOURS, |hours| hours.parse().unwrap());
    assert!(Path::new(LIBRARY).exists(), "there is no {LIBRARY}: install Debian's package libfaketime");
    tempfile::env::override_temp_dir(Path::new(IN_MEMORY)).unwrap();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let setup =
        Setup { head: format!("listen = \"127.0.0.1:0\"\nops_listen = \"{free}\"\n"), index: "", ..Setup::of(SIZE) };
    // Tables are made and everything is read in the time of the machine.
    let variables = vec![("LD_PRELOAD", LIBRARY.to_owned()), ("FAKETIME", format!("+0 x{RATE}"))];
    let dashboard = Dashboard::start(setup).await.replaced_with(variables).await;
    let until = Instant::now() + HOUR * hours;
    let faults = faults::every_hour(dashboard.sandbox(), until);
    let (work, samples, ()) =
        tokio::join!(people::work(&dashboard, until), hours::sample(&dashboard, free, hours), faults);
    let broken = report::print(&Soaked { work, samples, log: dashboard.stop() });
    assert!(broken.is_empty(), "{broken:?}");
}
