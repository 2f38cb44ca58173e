//! `partner-dashboard check`: checks every connection once, for scheduled jobs and deployments.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::config::configuration;
use super::{Failure, say, with_causes};
use crate::domain::check::{Check, ConnectionState};
use crate::domain::connection::{ConnectionKind, Environment};
use crate::server::clock::Clock;
use crate::server::config::Config;
use crate::server::connections::{Monitor, MonitoredConnection};
use crate::server::index::{Observer, Unobserved};
use crate::server::telemetry;
use crate::server::wiring::{Connected, Outside, Surroundings};

/// The space between two columns of the table, in characters.
const GAP: usize = 2;

/// A row of the table, or an element of the JSON array.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    kind: ConnectionKind,
    environment: Environment,
    state: ConnectionState,
    detail: String,
    token_expires_in_s: Option<u32>,
    http_status: Option<u16>,
    request_id: Option<String>,
}

/// Checks all connections of a configuration and prints the results. Fails when one does not work.
pub(super) async fn run(path: &Path, as_json: bool) -> Result<(), Failure> {
    telemetry::start("error", false);
    check(&configuration(path)?, as_json).await
}

/// The same with a configuration that was read.
pub(super) async fn check(config: &Config, as_json: bool) -> Result<(), Failure> {
    let outside = Outside::real().map_err(|error| Failure::new(with_causes(&error)))?;
    // A check reads no lists, so it observes nothing.
    let observer: Arc<dyn Observer> = Arc::new(Unobserved);
    let surroundings = Surroundings { outside: &outside, observer: &observer, store: None };
    let monitor = Connected::of(&config.connections, surroundings).monitor;
    let lines = lines(&monitor, outside.clock.as_ref()).await;
    if as_json {
        say(serde_json::to_string_pretty(&lines).map_err(Failure::new)?);
    } else {
        say(table(&lines).trim_end());
    }
    match lines.iter().filter(|line| !line.state.is_working()).count() {
        0 => Ok(()),
        1 => Err(Failure::new("1 connection is not healthy")),
        count => Err(Failure::new(format_args!("{count} connections are not healthy"))),
    }
}

async fn lines(monitor: &Monitor, clock: &dyn Clock) -> Vec<Line> {
    let checks = monitor.check_all().await;
    monitor.all().iter().zip(checks).map(|(connection, check)| line(connection, check, clock)).collect()
}

fn line(connection: &MonitoredConnection, check: Check, clock: &dyn Clock) -> Line {
    let settings = connection.settings();
    Line {
        name: settings.name.clone(),
        kind: settings.kind,
        environment: settings.environment,
        state: check.state,
        detail: check.detail,
        token_expires_in_s: connection.card(clock.now()).token.map(|token| token.remaining_s),
        http_status: check.http_status,
        request_id: check.request_id,
    }
}

/// The table with aligned columns. The detail is last because it may be long.
fn table(lines: &[Line]) -> String {
    const HEAD: [&str; 7] = ["NAME", "KIND", "ENVIRONMENT", "STATE", "TOKEN EXPIRES", "HTTP", "DETAIL"];
    let rows: Vec<[String; 7]> = std::iter::once(HEAD.map(str::to_owned)).chain(lines.iter().map(cells)).collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let [cells @ .., detail] = row;
        for (cell, width) in cells.iter().zip(widths) {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{cell:<0$}", width + GAP);
        }
        text.push_str(&detail);
        text.push('\n');
    }
    text
}

fn cells(line: &Line) -> [String; 7] {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let detail = match &line.request_id {
        Some(id) if !line.state.is_working() => format!("{} (request ID {id})", line.detail),
        _ => line.detail.clone(),
    };
    [
        line.name.clone(),
        line.kind.code().to_owned(),
        line.environment.word().to_owned(),
        line.state.code().to_owned(),
        or_dash(line.token_expires_in_s.map(|seconds| format!("in {seconds} s"))),
        or_dash(line.http_status.map(|status| status.to_string())),
        detail,
    ]
}
