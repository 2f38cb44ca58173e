//! What the admins have waited for, as a table, and what is too much.

use std::collections::BTreeMap;
use std::time::Duration;

use super::crowd::{Click, Crowd};
use super::{LONGEST, MOST_GROWTH};
use crate::size::percentile;

/// Prints what was measured on a database; the limits that are broken.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub fn print(database: &str, crowd: &Crowd) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for click in &crowd.clicks {
        by_name.entry(click.name).or_default().push(click.took);
        by_name.entry("all").or_default().push(click.took);
    }
    println!("\n| {database}: click | clicks | p50, ms | p99, ms | longest, ms |\n|---|---:|---:|---:|---:|");
    for (name, times) in &mut by_name {
        times.sort();
        let longest = times[times.len() - 1].as_secs_f64() * 1e3;
        let [half, most] = [50, 99].map(|share| percentile(times, share));
        println!("| {name} | {} | {half:.1} | {most:.1} | {longest:.1} |", times.len());
    }
    let errors: Vec<_> = crowd.clicks.iter().filter_map(|click: &Click| click.error.as_ref()).collect();
    let (first, last) = (crowd.memory[0], crowd.memory[crowd.memory.len() - 1]);
    let most = crowd.memory.iter().max().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "kilobytes are far below what a float can tell apart")]
    let growth = last as f64 / first as f64;
    println!(
        "\n{database}: {} errors; memory by minute, kB: {:?}, at the end {growth:.2} times, at most {most} kB; the server had \
         {:.1} % of two processors",
        errors.len(),
        crowd.memory,
        crowd.cpu_share * 100.0,
    );
    let p99 = percentile(&by_name["all"], 99);
    let limits = [
        (!errors.is_empty(), format!("{database}: {} errors, such as {:?}", errors.len(), errors.first())),
        (p99 > LONGEST.as_secs_f64() * 1e3, format!("{database}: 99 in a hundred take up to {p99:.1} ms")),
        (growth > MOST_GROWTH, format!("{database}: memory grew to {growth:.2} times")),
    ];
    limits.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, what)| what).collect()
}
