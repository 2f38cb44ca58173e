//! The application, assembled as `serve` does it, with the embedded sandbox as its partner.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use partner_dashboard::app::PAGES;
use partner_dashboard::domain::connection::{ConnectionKind, ConnectionSummary, Environment};
use partner_dashboard::server::audit::AuditLog;
use partner_dashboard::server::auth::{
    Access, Authentication, HeaderAuthentication, HeaderNames, RoleTable, SessionCookie, demo,
};
use partner_dashboard::server::clock::{Clock, SystemClock};
use partner_dashboard::server::connections::Monitor;
use partner_dashboard::server::index::Directory;
use partner_dashboard::server::oauth::{
    BasicEncoding, ClientAuthentication, Credentials, TokenRequestFormat, TokenSource, http_client,
    single_use_http_client,
};
use partner_dashboard::server::oneid::{Budget, HttpPartnerApi, HttpSettings, PartnerApi};
use partner_dashboard::server::router;
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, System};
use partner_dashboard::server::state::{AppState, Connection};
use partner_dashboard::server::storage::{self, SessionLimits, SqliteSessionStore, SqliteStore};
use sqlx::sqlite::SqlitePool;
use tempfile::TempDir;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use url::Url;

use super::browser::{Browser, PUBLIC_URL};
use super::identity_provider::{IdentityProvider, Person};
use super::monitored::monitored_settings;
use super::partner::Partner;

/// How the application under test differs from the demo.
pub struct TestOptions {
    pub sandbox: SandboxOptions,
    pub authentication: Authentication,
    pub roles: RoleTable,
    /// The address in browsers.
    pub public_url: Url,
    /// What each session may ask for.
    pub requests_per_minute: NonZeroU32,
    /// Another partner than the sandbox, for both connections.
    pub base_url: Option<Url>,
    /// A client that gives up sooner than the product's.
    pub patience: Option<Duration>,
    /// Whether the connections of the sandbox are monitored. Nothing is checked unless a test asks for it.
    pub is_monitored: bool,
    pub clock: Arc<dyn Clock>,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self {
            sandbox: SandboxOptions::default(),
            authentication: Authentication::Demo,
            roles: demo::roles(),
            public_url: PUBLIC_URL.parse().unwrap(),
            requests_per_minute: NonZeroU32::MAX,
            base_url: None,
            patience: None,
            is_monitored: false,
            clock: Arc::new(SystemClock),
        }
    }
}

impl TestOptions {
    /// Without sample data: the partner's own organisation alone.
    pub fn empty() -> Self {
        let sandbox = SandboxOptions { seed_data: false, ..SandboxOptions::default() };
        Self { sandbox, ..Self::default() }
    }

    /// Another partner than the sandbox.
    pub fn with_partner_at(base_url: &str) -> Self {
        Self { base_url: Some(base_url.parse().unwrap()), ..Self::default() }
    }

    /// People sign in at an OpenID provider.
    pub fn signing_in_at(provider: &IdentityProvider) -> Self {
        let authentication = Authentication::Oidc(provider.settings());
        Self { authentication, roles: plural_roles(), ..Self::default() }
    }

    /// Identity from the headers of a proxy at 10.0.0.0/8.
    pub fn behind_a_proxy() -> Self {
        let header = HeaderAuthentication {
            names: HeaderNames {
                user: "x-forwarded-user".parse().unwrap(),
                email: Some("x-forwarded-email".parse().unwrap()),
                groups: "x-forwarded-groups".parse().unwrap(),
            },
            trusted_peers: vec!["10.0.0.0/8".parse().unwrap()],
        };
        Self { authentication: Authentication::Header(header), roles: plural_roles(), ..Self::default() }
    }
}

/// The application, its partner and its database.
pub struct TestApp {
    pub sandbox: Sandbox,
    pub audit: AuditLog,
    pub router: Router,
    /// The connections, as the tasks of the server that nobody asks for use them.
    pub connections: Vec<Connection>,
    /// What is waited for at the end of the server.
    pub writing: TaskTracker,
    operations: Router,
    pool: SqlitePool,
    directory: TempDir,
    origin: String,
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
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("test.db").display());
        let pool = storage::open(&url).await.unwrap();
        let audit = AuditLog::new(pool.clone(), Arc::clone(&options.clock));
        let state = state(&options, &sandbox, audit.clone(), pool.clone());
        let operations = router::operations(state.clone());
        let connections = state.in_order().cloned().collect();
        let writing = state.writes.clone();
        let router = router::build(state, &options.public_url, options.requests_per_minute);
        let origin = options.public_url.origin().ascii_serialization();
        Self { sandbox, audit, router, connections, writing, operations, pool, directory, origin }
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
        Partner::new(&self.sandbox, System::OneIdSandbox).await
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

    /// What `/readyz` says.
    pub async fn ready(&self) -> StatusCode {
        let request = Request::get("/readyz").body(Body::empty()).unwrap();
        self.operations.clone().oneshot(request).await.unwrap().status()
    }

    /// The log as the next start of the server opens it: nothing is under way there.
    pub fn audit_of_the_next_start(&self) -> AuditLog {
        AuditLog::new(self.pool.clone(), Arc::new(SystemClock))
    }

    /// Runs SQL beside the application.
    pub async fn sql(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.unwrap();
    }

    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Where the database lies, with its WAL.
    pub fn files(&self) -> &Path {
        self.directory.path()
    }
}

/// The patterns of all pages.
pub fn page_routes() -> Vec<String> {
    PAGES.iter().map(|(path, _)| (*path).to_owned()).collect()
}

/// Groups are called by the plural of their role.
fn plural_roles() -> RoleTable {
    use partner_dashboard::domain::principal::Role;
    RoleTable::new(Role::ALL.map(|role| (role, vec![format!("{}s", role.word())])))
}

fn state(options: &TestOptions, sandbox: &Sandbox, audit: AuditLog, pool: SqlitePool) -> AppState {
    let (authentication, roles) = (options.authentication.clone(), options.roles.clone());
    let access = Access::new(authentication, roles, &options.public_url, http_client().unwrap(), &options.clock);
    let store = Arc::new(SqliteStore::new(pool.clone(), Arc::clone(&options.clock)));
    let connections: BTreeMap<String, Connection> = [System::OneIdSandbox, System::OneIdProduction]
        .into_iter()
        .map(|system| {
            let connection = connection(options, sandbox, system);
            (connection.summary.name.clone(), connection)
        })
        .collect();
    AppState {
        connections: Arc::new(connections),
        order: Arc::new(vec!["sandbox".to_owned(), "production".to_owned()]),
        monitor: if options.is_monitored { monitor(sandbox, &options.clock) } else { Monitor::default() },
        audit,
        clock: Arc::clone(&options.clock),
        catalogue: Arc::default(),
        secrets: Arc::default(),
        drafts: store.clone(),
        messages: store.clone(),
        submissions: store,
        locks: Arc::default(),
        writes: TaskTracker::new(),
        access: Arc::new(access),
        sessions: SqliteSessionStore::new(pool, Arc::clone(&options.clock), SessionLimits::default()),
        session_limits: SessionLimits::default(),
        session_cookie: SessionCookie { is_https: options.public_url.scheme() == "https" },
        id_tokens: Arc::default(),
        is_demo: matches!(options.authentication, Authentication::Demo),
    }
}

fn monitor(sandbox: &Sandbox, clock: &Arc<dyn Clock>) -> Monitor {
    let described = sandbox.description().connections;
    Monitor::new(described.iter().map(|described| monitored_settings(described, clock)).collect(), clock)
}

fn connection(options: &TestOptions, sandbox: &Sandbox, system: System) -> Connection {
    let description = sandbox.description();
    let described = description.connection(system).unwrap();
    let (base_url, token_url) = match &options.base_url {
        Some(base_url) => (base_url.clone(), base_url.join("/v1/token").unwrap()),
        None => (described.base_url.parse().unwrap(), described.token_url.parse().unwrap()),
    };
    let (mut reader, mut writer) = (http_client().unwrap(), single_use_http_client().unwrap());
    if let Some(patience) = options.patience {
        reader = reqwest::Client::builder().no_proxy().timeout(patience).build().unwrap();
        writer = reader.clone();
    }
    let credentials = Credentials {
        token_url,
        client_id: described.client_id.to_owned(),
        client_secret: described.client_secret.clone().into(),
        format: TokenRequestFormat::Form,
        client_authentication: ClientAuthentication::default(),
        basic_encoding: BasicEncoding::default(),
        scope: None,
    };
    let tokens = TokenSource::new(reader.clone(), credentials, Arc::clone(&options.clock));
    let settings = HttpSettings { base_url, reader, writer, tokens, budget: Budget::default() };
    let api: Arc<dyn PartnerApi> = Arc::new(HttpPartnerApi::new(settings));
    let summary = ConnectionSummary {
        name: described.name.to_owned(),
        kind: ConnectionKind::OneId,
        environment: Environment::from_word(described.environment).unwrap(),
        is_ambiguous: false,
    };
    let directory = Arc::new(Directory::new(Arc::clone(&api), Arc::clone(&options.clock)));
    Connection { summary, api, directory }
}
