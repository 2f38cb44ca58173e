//! Reading everything again on the largest partner, when nothing has changed: what it writes, and how long pages take.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnection;

use super::dashboard::Dashboard;
use super::size::{percentile, times};
use super::tables::{Table, beside, tables};

/// Pages while everything is read again and nothing has changed, and whether anything is written.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn measure(large: &Dashboard) {
    let client = large.client(None);
    let targets =
        ["/sandbox/clients", "/sandbox/organisations?q=harb", "/sandbox/clients?scope=openid"].map(str::to_owned);
    let idle = times(&client, &targets).await;
    let mut tables = Tables::of(&large.database()).await;
    let (asked, began) = (large.partner_requests(), Instant::now());
    large.refresh().await;
    let (mut during, mut last) = (Vec::new(), asked);
    // Nothing more is asked for when a second of pages has passed without a call.
    loop {
        during.extend(times(&client, &targets).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = large.partner_requests();
        if now == last && now > asked {
            break;
        }
        last = now;
    }
    during.sort();
    let [(half, half_idle), (most, most_idle)] =
        [50, 99].map(|share| (percentile(&during, share), percentile(&idle, share)));
    let (calls, took, changed) = (last - asked, began.elapsed(), tables.changed().await);
    println!("\nrefresh of {calls} calls in {took:?} that finds nothing; changed tables: {changed:?}");
    println!(
        "pages during it: p50 {half:.2} ms, p99 {most:.2} ms ({} pages); idle p50 {half_idle:.2} ms, p99 {most_idle:.2} ms: \
         {:.2} and {:.2} times",
        during.len(),
        half / half_idle,
        most / most_idle,
    );
}

/// Tells which tables of a database have changed. That of sessions is left out: a visit changes it.
struct Tables {
    connection: SqliteConnection,
    before: Vec<Table>,
}

impl Tables {
    async fn of(database: &Path) -> Self {
        let mut tables = Self { connection: beside(database).await, before: Vec::new() };
        tables.before = tables.state().await;
        tables
    }

    async fn state(&mut self) -> Vec<Table> {
        let mut state = tables(&mut self.connection).await;
        state.retain(|(name, ..)| name != "sessions");
        state
    }

    async fn changed(&mut self) -> Vec<String> {
        let now = self.state().await;
        let changed = now.into_iter().zip(&self.before).filter(|(now, before)| now != *before);
        changed.map(|((name, ..), _)| name).collect()
    }
}
