//! Three dashboards behind a real load balancer, with a real sign-in.

use std::path::Path;

use partner_dashboard::server::sandbox::{ReceivedRequest, Sandbox};
use sqlx::postgres::PgPool;
use tempfile::TempDir;

use super::people::Work;
use super::{Shared, metrics};
use crate::durability::{at_the_partner, empty_sandbox};
use crate::support::postgres_server::{PostgresServer, free_port};
use crate::support::program::Server;
use crate::support::proxy::Proxy;
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
    /// The address of the load balancer, without a slash at the end.
    pub address: String,
    /// What ends with this.
    _kept: (Proxy, TempDir, PostgresServer),
}

impl Balanced {
    /// Starts all of them behind nginx; the first, which leads, with these variables of the environment besides.
    pub async fn start(first: &[(&str, &str)]) -> Self {
        Self::start_behind(first, nginx).await
    }

    /// The same behind `HAProxy`.
    pub async fn start_behind_haproxy() -> Self {
        Self::start_behind(&[], haproxy).await
    }

    async fn start_behind(first: &[(&str, &str)], load_balancer: impl AsyncFnOnce(&Path, [u16; 3]) -> Proxy) -> Self {
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
        let load_balancer = load_balancer(folder.path(), ports.map(|(port, _)| port)).await;
        let address = load_balancer.address.clone();
        let kept = (load_balancer, folder, server);
        Self { sandbox, provider, shared, ports, replicas, address, _kept: kept }
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

/// In turn, one after the other: no two requests of a visitor go to the same. One that does not listen is passed over.
async fn nginx(folder: &Path, ports: [u16; 3]) -> Proxy {
    let upstream: String = ports.map(|port| format!("server 127.0.0.1:{port} max_fails=0;")).concat();
    let http = format!("upstream dashboards {{ {upstream} keepalive 8; }}");
    let location = format!(
        "location / {{ proxy_pass http://dashboards; proxy_http_version 1.1; proxy_set_header Connection ''; \
         proxy_set_header Host 127.0.0.1:3999; add_header {REPLICA} $upstream_addr always; }}"
    );
    Proxy::nginx(folder, &http, &location).await
}

/// The same. What docs/high-availability.md says has one passed over.
async fn haproxy(folder: &Path, ports: [u16; 3]) -> Proxy {
    let servers: String = ports.map(|port| format!(" server at-{port} 127.0.0.1:{port}\n")).concat();
    let backend = format!(
        " balance roundrobin\n option redispatch 1\n http-request set-header Host 127.0.0.1:3999\n \
         http-response set-header {REPLICA} %[srv_name]\n{servers}"
    );
    Proxy::haproxy(folder, &backend).await
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
