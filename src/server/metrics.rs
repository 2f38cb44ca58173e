//! `/metrics`: what the connections and the audit log are like, for Prometheus.
//!
//! Nothing is counted on the way: each answer is made from what is known at the moment, so that a connection that
//! is gone from the configuration leaves no series behind. Part of the composition root: may import anything.

use std::fmt::Error;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::backup::BackupState;
use crate::domain::check::ConnectionState;
use crate::server::connections::MonitoredConnection;
use crate::server::state::AppState;

/// The type of the answer (`OpenMetrics` 1.0).
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;
type Measure = Family<Labels, Gauge<f64, AtomicU64>>;

/// The numbers of every connection.
#[derive(Default)]
struct Numbers {
    state: Family<Labels, Gauge>,
    last_check: Measure,
    duration: Measure,
    remaining: Measure,
    requests: Family<Labels, Counter>,
}

/// The text of `/metrics`.
///
/// # Errors
/// When it cannot be written, which writing to a `String` does not do.
pub async fn text(state: &AppState) -> Result<String, Error> {
    let numbers = Numbers::default();
    for connection in state.monitor.all() {
        numbers.add(connection, state);
    }
    let mut registry = Registry::with_prefix("partner_dashboard");
    numbers.register(&mut registry);
    register_audit(state, &mut registry).await;
    if let Some(backups) = &state.backups {
        register_backups(backups.state(), &mut registry);
    }
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What of the audit log is not yet where it should be.
async fn register_audit(state: &AppState, registry: &mut Registry) {
    let mut register = |name: &str, help: &str, records: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(records).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    let unwritten = state.audit.unwritten().await as u64;
    register("audit_unwritten", "Completions that are not in the audit log yet", unwritten);
    match state.audit.unstreamed().await {
        Ok(None) => {}
        Ok(Some(behind)) => {
            register("audit_stream_behind", "Records of the audit log that are not in its stream yet", behind);
        }
        Err(error) => tracing::warn!(%error, "it is not known how far the audit log was streamed"),
    }
    match state.audit.unindexed().await {
        Ok(behind) => {
            register("audit_index_behind", "Records of the audit log that are not in its search index yet", behind);
        }
        Err(error) => tracing::warn!(%error, "it is not known how far the search index of the audit log is"),
    }
}

/// The scheduled backups. Before there is one, only the failures are known.
fn register_backups(backups: BackupState, registry: &mut Registry) {
    if let Some(last) = backups.last {
        let (at, bytes) = (Gauge::<i64>::default(), Gauge::<i64>::default());
        at.set(last.at.unix_timestamp());
        bytes.set(i64::try_from(last.bytes).unwrap_or(i64::MAX));
        let name = "backup_last_success_timestamp";
        registry.register_with_unit(name, "When the newest backup was taken, since 1970", Unit::Seconds, at);
        registry.register_with_unit("backup_last_success", "The size of the newest backup", Unit::Bytes, bytes);
    }
    let failures = Counter::<u64>::default();
    failures.inc_by(backups.failures);
    registry.register("backup_failures", "Backups that failed since the start", failures);
}

impl Numbers {
    fn add(&self, connection: &MonitoredConnection, state: &AppState) {
        let settings = connection.settings();
        let labels: Labels = vec![
            ("connection", settings.name.clone()),
            ("kind", settings.kind.code().to_owned()),
            ("environment", settings.environment.word().to_owned()),
        ];
        let last = connection.last_check();
        for known in ConnectionState::ALL {
            let mut labels = labels.clone();
            labels.push(("state", known.code().to_owned()));
            let is_it = last.as_ref().is_some_and(|check| check.state == known);
            self.state.get_or_create(&labels).set(i64::from(is_it));
        }
        if let Some(check) = last {
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
            self.last_check.get_or_create(&labels).set(check.at.unix_timestamp() as f64);
            self.duration.get_or_create(&labels).set(f64::from(check.duration_ms) / 1_000.0);
        }
        if let Some(status) = connection.token_status() {
            let left = status.token.map_or(0.0, |held| (held.expires_at - state.clock.now()).as_seconds_f64());
            self.remaining.get_or_create(&labels).set(left.max(0.0));
            self.requests.get_or_create(&labels).inc_by(status.requests);
        }
    }

    fn register(self, registry: &mut Registry) {
        registry.register("connection_state", "1 for the state that the last check found", self.state);
        registry.register_with_unit(
            "connection_last_check_timestamp",
            "When the last check ended, since 1970",
            Unit::Seconds,
            self.last_check,
        );
        registry.register_with_unit(
            "connection_check_duration",
            "How long the last check took",
            Unit::Seconds,
            self.duration,
        );
        registry.register_with_unit(
            "connection_token_remaining",
            "What is left of the token in memory",
            Unit::Seconds,
            self.remaining,
        );
        registry.register("connection_token_requests", "Token requests since the start", self.requests);
    }
}
