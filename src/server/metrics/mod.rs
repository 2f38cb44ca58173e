//! `/metrics`: requests, calls of partners, connections, indexes, the audit log, notifications, the database and the
//! process, for Prometheus. `docs/metrics.md` names every metric.
//!
//! What can be known at the moment of the answer is asked for then; only requests and calls are counted on the way, by what
//! belongs to the application and to each of its connections. So a connection that is gone from the configuration leaves no
//! series behind. Part of the composition root: may import anything.

mod audit;
mod backups;
mod calls;
mod connections;
mod database;
mod indexes;
mod notifications;
mod process;
mod requests;
mod series;
mod traces;

use std::fmt::Error;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use self::audit::AuditFacts;
use self::series::Series;
use crate::server::measurements::Reloads;
use crate::server::state::AppState;

/// The type of the answer (`OpenMetrics` 1.0).
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The text of `/metrics`.
///
/// # Errors
/// When it cannot be written, which writing to a `String` does not do.
pub async fn text(state: &AppState) -> Result<String, Error> {
    let (facts, size) = tokio::join!(AuditFacts::of(state), database::size(state));
    written(state.leads(), |registry| {
        register_reloads(&state.reloads, registry);
        requests::register(&state.requests, registry);
        calls::register(state, registry);
        connections::register(state, registry);
        indexes::register(state, registry);
        audit::register(state, facts, registry);
        database::register(size, registry);
        notifications::register(state, registry);
        traces::register(registry);
        if let Some(backups) = &state.backups {
            backups::register(backups.state(), registry);
        }
    })
}

/// The same of a server that does not serve yet: how its process is.
///
/// # Errors
/// When it cannot be written.
pub fn text_while_starting() -> Result<String, Error> {
    written(false, |_| {})
}

fn register_reloads(reloads: &Reloads, registry: &mut Registry) {
    let help = "Whether the configuration that was read last is in use";
    Series::gauge("configuration_last_reload_successful", help).is(reloads.is_last_in_use()).register(registry);
    let help = "When the configuration in use was read, since 1970";
    let read = Series::gauge("configuration_last_reload_success_timestamp", help).in_unit(Unit::Seconds);
    read.count(u64::try_from(reloads.read_at()).unwrap_or_default()).register(registry);
}

fn written(leads: bool, register: impl FnOnce(&mut Registry)) -> Result<String, Error> {
    let mut all = Registry::default();
    process::register(&mut all);
    let own = all.sub_registry_with_prefix("partner_dashboard");
    own.register("build", "Which version this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    Series::gauge("replica_leads", "1 for the replica that refreshes, checks and settles for all, 0 for the others")
        .is(leads)
        .register(own);
    register(own);
    let mut text = String::new();
    encode(&mut text, &all)?;
    Ok(text)
}
