//! The connections: what the last check of each found, its token, and when its secret expires.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use time::Date;

use super::series::{Labels, Series};
use crate::domain::check::ConnectionState;
use crate::server::connections::{ConnectionSettings, MonitoredConnection};
use crate::server::state::AppState;

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

/// Puts them into the answer.
pub(super) fn register(state: &AppState, registry: &mut Registry) {
    let numbers = Numbers::default();
    for connection in state.monitor.all() {
        numbers.add(connection, state);
    }
    numbers.register(registry);
    let help = "When the client secret expires by the configuration, since 1970";
    let mut expiry = Series::gauge("connection_secret_expiry_timestamp", help).in_unit(Unit::Seconds);
    for settings in state.monitor.all().iter().map(|connection| connection.settings()) {
        // It is good until the day is over.
        let end = settings.client_secret_expires.and_then(Date::next_day);
        if let Some(end) = end.and_then(|end| u64::try_from(end.midnight().assume_utc().unix_timestamp()).ok()) {
            expiry.add_count(labels(settings), end);
        }
    }
    expiry.register(registry);
}

impl Numbers {
    fn add(&self, connection: &MonitoredConnection, state: &AppState) {
        let labels = labels(connection.settings());
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

fn labels(settings: &ConnectionSettings) -> Labels {
    vec![
        ("connection", settings.name.clone()),
        ("kind", settings.kind.code().to_owned()),
        ("environment", settings.environment.word().to_owned()),
    ]
}
