//! What has grown, as a table, and what should not have.

use std::collections::{BTreeMap, BTreeSet};

use super::hours::{FILES, MEMORY, Sample, Soaked};

/// What may be there at the end, as a multiple of what was there after the first half.
const MOST_GROWTH: f64 = 1.1;
/// How far what comes and goes by chance may be from what it was, in standard deviations of it.
const BY_CHANCE: f64 = 3.0;
/// What may come and go of things of which there are few.
const FEW: f64 = 10.0;
/// Tables that grow with what people and partners do, and what is kept of them for longer than this takes: checks for two days,
/// sent notifications and forms for thirty, days of checks for ninety.
const GROWING: [&str; 6] = [
    "rows of audit_",
    "rows of connection_checks",
    "rows of connection_days",
    "rows of notification_deliveries",
    "rows of stream_",
    "rows of submissions",
];
/// How much of an error is shown, in characters.
const LONGEST_ERROR: usize = 200;
/// How many hours are taken together, so that the moment of a sample matters less. Of open files it is half of a half, because the
/// connections of people and partners come and go. One more file in each hour still shows, in a run of a day or more.
const TOGETHER: usize = 4;

/// Prints what was there after a half and at the end; what grew that should not have.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub fn print(database: &str, soaked: &Soaked) -> Vec<String> {
    let samples = &soaked.samples;
    assert!(samples.len() >= 2, "what grows shows after two hours at the earliest");
    let half = samples.len() / 2;
    let names: BTreeSet<&String> = samples.iter().flat_map(Sample::keys).collect();
    let mut grown = Vec::new();
    println!(
        "\n{database}\n\n| what | after {half} h | after {} h | times | most |\n|---|---:|---:|---:|---:|",
        samples.len()
    );
    for name in names {
        let values: Vec<f64> = samples.iter().map(|sample| value(sample, name)).collect();
        let together = together(name, half);
        let before = mean(&values[half - together..half]);
        let after = mean(&values[samples.len() - together..]);
        let most = values.iter().copied().fold(0.0, f64::max);
        println!("| {name} | {before:.0} | {after:.0} | {:.2} | {most:.0} |", after / before.max(1.0));
        let is_growing = GROWING.iter().any(|growing| name.starts_with(growing));
        // Memory and files do not come and go by chance, but with what is done.
        let by_chance = match name.as_str() {
            MEMORY | FILES => 0.0,
            name if name.starts_with("rows of ") => FEW.max(BY_CHANCE * before.sqrt()),
            _ => FEW,
        };
        if !is_growing && after > before * MOST_GROWTH + by_chance {
            grown.push(format!("{database}: {name}: from {before:.0} to {after:.0}"));
        }
    }
    println!();
    for name in [MEMORY, FILES] {
        let by_hour: Vec<i64> = samples.iter().map(|sample| sample[name]).collect();
        println!("{name} by hour: {by_hour:?}");
    }
    let work = &soaked.work;
    println!("{} sessions, {} clicks, {} of them failed", work.sessions, work.clicks, work.failed);
    let (taken, refused) = soaked.notifications;
    println!("{taken} notifications were taken, {refused} attempts refused, {} connections cut", soaked.cut);
    if taken == 0 || refused == 0 {
        grown.push(format!("{database}: the receiver took {taken} notifications and refused {refused}"));
    }
    println!("{} lines of the log; its errors:", soaked.log.lines().count());
    for (what, times) in errors(&soaked.log) {
        println!("{times} times {what}");
    }
    grown
}

/// How many hours are taken together, of so many in a half.
fn together(name: &str, half: usize) -> usize {
    let hours = if name == FILES { half / 2 } else { TOGETHER };
    hours.clamp(1, half)
}

/// What a log says of errors, and how often: without the parts that differ.
fn errors(log: &str) -> BTreeMap<String, usize> {
    let mut errors = BTreeMap::new();
    for error in log.lines().filter_map(|line| line.split(" ERROR ").nth(1)) {
        // Behind the request that it happened in, and before the fields.
        let what = error.rsplit("}:").next().and_then(|what| what.split('=').next()).unwrap_or(error);
        let what: String = what.chars().filter(|letter| !letter.is_ascii_digit()).take(LONGEST_ERROR).collect();
        *errors.entry(what).or_default() += 1;
    }
    errors
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below what a float can tell apart")]
fn value(sample: &Sample, name: &str) -> f64 {
    sample.get(name).copied().unwrap_or_default() as f64
}

#[expect(clippy::cast_precision_loss, reason = "a few hours")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
