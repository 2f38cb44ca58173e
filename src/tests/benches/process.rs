//! What the kernel says of a process: its CPU time, its memory and its open files.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

/// The kernel counts in hundredths of a second, on every machine that Linux runs on.
const TICK: Duration = Duration::from_millis(10);

/// The CPU time that a process has taken so far, in all its threads, in the program and in the kernel.
pub fn cpu_time(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The second field is the name in parentheses; the 14th and 15th are the times.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks: u32 = fields.split(' ').skip(11).take(2).map(|field| field.parse::<u32>().unwrap()).sum();
    TICK * ticks
}

/// How much memory a process has now, in kB.
pub fn resident(process: u32) -> u64 {
    status(process, "VmRSS:")
}

/// The most memory that a process has had, in kB.
pub fn most_resident(process: u32) -> u64 {
    status(process, "VmHWM:")
}

/// How many files of each kind a process has open now.
pub fn open_files(process: u32) -> BTreeMap<&'static str, i64> {
    let (mut tcp, unix) = (sockets(process, "tcp", 9), sockets(process, "unix", 6));
    // A machine without IPv6 has no table of it.
    if Path::new("/proc/net/tcp6").exists() {
        tcp.extend(sockets(process, "tcp6", 9));
    }
    let mut kinds = BTreeMap::from(["other files", "sockets by TCP", "sockets of this machine"].map(|kind| (kind, 0)));
    for file in std::fs::read_dir(format!("/proc/{process}/fd")).unwrap() {
        // One that was closed meanwhile is none.
        let Ok(file) = std::fs::read_link(file.unwrap().path()) else { continue };
        let name = file.to_string_lossy();
        let socket = name.strip_prefix("socket:[").and_then(|socket| socket.strip_suffix(']'));
        let kind = match socket {
            Some(socket) if tcp.contains(socket) => "sockets by TCP",
            Some(socket) if unix.contains(socket) => "sockets of this machine",
            _ => "other files",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

/// The sockets of a kind, by the number in which the kernel's table has them in one of its columns.
fn sockets(process: u32, kind: &str, column: usize) -> HashSet<String> {
    let table = std::fs::read_to_string(format!("/proc/{process}/net/{kind}")).unwrap();
    table.lines().skip(1).filter_map(|line| line.split_whitespace().nth(column)).map(str::to_owned).collect()
}

fn status(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
