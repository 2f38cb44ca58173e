//! Three dashboards behind a real load balancer, with a real sign-in.

use partner_dashboard::server::sandbox::{ReceivedRequest, Sandbox};
use sqlx::postgres::PgPool;
use tempfile::TempDir;

use super::people::Work;
use super::{Shared, free_port, metrics};
use crate::durability::{at_the_partner, empty_sandbox};
use crate::support::nginx::Nginx;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::Server;
use crate::support::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, until};

/// The header in which the load balancer says which replicas it tried.
pub const REPLICA: &str = "x-replica";

/// The dashboards, what they share, and what stands before them.
pub struct Balanced {
    pub sandbox: Sandbox,
    pub provider: IdentityProvider,
    pub shared: Shared,
    /// Where they listen: for browsers, and for metrics.
    pub ports: [(u16, u16); 3],
    pub replicas: Vec<Server>,
    pub nginx: Nginx,
    _folder: TempDir,
    _server: PostgresServer,
}

impl Balanced {
    /// Starts all of them; the first, which leads, with these variables of the environment besides.
    pub async fn start(first: &[(&str, &str)]) -> Self {
        let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
        let provider = IdentityProvider::start().await;
        let shared = Shared::new(&server, &sandbox).await;
        shared.sign_in_at(&provider);
        let ports = [(); 3].map(|()| (free_port(), free_port()));
        let mut replicas = Vec::new();
        for (place, at) in ports.into_iter().enumerate() {
            replicas.push(shared.serve_at(at, if place == 0 { first } else { &[] }).await);
        }
        let folder = tempfile::tempdir().unwrap();
        // In turn, one after the other: no two requests of a visitor go to the same. One that does not listen is passed over.
        let upstream: String = ports.map(|(port, _)| format!("server 127.0.0.1:{port} max_fails=0;")).concat();
        let http = format!("upstream dashboards {{ {upstream} keepalive 8; }}");
        let location = format!(
            "location / {{ proxy_pass http://dashboards; proxy_http_version 1.1; proxy_set_header Connection ''; \
             proxy_set_header Host 127.0.0.1:3999; add_header {REPLICA} $upstream_addr always; }}"
        );
        let nginx = Nginx::start(folder.path(), &http, &location).await;
        Self { sandbox, provider, shared, ports, replicas, nginx, _folder: folder, _server: server }
    }

    /// Fails where a replica has asked for more than one token in its life.
    pub async fn has_one_token_each(&self) {
        for (_, operations) in self.ports {
            let text = metrics(operations).await;
            let metric = "partner_dashboard_connection_token_requests_total{connection=\"sandbox\"";
            let requests = text.lines().find(|line| line.starts_with(metric)).unwrap();
            assert!(requests.ends_with(" 1") || requests.ends_with(" 0"), "{requests}");
        }
    }

    /// How often anybody asked for a token.
    pub fn tokens(&self) -> usize {
        let is_token = |request: &&ReceivedRequest| request.path.ends_with("/token");
        self.sandbox.requests().iter().filter(is_token).count()
    }

    /// Fails where the partner has something that nobody is recorded to have created, where something is there twice, where
    /// somebody was told of something that is not there, or where the log is not whole.
    pub async fn explains_every_write(&self, work: &Work) {
        let mut made = at_the_partner(&self.sandbox).await;
        // The partner itself is one of its organisations.
        made.retain(|name| name.starts_with("customer-"));
        for name in &work.made {
            assert!(made.contains(name), "{name}: {made:?}");
        }
        for name in &made {
            assert_eq!(made.iter().filter(|one| *one == name).count(), 1, "{name}: {made:?}");
            assert!(work.made.contains(name) || work.lost.iter().any(|(lost, _)| lost == name), "{name}: {work:?}");
        }
        let pool = PgPool::connect(&self.shared.url).await.unwrap();
        // What a replica had no time to record is found out by the one that leads.
        let recorded = "SELECT object_name FROM audit_intents AS intents
             LEFT JOIN audit_completions AS completions ON completions.intent_id = intents.id
             LEFT JOIN audit_resolutions AS resolutions ON resolutions.intent_id = intents.id
             WHERE action = 'create' AND COALESCE(resolutions.outcome, completions.outcome) = 'applied' ORDER BY 1";
        let mut present = made.clone();
        present.sort();
        until(async || sqlx::query_scalar::<_, String>(recorded).fetch_all(&pool).await.unwrap() == present).await;
        let observed = "SELECT count(*) FROM audit_intents WHERE action = 'observed'";
        assert_eq!(sqlx::query_scalar::<_, i64>(observed).fetch_one(&pool).await.unwrap(), 0);
        assert!(self.shared.verified().contains("The audit log is whole"));
    }
}

impl Shared {
    /// People sign in at this provider, and dashboards listen at sockets that the load balancer knows.
    fn sign_in_at(&self, provider: &IdentityProvider) {
        let text = std::fs::read_to_string(&self.configured.path).unwrap();
        let (before, rest) = text.split_once("[auth]").unwrap();
        let (_, connections) = rest.split_once("[[connections]]").unwrap();
        let secret = self.configured.directory.path().join("oidc");
        std::fs::write(&secret, CLIENT_SECRET).unwrap();
        let auth = format!(
            "[auth]\nmode = \"oidc\"\n[auth.oidc]\nissuer = \"{}\"\nclient_id = \"{CLIENT_ID}\"\nclient_auth = \"basic\"\n\
             client_secret_file = \"{}\"\nscopes = [\"openid\", \"profile\", \"groups\"]\n[auth.roles]\nadmin = [\"admins\"]\n",
            provider.issuer,
            secret.display()
        );
        std::fs::write(&self.configured.path, format!("{before}{auth}[[connections]]{connections}")).unwrap();
    }

    /// One of them, at these ports of loopback.
    pub async fn serve_at(&self, (port, operations): (u16, u16), variables: &[(&str, &str)]) -> Server {
        let mut serving = self.serving();
        serving.env("PARTNER_DASHBOARD_LISTEN", format!("127.0.0.1:{port}"));
        serving.env("PARTNER_DASHBOARD_OPS_LISTEN", format!("127.0.0.1:{operations}"));
        serving.envs(variables.iter().copied());
        Server::start(serving).await
    }
}
