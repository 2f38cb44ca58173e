//! How `serve` logs and traces, which its configuration says.

use std::path::Path;
use std::time::Duration;

use super::config::configuration;
use super::{Failure, with_causes};
use crate::server::config::{self, Config, ConfigurationFacts};
use crate::server::oauth::http_client;
use crate::server::telemetry;

/// How long the end waits until the last traces are sent.
const LAST_TRACES: Duration = Duration::from_secs(1);

/// Reads the configuration, and logs and traces as it says from then on. What is to be said of it is logged too.
pub(super) fn read_and_start(path: &Path, is_json: bool) -> Result<(Config, ConfigurationFacts), Failure> {
    let read = telemetry::log_within("info", is_json, || config::read_with_facts(path, std::env::vars()));
    let Ok((config, facts)) = read else {
        telemetry::start("info", is_json);
        // What is wrong beside the first thing is said too.
        configuration(path)?;
        return Err(Failure::configuration("the configuration was changed meanwhile"));
    };
    match &config.traces {
        Some(traces) => {
            let http = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
            let started = telemetry::start_with_traces("info", is_json, traces, http);
            started.map_err(|error| Failure::new(with_causes(&error)))?;
        }
        None => telemetry::start("info", is_json),
    }
    Ok((config, facts))
}

/// Sends the last traces.
pub(super) async fn end() {
    telemetry::traces_sent(LAST_TRACES).await;
}
