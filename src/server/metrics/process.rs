//! The process, under the names that Prometheus knows from every program. Linux alone tells; elsewhere there are none.

use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use prometheus_client::registry::{Registry, Unit};
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::series::Series;

/// Where the fields of `/proc/self/stat` stand behind the name of the program, which may have spaces.
const USER_TIME: usize = 11;
const SYSTEM_TIME: usize = 12;
const START_TIME: usize = 19;
const VIRTUAL_BYTES: usize = 20;
const RESIDENT_PAGES: usize = 21;

/// Puts it into the answer.
pub(super) fn register(registry: &mut Registry) {
    let bytes = |name, help| Series::gauge(name, help).in_unit(Unit::Bytes);
    if let Some(stat) = Stat::read() {
        let cpu = Series::counter("process_cpu", "Processor time of the process").in_unit(Unit::Seconds);
        cpu.of(seconds(stat.field(USER_TIME) + stat.field(SYSTEM_TIME))).register(registry);
        bytes("process_resident_memory", "Memory of the process that is in use")
            .count(stat.field(RESIDENT_PAGES) * page_size() as u64)
            .register(registry);
        bytes("process_virtual_memory", "Memory that the process has asked for")
            .count(stat.field(VIRTUAL_BYTES))
            .register(registry);
        let start = Series::gauge("process_start_time", "When the process started, since 1970");
        start.in_unit(Unit::Seconds).of(started(&stat)).register(registry);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // The folder that is being read is one of them.
        let open = (open.count() as u64).saturating_sub(1);
        Series::gauge("process_open_fds", "Open file descriptors").count(open).register(registry);
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        Series::gauge("process_max_fds", "How many file descriptors may be open").count(most).register(registry);
    }
}

/// What the system says of the process.
struct Stat(Vec<u64>);

impl Stat {
    fn read() -> Option<Self> {
        let text = fs::read_to_string("/proc/self/stat").ok()?;
        let (_, fields) = text.rsplit_once(')')?;
        // A letter or a negative number is none that is needed.
        Some(Self(fields.split_whitespace().map(|field| field.parse().unwrap_or_default()).collect()))
    }

    fn field(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Times are told in ticks of a clock.
fn seconds(ticks: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "ticks since the machine started are far below 2^53")]
    let seconds = ticks as f64 / clock_ticks_per_second() as f64;
    seconds
}

/// When the process started, in seconds since 1970. Asked once: a clock that is set meanwhile starts no process.
fn started(stat: &Stat) -> f64 {
    static STARTED: OnceLock<f64> = OnceLock::new();
    *STARTED.get_or_init(|| {
        // The service may not read `/proc/stat`, which says when the machine started.
        let since_boot = clock_gettime(ClockId::Boottime);
        let since_boot = Duration::try_from(since_boot).unwrap_or_default().as_secs_f64();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        now - (since_boot - seconds(stat.field(START_TIME)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_own_memory_and_when_it_started() {
        let stat = Stat::read().unwrap();
        assert!(stat.field(RESIDENT_PAGES) * page_size() as u64 > 1_000_000);
        assert!(stat.field(VIRTUAL_BYTES) > stat.field(RESIDENT_PAGES));
        let started = started(&stat);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
        assert!((now - started) < 600.0 && started <= now + 1.0, "it started {} s ago", now - started);
    }
}
