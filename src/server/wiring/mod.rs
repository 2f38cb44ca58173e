//! The one place where an application is put together: for `serve`, for `demo`, for the tests and for the benchmark.
//!
//! Part of the composition root: may import anything.

mod configured;
mod connections;
mod reload;
mod sandbox;

use std::sync::Arc;

use reqwest::Client;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::server::audit::{
    AuditLog, Discontinuity, KeyFileError, LogSealer, SigningKey, VerifyingKey, check_continuity, signing_key,
};
use crate::server::auth::{Access, Authentication, SessionCookie};
use crate::server::backup::{BACKUP_ELSEWHERE, BackupSource, Backups};
use crate::server::clock::{Clock, SystemClock};
use crate::server::config::Config;
use crate::server::context::Resources;
use crate::server::index::Observer;
use crate::server::locks::KeyedLocks;
use crate::server::measurements::{Reloads, Requests};
use crate::server::notifications::Notifications;
use crate::server::oauth::{http_client, single_use_http_client};
use crate::server::router;
use crate::server::sealing::SealingKey;
use crate::server::services::judging::begin_judging;
use crate::server::services::observed::Recorder;
use crate::server::state::AppState;
use crate::server::storage::{self, DatabaseError, Replica, SharedLocks, Stores};
use crate::server::tickets::{IdTokens, SealedValues, Tickets};

pub use connections::{Connected, Surroundings};
pub use reload::{Assembled, Changes};
pub use sandbox::{DescriptionError, sandbox_connections};

/// What reaches out of the program. A test may put its own in its place.
#[derive(Clone, Debug)]
pub struct Outside {
    /// A wall clock, and one that never jumps.
    pub clock: Arc<dyn Clock>,
    /// For what changes nothing: follows no redirect, uses no proxy, gives up after a few seconds.
    pub reader: Client,
    /// For what changes something: the same, and never on a connection that was used before.
    pub writer: Client,
}

impl Outside {
    /// The clock of this machine and the network.
    ///
    /// # Errors
    /// When the TLS roots of this machine cannot be loaded.
    pub fn real() -> Result<Self, reqwest::Error> {
        Ok(Self { clock: Arc::new(SystemClock), reader: http_client()?, writer: single_use_http_client()? })
    }

    /// The same while other things are done: the TLS roots are some hundred files, and each client reads them.
    pub fn begin() -> JoinHandle<Result<Self, reqwest::Error>> {
        tokio::task::spawn_blocking(Self::real)
    }
}

/// Why an application cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The key of the audit log cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The audit log is not the one of its checkpoints.
    #[error(transparent)]
    Discontinuity(#[from] Discontinuity),
}

async fn open_with(key: SigningKey, config: &Config, clock: &Arc<dyn Clock>) -> Result<Stores, AssemblyError> {
    let verifying = key.verifying().clone();
    let sealer = Arc::new(LogSealer::new(key, config.audit.checkpoint_file.clone()));
    let stores = storage::open(config.database.expose(), clock, config.session_limits, sealer).await?;
    if let Some(file) = &config.audit.checkpoint_file {
        check_continuity(stores.audit.as_ref(), file, &verifying).await?;
    }
    Ok(stores)
}

/// Puts together what a configuration asks for, for a program that is alone. Nothing is sent and no task is started yet.
///
/// # Errors
/// When the database, or the key that signs the audit log, cannot be used.
pub async fn assemble(config: &Config, outside: &Outside) -> Result<AppState, AssemblyError> {
    Ok(assemble_among(config, outside, None).await?.state)
}

/// The same for one of several replicas, with what it takes to give it another configuration.
///
/// # Errors
/// When the database, or the key that signs the audit log, cannot be used.
pub async fn assemble_among(
    config: &Config,
    outside: &Outside,
    replica: Option<&Arc<Replica>>,
) -> Result<Assembled, AssemblyError> {
    let key = signing_key(&config.audit.signing_key_file, &config.audit.origin)?;
    let backups = backups(config, outside, key.verifying().clone())?;
    let stores = open_with(key, config, &outside.clock).await?;
    if let Some(replica) = replica {
        stores.audit.only_while(replica.process());
        stores.index_snapshots.only_while_it_leads(replica.process());
    }
    let (authentication, roles) = (config.authentication.clone(), config.roles.clone());
    let sealing_key = SealingKey::of(config.sealing_key.as_ref(), "sign-ins under way");
    let reader = outside.reader.clone();
    let mut access = Access::new(authentication, roles, &config.public_url, reader, sealing_key, &outside.clock);
    access.sign_out_url.clone_from(&config.sign_out_url);
    let sealed = sealed_values(config, &stores);
    let (resources, connected) = resources(config, outside, &stores, backups, replica, sealed.as_ref());
    resources.monitor.take_up().await;
    for connection in resources.connections.in_order() {
        begin_judging(connection, &resources.audit, &resources.catalogue).await;
    }
    let state = AppState {
        resources: Arc::new(resources),
        stores: Arc::new(stores),
        access: Arc::new(access),
        arrivals: Arc::default(),
        session_limits: config.session_limits,
        session_cookie: SessionCookie { is_https: config.public_url.scheme() == "https" },
        id_tokens: Arc::new(IdTokens::new(sealed)),
        leadership: replica.map(|replica| replica.leadership()),
        ending: CancellationToken::new(),
        support_url: Arc::from(config.support_url.as_str()),
        origin: Arc::from(config.public_url.origin().ascii_serialization()),
        is_demo: matches!(config.authentication, Authentication::Demo),
        requests: Arc::new(Requests::new(router::patterns())),
        limits: Arc::default(),
        reloads: Arc::new(Reloads::begun_at(outside.clock.now())),
    };
    Ok(Assembled { state, connected, outside: outside.clone() })
}

fn backups(config: &Config, outside: &Outside, key: VerifyingKey) -> Result<Option<Arc<Backups>>, DatabaseError> {
    let Some(settings) = config.backup.clone() else {
        return Ok(None);
    };
    let database = config.database.file(BACKUP_ELSEWHERE)?;
    let source = BackupSource { database, key: Some(key), checkpoint_file: config.audit.checkpoint_file.clone() };
    Ok(Some(Arc::new(Backups::new(settings, source, config.audit.origin.clone(), Arc::clone(&outside.clock)))))
}

/// What waits for one page, or for the end of a session, where several replicas may be asked for it.
fn sealed_values(config: &Config, stores: &Stores) -> Option<Arc<SealedValues>> {
    let store = stores.one_time.clone()?;
    let key = SealingKey::of(config.sealing_key.as_ref(), "values that wait for one page");
    Some(Arc::new(SealedValues::new(store, key)))
}

fn resources(
    config: &Config,
    outside: &Outside,
    stores: &Stores,
    backups: Option<Arc<Backups>>,
    replica: Option<&Arc<Replica>>,
    sealed: Option<&Arc<SealedValues>>,
) -> (Resources, Connected) {
    let Stores { audit, checks, sessions, drafts, messages, submissions, saved_views, writer, .. } = stores.clone();
    let mut audit = AuditLog::new(audit, Arc::clone(&outside.clock));
    let shared = replica.map(|replica| Arc::clone(replica) as Arc<dyn SharedLocks>);
    if let Some(shared) = &shared {
        audit = audit.among(Arc::clone(shared));
    }
    let notifications = Notifications::new(
        config.notifications.clone(),
        config.public_url.clone(),
        outside.writer.clone(),
        Arc::clone(&outside.clock),
        (Arc::clone(&stores.notifications), writer.clone()),
    );
    let writes = TaskTracker::new();
    let observer = observer(config, &audit, &writes, replica.is_some());
    let surroundings = Surroundings { outside, observer: &observer, store: Some((&checks, &writer)) };
    let connected = Connected::of(&config.connections, surroundings);
    let resources = Resources {
        connections: connected.oneid.clone(),
        monitor: connected.monitor.clone(),
        audit,
        backups,
        checks,
        notifications: Arc::new(notifications),
        drafts,
        messages,
        submissions,
        saved_views,
        sessions,
        clock: Arc::clone(&outside.clock),
        catalogue: Arc::new(config.catalogue.clone()),
        secrets: Arc::new(Tickets::for_new_secrets(sealed.cloned())),
        reveals: Arc::new(Tickets::for_reveals(sealed.cloned())),
        recents: Arc::default(),
        locks: Arc::new(shared.map(KeyedLocks::shared_by_all).unwrap_or_default()),
        writes,
    };
    (resources, connected)
}

/// Records what is changed elsewhere on the connections of a configuration.
fn observer(config: &Config, audit: &AuditLog, writes: &TaskTracker, are_others: bool) -> Arc<dyn Observer> {
    let environments = config.connections.iter().map(|one| (one.name.clone(), one.environment)).collect();
    Arc::new(Recorder::new(audit.clone(), environments, writes.clone(), are_others))
}
