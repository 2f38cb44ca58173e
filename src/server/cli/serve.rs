//! `partner-dashboard serve`: the real thing.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leptos::config::LeptosOptions;
use tower_sessions::ExpiredDeletion;

use super::connect::{self, Connected};
use super::listen::Bound;
use super::{Failure, say, with_causes};
use crate::server::audit::AuditLog;
use crate::server::clock::{Clock, SystemClock};
use crate::server::config::{self, Authentication, Config, Listen};
use crate::server::db::{self, SqliteSessionStore};
use crate::server::state::AppState;
use crate::server::{router, telemetry};

/// How often sessions that are over are swept.
const SWEEP: Duration = Duration::from_mins(10);

/// Reads the configuration and serves until the program is asked to end.
pub(super) async fn run(path: &Path, log_json: bool) -> Result<(), Failure> {
    telemetry::start("info", log_json);
    let config = config::read(path, std::env::vars()).map_err(Failure::configuration)?;
    let bound = Bound::to(&config.listen).await?;
    say(format_args!("Partner Dashboard listens on {} for {}", bound.address(), config.public_url));
    start(config, bound).await
}

/// Starts everything that a configuration asks for, and serves.
pub(super) async fn start(config: Config, bound: Bound) -> Result<(), Failure> {
    let pool = db::open(&config.database).await.map_err(|error| Failure::new(with_causes(&error)))?;
    let sessions = SqliteSessionStore::new(pool.clone());
    let state = state(&config, AuditLog::new(pool, Arc::new(SystemClock)))?;
    if let Some(address) = config.ops_listen {
        let operations = Bound::to(&Listen::Network(address)).await?;
        tokio::spawn(operations.serve(router::operations(state.clone())));
    }
    tokio::spawn(sweep(sessions.clone()));
    if let Some(interval) = config.check_interval {
        state.monitor.watch(interval);
    }
    let router = router::build(state, config.authentication, &config.public_url, sessions)
        .map_err(|error| Failure::configuration(format_args!("public_url: {error}")))?;
    bound.serve(router).await
}

async fn sweep(sessions: SqliteSessionStore) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = sessions.delete_expired().await {
            tracing::warn!(%error, "sessions that are over could not be swept");
        }
    }
}

fn state(config: &Config, audit: AuditLog) -> Result<AppState, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let Connected { oneid, order, monitor } = connect::all(&config.connections, &clock)?;
    Ok(AppState {
        connections: Arc::new(oneid),
        order: Arc::new(order),
        monitor,
        audit,
        clock,
        catalogue: Arc::new(config.catalogue.clone()),
        secrets: Arc::default(),
        locks: Arc::default(),
        is_demo: matches!(config.authentication, Authentication::Demo),
        leptos_options: LeptosOptions::builder().output_name("partner-dashboard").build(),
    })
}
