//! `partner-dashboard serve`: the real thing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leptos::config::LeptosOptions;
use tower_sessions::ExpiredDeletion;

use super::listen::Bound;
use super::{Failure, say, with_causes};
use crate::domain::connection::ConnectionSummary;
use crate::server::audit::AuditLog;
use crate::server::clock::{Clock, SystemClock};
use crate::server::config::{self, Authentication, Config, ConnectionConfig, Listen};
use crate::server::db::{self, SqliteSessionStore};
use crate::server::oauth::{Credentials, TokenRequestFormat, TokenSource, http_client, single_use_http_client};
use crate::server::oneid::{HttpPartnerApi, HttpSettings, PartnerApi};
use crate::server::services::Directory;
use crate::server::state::{AppState, Connection};
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
    let mut connections = BTreeMap::new();
    for connection in &config.connections {
        connections.insert(connection.name.clone(), connect(connection, &config.connections, &clock)?);
    }
    Ok(AppState {
        connections: Arc::new(connections),
        order: Arc::new(config.connections.iter().map(|connection| connection.name.clone()).collect()),
        audit,
        clock,
        catalogue: Arc::new(config.catalogue.clone()),
        secrets: Arc::default(),
        locks: Arc::default(),
        is_demo: matches!(config.authentication, Authentication::Demo),
        leptos_options: LeptosOptions::builder().output_name("partner-dashboard").build(),
    })
}

/// A connection, ready to be asked. Nothing is sent yet.
fn connect(config: &ConnectionConfig, all: &[ConnectionConfig], clock: &Arc<dyn Clock>) -> Result<Connection, Failure> {
    let reader = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let writer = single_use_http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let credentials = Credentials {
        token_url: config.token_url.clone(),
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone(),
        format: TokenRequestFormat::Form,
        client_authentication: config.client_auth,
        basic_encoding: config.basic_encoding,
        scope: config.scope.clone(),
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::clone(clock));
    let settings = HttpSettings { base_url: config.base_url.clone(), reader, writer, tokens };
    let api: Arc<dyn PartnerApi> = Arc::new(HttpPartnerApi::new(settings));
    let twins = all.iter().filter(|other| other.kind == config.kind && other.environment == config.environment);
    let summary = ConnectionSummary {
        name: config.name.clone(),
        kind: config.kind,
        environment: config.environment,
        is_ambiguous: twins.count() > 1,
    };
    let directory = Arc::new(Directory::new(Arc::clone(&api), Arc::clone(clock)));
    Ok(Connection { summary, api, directory })
}
