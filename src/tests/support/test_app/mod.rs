//! The application, assembled as `serve` and `demo` do it, with the embedded sandbox as its partner.

mod database;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use partner_dashboard::app::PAGES;
use partner_dashboard::domain::audit::{AuditFilter, EventGroup};
use partner_dashboard::server::audit::AuditLog;
use partner_dashboard::server::auth::RoleTable;
use partner_dashboard::server::backup::Backups;
use partner_dashboard::server::config::{Config, ConfigurationFacts, Reloaded};
use partner_dashboard::server::context::Resources;
use partner_dashboard::server::index::{Connections, Keeping};
use partner_dashboard::server::locks::KeyedLocks;
use partner_dashboard::server::notifications::{Notifications, Sources};
use partner_dashboard::server::router;
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, System};
use partner_dashboard::server::storage::Stores;
use partner_dashboard::server::wiring::{Assembled, assemble_among};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::browser::Browser;
use super::identity_provider::{IdentityProvider, Person};
use super::partner::Partner;
use super::test_options::{TestOptions, config, outside};

/// The application, its partner and its database.
pub struct TestApp {
    pub sandbox: Sandbox,
    pub audit: AuditLog,
    pub router: Router,
    /// The connections, as the tasks of the server that nobody asks for use them.
    pub connections: Connections,
    /// Under which the server decides one thing at a time.
    pub locks: Arc<KeyedLocks>,
    /// What is waited for at the end of the server.
    pub writing: TaskTracker,
    /// Cancelled when the server is asked to end.
    pub ending: CancellationToken,
    /// What people are told of, and what that is found in.
    pub notifications: Box<(Arc<Notifications>, Sources)>,
    backups: Option<Arc<Backups>>,
    options: TestOptions,
    operations: Router,
    pub stores: Arc<Stores>,
    /// Beside the application's own.
    pool: SqlitePool,
    directory: TempDir,
    origin: String,
    /// The configuration, and the application that it makes.
    running: Box<(Config, Assembled)>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(TestOptions::default()).await
    }

    pub async fn empty() -> Self {
        Self::with(TestOptions::empty()).await
    }

    pub async fn with(options: TestOptions) -> Self {
        let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options.sandbox.clone()).await.unwrap();
        Self::over(tempfile::tempdir().unwrap(), sandbox, options).await
    }

    /// The server ends and starts again, with the same partner and the same database.
    pub async fn restarted(self) -> Self {
        let roles = self.options.roles.clone();
        self.restarted_with(roles).await
    }

    /// The same, with other roles in the configuration.
    pub async fn restarted_with(self, roles: RoleTable) -> Self {
        self.restarted_as(|options| options.roles = roles).await
    }

    /// The same, with anything else in the configuration.
    pub async fn restarted_as(self, change: impl FnOnce(&mut TestOptions)) -> Self {
        let Self { sandbox, directory, mut options, pool, .. } = self;
        pool.close().await;
        change(&mut options);
        Self::over(directory, sandbox, options).await
    }

    async fn over(directory: TempDir, sandbox: Sandbox, options: TestOptions) -> Self {
        let database = directory.path().join("test.db");
        let config = config(&options, &sandbox, &database);
        let assembled = Box::pin(assemble_among(&config, &outside(&options), None)).await.unwrap();
        let state = assembled.state.clone();
        let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&database)).await.unwrap();
        let operations = router::operations(state.clone());
        let Resources { audit, backups, connections, locks, writes: writing, .. } = Resources::clone(&state.resources);
        let (stores, ending) = (state.stores.clone(), state.ending.clone());
        let monitor = watch::Sender::new(state.monitor.clone()).subscribe();
        let sources = Sources { monitor, audit: audit.clone(), backups: backups.clone() };
        let notifications = Box::new((Arc::clone(&state.notifications), sources));
        if options.is_kept {
            for connection in connections.in_order() {
                connection.index.start_from(keeping(&connection.summary.name, &stores)).await;
            }
        }
        let router = router::build(state, &options.public_url, options.requests_per_minute);
        let origin = options.public_url.origin().ascii_serialization();
        Self {
            sandbox,
            audit,
            router,
            connections,
            locks,
            writing,
            ending,
            notifications,
            backups,
            options,
            operations,
            stores,
            pool,
            directory,
            origin,
            running: Box::new((config, assembled)),
        }
    }

    /// The server reads its configuration again: some keys have changed, in this way.
    pub async fn reload(&mut self, changed: &[&str], change: impl FnOnce(&mut Config)) {
        let (config, assembled) = &mut *self.running;
        change(config);
        let reloaded = Reloaded {
            config: config.clone(),
            facts: ConfigurationFacts { sha256: String::new(), values: BTreeMap::new() },
            changed: changed.iter().map(|key| (*key).to_owned()).collect(),
            waiting: Vec::new(),
            unreadable: Vec::new(),
        };
        assembled.reload(&reloaded).await;
        let state = assembled.state.clone();
        self.connections = state.connections.clone();
        self.operations = router::operations(state.clone());
        self.router = router::build(state, &config.public_url, config.requests_per_minute);
    }

    /// A browser without cookies yet.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(&self.router, &self.origin)
    }

    /// A browser that already is signed in by the proxy, with a role.
    pub fn browser_of(&self, user: &str, groups: &str) -> Browser<'_> {
        self.browser()
            .from("10.2.14.7:4711")
            .header("x-forwarded-user", user)
            .header("x-forwarded-email", &format!("{user}@partner.example"))
            .header("x-forwarded-groups", groups)
    }

    /// A browser in which somebody has signed in at the identity provider.
    pub async fn browser_signed_in(&self, provider: &IdentityProvider, person: Person) -> Browser<'_> {
        let browser = self.browser();
        let answer = browser.sign_in(provider, person, "/account").await;
        assert_eq!(answer.location(), "/account");
        browser
    }

    /// Somebody who uses the Partner API beside the dashboard.
    pub async fn partner(&self) -> Partner {
        self.partner_of(System::OneIdSandbox).await
    }

    /// The same in another environment.
    pub async fn partner_of(&self, system: System) -> Partner {
        Partner::new(&self.sandbox, system).await
    }

    /// The writes that reached the sandbox system since the journal was cleared.
    pub fn writes(&self) -> Vec<String> {
        let requests = self.sandbox.requests().into_iter();
        let writes = requests.filter(|request| request.method != "GET" && !request.path.ends_with("/token"));
        writes.map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// Breaks requests to the sandbox environment with this method.
    pub fn fault(&self, method: &Method, kind: FaultKind) {
        let path = if *method == Method::POST { "/v1/organisations" } else { "/v1" };
        self.sandbox.inject(Fault::new(System::OneIdSandbox, kind).on(method, path));
    }

    /// The scheduled backups.
    pub fn backups(&self) -> Arc<Backups> {
        self.backups.clone().unwrap()
    }

    /// What `/metrics` says.
    pub async fn metrics(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = self.operations.clone().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Whether `/readyz` says that the server can serve.
    pub async fn ready(&self) -> StatusCode {
        self.readiness().await.0
    }

    /// What `/readyz` says.
    pub async fn readiness(&self) -> (StatusCode, serde_json::Value) {
        let request = Request::get("/readyz").body(Body::empty()).unwrap();
        let answer = self.operations.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }
}

/// The entries about changes: who signed in is not among them.
pub fn changes() -> AuditFilter {
    AuditFilter { group: Some(EventGroup::Changes), ..AuditFilter::default() }
}

/// The patterns of all pages.
pub fn page_routes() -> Vec<String> {
    PAGES.iter().map(|(path, _)| (*path).to_owned()).collect()
}

/// Where the index of a connection is kept.
fn keeping(connection: &str, stores: &Stores) -> Keeping {
    Keeping {
        connection: connection.to_owned(),
        snapshots: Arc::clone(&stores.index_snapshots),
        journal: Arc::clone(&stores.index_journal),
        is_shared: false,
    }
}
