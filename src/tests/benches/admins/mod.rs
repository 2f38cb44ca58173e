//! Two hundred admins who click once in five seconds: how long they wait, and whether memory grows.

mod clicks;
mod crowd;
mod report;

use std::time::Duration;

use super::dashboard::{Dashboard, Setup, USUAL};
use super::database::Database;
use crate::support::postgres_server::PostgresServer;

pub use clicks::{Habits, Request};

/// How many there are.
const ADMINS: usize = 200;
/// How often each of them clicks, on average.
const PAUSE: Duration = Duration::from_secs(5);
/// How long they are measured, unless somebody wants it shorter.
const DURATION: Duration = Duration::from_mins(5);
/// How long they click before that: then caches are full, and every admin has a session.
const WARM_UP: Duration = Duration::from_mins(1);
/// How long a click may take, of 99 in a hundred.
const LONGEST: Duration = Duration::from_millis(100);
/// How much memory may be in use at the end, as a multiple of that after the warm-up.
const MOST_GROWTH: f64 = 1.1;

/// As operators run it. Everything is read in some ten seconds, and again every five minutes.
const HEAD: &str = "listen = \"127.0.0.1:0\"\n";
const INDEX: &str = "index.calls_per_second = 100\n";

/// Measures both databases, for so many seconds, and fails where a limit is broken.
pub async fn measure(seconds: Option<&str>) {
    let duration = seconds.map_or(DURATION, |seconds| Duration::from_secs(seconds.parse().unwrap()));
    let server = PostgresServer::start();
    let mut broken = Vec::new();
    for database in Database::both(&server).await {
        let setup = Setup { database: database.clone(), head: HEAD.to_owned(), index: INDEX, ..Setup::of(USUAL) };
        let dashboard = Dashboard::start(setup).await;
        let crowd = crowd::click(&dashboard, duration).await;
        broken.extend(report::print(database.name(), &crowd));
    }
    assert!(broken.is_empty(), "{broken:?}");
}
