//! `[telemetry]`: where traces are sent.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::error::{ConfigError, ConfigFile};
use super::url::check_url;
use super::{secret_file, values};
use crate::server::telemetry::TraceSettings;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TelemetryTable {
    otlp_endpoint: Url,
    #[serde(default = "default_service_name")]
    service_name: String,
    #[serde(default = "all", deserialize_with = "values::ratio")]
    sample_ratio: f64,
    headers_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "values::flag")]
    propagate: bool,
}

fn default_service_name() -> String {
    "partner-dashboard".to_owned()
}

fn all() -> f64 {
    1.0
}

pub(super) fn check(table: TelemetryTable, file: &ConfigFile<'_>) -> Result<TraceSettings, ConfigError> {
    let TelemetryTable { otlp_endpoint: endpoint, service_name, sample_ratio, headers_file, propagate } = table;
    // Traces say nothing of people, and collectors are often beside the dashboard in a network of their own. Headers are
    // credentials.
    if headers_file.is_some() || endpoint.scheme() != "http" {
        check_url(&endpoint, "telemetry.otlp_endpoint", file)?;
    } else if endpoint.host().is_none() || endpoint.query().is_some() {
        return Err(file.error("telemetry.otlp_endpoint", "must be a URL with a host and without a query"));
    }
    if service_name.trim().is_empty() {
        return Err(file.error("telemetry.service_name", "is empty"));
    }
    let headers = headers_file.map(|path| headers(&path, file)).transpose()?.unwrap_or_default();
    Ok(TraceSettings { endpoint, service_name, sample_ratio, headers, propagate })
}

/// One header on each line: `Name: value`.
fn headers(path: &Path, file: &ConfigFile<'_>) -> Result<Vec<(String, SecretString)>, ConfigError> {
    let wrong = |reason: String| file.error("telemetry.headers_file", reason);
    let text = secret_file::read(path).map_err(|error| wrong(error.into_reason()))?;
    let lines = text.expose_secret().lines().map(str::trim).filter(|line| !line.is_empty());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let value = value.trim();
        let is_value = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        (is_name && is_value).then(|| (name.to_owned(), SecretString::from(value.to_owned())))
    });
    // What a line says is secret.
    let all: Option<Vec<_>> = headers.collect();
    all.ok_or_else(|| wrong(format!("{} must have a header on each line, such as Authorization: …", path.display())))
}

#[cfg(test)]
#[path = "telemetry_test.rs"]
mod tests;
