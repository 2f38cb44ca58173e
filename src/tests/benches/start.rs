//! From the start of the process to its first page: what an operator waits for, and everybody else.

use std::time::{Duration, Instant};

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::dashboard::{Dashboard, Setup, USUAL};
use super::database::Database;
use crate::support::postgres_server::PostgresServer;

/// How often it is started on each database; the median counts.
const STARTS: usize = 15;
/// How often it is started on a database that is new.
const NEW_STARTS: usize = 7;
/// By then the first page has arrived, but for the time in which a new database makes its tables.
const LONGEST: Duration = Duration::from_millis(150);
/// A list of the partner that has 1,000 organisations: its first 100 rows.
const PAGE: &str = "/sandbox/organisations?sort=name";
/// As operators run it, but that nothing is waited for to be read at first.
const HEAD: &str = "listen = \"127.0.0.1:0\"\n";
const INDEX: &str = "index.calls_at_once = 64\nindex.calls_per_second = 1000\n";

/// Measures both databases, prints the times, and fails where one is too long.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn measure() {
    let server = PostgresServer::start();
    println!(
        "\n| database | starts | median, ms | least | most | a new database, ms | least | most | its tables, ms | least | most |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut slow = Vec::new();
    for database in Database::both(&server).await {
        let again = restarts(&database).await;
        let starts = first_starts(&database, &server).await;
        let new = sorted(starts.iter().map(|start| start.time));
        let tables = sorted(starts.iter().map(|start| start.tables));
        let besides = sorted(starts.iter().map(|start| start.time.saturating_sub(start.tables)));
        let columns = [&again, &new, &tables].map(|times| columns(times));
        println!("| {} | {STARTS} | {} |", database.name(), columns.join(" | "));
        if median(&again).max(median(&besides)) > LONGEST {
            slow.push(database.name());
        }
    }
    assert!(slow.is_empty(), "{slow:?}: the first page takes longer than {LONGEST:?}");
}

/// How long it takes on a database that is there, with a session and an index that was kept.
async fn restarts(database: &Database) -> Vec<Duration> {
    let mut dashboard = Dashboard::start(setup(database)).await;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        dashboard = dashboard.replaced().await;
        times.push(first_page(&dashboard).await);
    }
    sorted(times)
}

/// A first start, and the same tables made by themselves right before it: a disk is now faster and now slower.
struct FirstStart {
    time: Duration,
    tables: Duration,
}

/// How long it takes when its tables and its key have to be made first, and the list to be read from the partner.
async fn first_starts(database: &Database, server: &PostgresServer) -> Vec<FirstStart> {
    let mut starts = Vec::new();
    for _ in 0..NEW_STARTS {
        let tables = make_tables(&database.another(server).await).await;
        let dashboard = Dashboard::unvisited(setup(&database.another(server).await)).await;
        starts.push(FirstStart { time: first_page(&dashboard).await, tables });
    }
    starts
}

/// How long the server takes to make the tables that the program asks for. The program makes those of SQLite itself: nothing is taken off.
async fn make_tables(database: &Database) -> Duration {
    let Database::Postgres(url) = database else { return Duration::ZERO };
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query("SET synchronous_commit = off").execute(&mut connection).await.unwrap();
    let begun = Instant::now();
    sqlx::migrate!("migrations/postgres").run(&mut connection).await.unwrap();
    let took = begun.elapsed();
    connection.close().await.unwrap();
    took
}

/// How long it takes until a page is there as a whole, with its rows.
async fn first_page(dashboard: &Dashboard) -> Duration {
    let page = dashboard.client(None).get(PAGE).await;
    let took = dashboard.since_start();
    assert!(page.text().matches("<tr").count() > 100, "{}", page.text());
    took
}

fn setup(database: &Database) -> Setup {
    Setup { database: database.clone(), head: HEAD.to_owned(), index: INDEX, ..Setup::of(USUAL) }
}

fn sorted(times: impl IntoIterator<Item = Duration>) -> Vec<Duration> {
    let mut times: Vec<Duration> = times.into_iter().collect();
    times.sort();
    times
}

fn median(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}

fn columns(sorted: &[Duration]) -> String {
    let times = [median(sorted), sorted[0], sorted[sorted.len() - 1]];
    let shown =
        |time: Duration| if time.is_zero() { "–".to_owned() } else { format!("{:.0}", time.as_secs_f64() * 1e3) };
    times.map(shown).join(" | ")
}
