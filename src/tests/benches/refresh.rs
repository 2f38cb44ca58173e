//! Reading everything again on the largest partner, when nothing has changed: what it writes, and how long pages take.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::dashboard::Dashboard;
use super::size::{percentile, times};

/// Pages while everything is read again and nothing has changed, and whether anything is written.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn measure(large: &Dashboard) {
    let client = large.client(None);
    let targets =
        ["/sandbox/clients", "/sandbox/organisations?q=harb", "/sandbox/clients?scope=openid"].map(str::to_owned);
    let idle = times(&client, &targets).await;
    let mut writes = Writes::of(&large.database()).await;
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
    println!(
        "\nrefresh of {} calls in {:?} that finds nothing: {} writes",
        last - asked,
        began.elapsed(),
        writes.since().await
    );
    println!(
        "pages during it: p50 {half:.2} ms, p99 {most:.2} ms ({} pages); idle p50 {half_idle:.2} ms, p99 {most_idle:.2} ms: \
         {:.2} and {:.2} times",
        during.len(),
        half / half_idle,
        most / most_idle,
    );
}

/// Counts what is committed to a database, of everything but sessions.
struct Writes {
    connection: SqliteConnection,
    before: Vec<i64>,
}

impl Writes {
    async fn of(database: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(database).read_only(true);
        let mut writes = Self { connection: options.connect().await.unwrap(), before: Vec::new() };
        writes.before = writes.counted().await;
        writes
    }

    /// The last row numbers: none of these tables has a row changed without one being added.
    async fn counted(&mut self) -> Vec<i64> {
        let mut counted = Vec::new();
        for query in [
            "SELECT COALESCE(MAX(version), 0) FROM index_snapshots",
            "SELECT COALESCE(MAX(position), 0) FROM index_journal",
            "SELECT COUNT(*) FROM audit_intents",
        ] {
            counted.push(sqlx::query_scalar(query).fetch_one(&mut self.connection).await.unwrap());
        }
        counted
    }

    async fn since(&mut self) -> i64 {
        let now = self.counted().await;
        now.iter().zip(&self.before).map(|(now, before)| now - before).sum()
    }
}
