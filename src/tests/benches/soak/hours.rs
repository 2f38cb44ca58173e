//! What there is of everything that could grow, hour by hour.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use partner_dashboard::server::oauth::http_client;
use tokio::time::{Instant, sleep_until};

use super::Pace;
use super::people::Work;
use super::store::Store;
use crate::dashboard::Dashboard;
use crate::process::{open_files, resident};

/// Gauges of `/metrics` that say how much there is of something.
const GAUGES: [&str; 6] = [
    FILES,
    "partner_dashboard_http_requests_in_flight",
    "partner_dashboard_audit_unwritten",
    "partner_dashboard_audit_observed_waiting",
    "partner_dashboard_saves_in_progress",
    "partner_dashboard_audit_index_behind",
];

/// What there was at the end of an hour: rows of tables, gauges, backups, and the resident memory in kB.
pub type Sample = BTreeMap<String, i64>;

/// How many lines say why a dashboard has ended.
const LAST_LINES: usize = 20;

/// The gauge of open files.
pub const FILES: &str = "process_open_fds";
/// The name of the resident memory in a sample.
pub const MEMORY: &str = "resident memory, kB";

/// All that was measured.
pub struct Soaked {
    pub work: Work,
    pub samples: Vec<Sample>,
    /// How many notifications were taken, and how many attempts refused.
    pub notifications: (usize, usize),
    /// How many connections to the database were cut.
    pub cut: i64,
    pub log: String,
}

/// Takes a sample at the end of each hour.
pub async fn sample(dashboard: &Dashboard, backups: &Path, operations: SocketAddr, pace: Pace) -> Vec<Sample> {
    let mut reader = Store::of(dashboard).reader().await;
    let begun = Instant::now();
    let mut samples = Vec::new();
    for hour in 1..=pace.hours {
        sleep_until(begun + pace.hour() * hour).await;
        let gauges = gauges(operations).await;
        let mut sample: Sample = gauges
            .unwrap_or_else(|error| panic!("hour {hour}: {error}. The log ends with:\n{}", last_lines(dashboard)));
        sample.extend(reader.rows().await.into_iter().map(|(name, rows)| (format!("rows of {name}"), rows)));
        let files = open_files(dashboard.process()).into_iter();
        sample.extend(files.map(|(kind, number)| (format!("open {kind}"), number)));
        sample.insert("files of backups".to_owned(), i64::try_from(backups_in(backups)).unwrap());
        sample.insert(MEMORY.to_owned(), i64::try_from(resident(dashboard.process())).unwrap());
        samples.push(sample);
    }
    samples
}

/// How many backups there are. One that is being taken has no name yet.
pub fn backups_in(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with("partner-dashboard-")).count()
}

/// What a dashboard that has ended has logged last.
fn last_lines(dashboard: &Dashboard) -> String {
    let log = dashboard.log();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

async fn gauges(operations: SocketAddr) -> Result<Sample, reqwest::Error> {
    let answer = http_client().unwrap().get(format!("http://{operations}/metrics")).send().await?;
    let text = answer.text().await?;
    let values = text.lines().filter_map(|line| line.split_once(' '));
    let values = values.filter(|(name, _)| GAUGES.contains(name));
    Ok(values.map(|(name, value)| (name.to_owned(), whole(value))).collect())
}

/// A value without its fraction.
fn whole(value: &str) -> i64 {
    value.split('.').next().unwrap().parse().unwrap()
}
