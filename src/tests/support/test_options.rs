//! How an application under test is configured.

use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use partner_dashboard::domain::catalogue::Catalogue;
use partner_dashboard::domain::connection::ConnectionKind;
use partner_dashboard::server::auth::{Authentication, HeaderAuthentication, HeaderNames, RoleTable, demo};
use partner_dashboard::server::backup::BackupSettings;
use partner_dashboard::server::clock::{Clock, SystemClock};
use partner_dashboard::server::config::{AuditSettings, Config, Listen, default_support_url};
use partner_dashboard::server::notifications::TargetSettings;
use partner_dashboard::server::sandbox::{Sandbox, SandboxOptions};
use partner_dashboard::server::storage::SessionLimits;
use partner_dashboard::server::wiring::{Outside, sandbox_connections};
use url::Url;

use super::browser::PUBLIC_URL;
use super::identity_provider::IdentityProvider;

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
    /// Whether the indexes are kept in the database, as those of `serve` are. Nothing is read in the background.
    pub is_kept: bool,
    pub clock: Arc<dyn Clock>,
    /// Scheduled backups. None is taken unless a test asks for it.
    pub backup: Option<BackupSettings>,
    /// Who is told what. Nothing is sent unless a test asks for it.
    pub notifications: Vec<TargetSettings>,
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
            is_kept: false,
            clock: Arc::new(SystemClock),
            backup: None,
            notifications: Vec::new(),
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

/// Groups are called by the plural of their role.
fn plural_roles() -> RoleTable {
    use partner_dashboard::domain::principal::Role;
    RoleTable::new(Role::ALL.map(|role| (role, vec![format!("{}s", role.word())])))
}

/// The configuration that `demo` would have, with what a test wants otherwise.
pub(super) fn config(options: &TestOptions, sandbox: &Sandbox, database: &Path) -> Config {
    let mut connections = sandbox_connections(&sandbox.description()).unwrap();
    if !options.is_monitored {
        connections.retain(|connection| connection.kind == ConnectionKind::OneId);
    }
    if let Some(base_url) = &options.base_url {
        for connection in &mut connections {
            connection.base_url = base_url.clone();
            connection.token_url = base_url.join("/v1/token").unwrap();
        }
    }
    let database = format!("sqlite:{}", database.display());
    Config {
        audit: AuditSettings::of(&database, &options.public_url),
        public_url: options.public_url.clone(),
        listen: Listen::Network((Ipv4Addr::LOCALHOST, 0).into()),
        ops_listen: None,
        database: database.into(),
        sealing_key: None,
        backup: options.backup.clone(),
        traces: None,
        authentication: options.authentication.clone(),
        roles: options.roles.clone(),
        sign_out_url: None,
        support_url: default_support_url(),
        session_limits: SessionLimits::default(),
        requests_per_minute: options.requests_per_minute,
        connections,
        notifications: options.notifications.clone(),
        check_interval: None,
        catalogue: Catalogue::default(),
    }
}

/// The real network with the clock of the test, and with its patience.
pub(super) fn outside(options: &TestOptions) -> Outside {
    let outside = Outside { clock: Arc::clone(&options.clock), ..Outside::real().unwrap() };
    let Some(patience) = options.patience else {
        return outside;
    };
    let hasty = reqwest::Client::builder().no_proxy().timeout(patience).read_timeout(patience).build().unwrap();
    Outside { reader: hasty.clone(), writer: hasty, ..outside }
}
