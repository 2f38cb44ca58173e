//! Pages on PostgreSQL against the same pages on SQLite: the CPU time that the dashboard's own process takes.

use std::sync::Arc;

use super::dashboard::{Dashboard, ENCODINGS, Setup, USUAL};
use super::database::Database;
use super::pages::rows;
use super::sample::{Cost, Server, costs};
use crate::support::postgres_server::PostgresServer;

/// The most that a list may cost on PostgreSQL, as a multiple of SQLite.
const MOST: f64 = 1.3;
/// The pages that this is said of.
const LISTS: [&str; 3] = ["organisations", "few organisations", "clients"];

/// Measures every page on both, prints a table, and fails where a list costs too much.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn compare() {
    let server = PostgresServer::start();
    let mut dashboards = Vec::new();
    for database in Database::both(&server).await {
        dashboards.push(Dashboard::start(Setup { database, ..Setup::of(USUAL) }).await);
    }
    println!("\n| page | sent as | SQLite, µs | PostgreSQL, µs | times | requests |\n|---|---|---:|---:|---:|---:|");
    let mut dear = Vec::new();
    for row in rows(&dashboards[0].client(None)).await {
        for encodings in [None, Some(ENCODINGS)] {
            let clients: Vec<_> = dashboards.iter().map(|dashboard| dashboard.client(encodings)).collect();
            let encoding = clients[0].get(&row.targets[0]).await.encoding().to_owned();
            let servers: Vec<_> = dashboards
                .iter()
                .zip(&clients)
                .map(|(dashboard, client)| Server { process: dashboard.process(), client })
                .collect();
            let costs = costs(&servers, &Arc::from(row.targets.as_slice())).await;
            let [sqlite, postgres] = [0, 1].map(|place: usize| costs[place].per_request.as_secs_f64() * 1e6);
            let (times, requests) =
                (postgres / sqlite, costs.iter().map(|Cost { requests, .. }| requests).sum::<usize>());
            println!("| {} | {encoding} | {sqlite:.0} | {postgres:.0} | {times:.2} | {requests} |", row.name);
            if LISTS.contains(&row.name) && times > MOST {
                dear.push(format!("{} as {encoding}: {times:.2}", row.name));
            }
        }
    }
    assert!(dear.is_empty(), "more than {MOST} times SQLite: {dear:?}");
}
