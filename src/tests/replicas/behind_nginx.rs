//! Three dashboards behind a real load balancer, with a real sign-in: people notice nothing of which one answers, nor of one
//! that is replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::ReceivedRequest;
use reqwest::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response};
use sqlx::postgres::PgPool;

use super::Shared;
use crate::durability::{HTML, at_the_partner, empty_sandbox};
use crate::support::nginx::Nginx;
use crate::support::postgres_server::PostgresServer;
use crate::support::program::{PUBLIC_URL, Server};
use crate::support::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, Person, until};

const ADA: Person = Person { subject: "ada", groups: &["admins"], session: "s-1" };

/// A browser that knows the dashboards by their load balancer alone.
struct Visitor {
    http: Client,
    address: String,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    fn new(address: &str) -> Self {
        Self { http: http_client().unwrap(), address: address.to_owned(), cookies: Vec::new() }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn get(&mut self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.address)).header(ACCEPT, HTML);
        let answer = request.header(COOKIE, self.cookies()).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    async fn sent_to(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn sign_in(&mut self, provider: &IdentityProvider) {
        let login = self.sent_to("/account").await;
        let location = self.sent_to(&login).await;
        let back = provider.authorize(&location, ADA);
        assert_eq!(self.sent_to(&back).await, "/account");
        assert_eq!(self.get("/account").await.status().as_u16(), 200);
    }

    /// Looks and creates until it is over; the names of what was created. No request may fail.
    async fn work(mut self, number: usize, is_over: Arc<AtomicBool>, created: Arc<AtomicUsize>) -> Vec<String> {
        let mut made = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            assert_eq!(self.get("/sandbox/organisations").await.status().as_u16(), 200);
            let name = format!("customer-{number}-{}", made.len());
            let (status, location) = self.create(&name).await.unwrap();
            let is_created = location.starts_with("/sandbox/organisations/") && !location.contains("draft=");
            if !is_created {
                let page = self.get(&location).await.text().await.unwrap();
                panic!("{status} {location}: {}", crate::support::Page::new(&page).main());
            }
            made.push(name);
            created.fetch_add(1, Ordering::Relaxed);
        }
        made
    }

    /// Creates an organisation; where that leads.
    async fn create(&self, name: &str) -> Option<(u16, String)> {
        let form = [("connection", "sandbox"), ("draft", ""), ("name", name), ("enabled", "true")];
        let request = self.http.post(format!("{}/api/organisations/create", self.address)).form(&form);
        let request = request.header(ACCEPT, HTML).header(COOKIE, self.cookies());
        let answer = request.header(ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin").send().await.ok()?;
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Some((answer.status().as_u16(), location.to_owned()))
    }
}

/// People who look and create without a pause.
struct Load {
    is_over: Arc<AtomicBool>,
    /// How many organisations were created.
    created: Arc<AtomicUsize>,
    people: Vec<tokio::task::JoinHandle<Vec<String>>>,
}

impl Load {
    /// So many people, who have signed in as this one.
    fn start(signed_in: &Visitor, people: usize) -> Self {
        let (is_over, created) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let people = (0..people).map(|number| {
            let (is_over, created) = (Arc::clone(&is_over), Arc::clone(&created));
            let visitor = Visitor { cookies: signed_in.cookies.clone(), ..Visitor::new(&signed_in.address) };
            tokio::spawn(visitor.work(number, is_over, created))
        });
        let people = people.collect();
        Self { is_over, created, people }
    }

    /// Until everybody was served some more.
    async fn goes_on(&self) {
        let before = self.created.load(Ordering::Relaxed);
        until(async || self.created.load(Ordering::Relaxed) > before + 2 * self.people.len()).await;
    }

    /// The names of all that was created.
    async fn end(self) -> Vec<String> {
        self.is_over.store(true, Ordering::Relaxed);
        futures::future::join_all(self.people).await.into_iter().flat_map(|made| made.unwrap()).collect()
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

    /// One of them, at this port of loopback.
    async fn serve_at(&self, port: u16) -> Server {
        let mut serving = self.serving();
        serving.env("PARTNER_DASHBOARD_LISTEN", format!("127.0.0.1:{port}"));
        Server::start(serving).await
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_at_one_edit_at_another_and_notice_nothing_of_a_rolling_restart() {
    let (server, sandbox) = (PostgresServer::start(), empty_sandbox().await);
    let provider = IdentityProvider::start().await;
    let shared = Shared::new(&server, &sandbox).await;
    shared.sign_in_at(&provider);
    let ports = [free_port(), free_port(), free_port()];
    let mut replicas = Vec::new();
    for port in ports {
        replicas.push(shared.serve_at(port).await);
    }
    let folder = tempfile::tempdir().unwrap();
    // In turn, one after the other: no two requests of a visitor go to the same. One that does not listen is passed over.
    let upstream: String = ports.map(|port| format!("server 127.0.0.1:{port} max_fails=0;")).concat();
    let http = format!("upstream dashboards {{ {upstream} keepalive 8; }}");
    let location = "location / { proxy_pass http://dashboards; proxy_http_version 1.1; proxy_set_header Connection ''; \
                    proxy_set_header Host 127.0.0.1:3999; }";
    let nginx = Nginx::start(folder.path(), &http, location).await;
    let mut visitor = Visitor::new(&nginx.address);
    visitor.sign_in(&provider).await;

    let load = Load::start(&visitor, 3);
    for port in ports {
        let old = replicas.remove(0);
        old.signal("TERM");
        let (status, _, log) = old.ends().await;
        assert!(status.success(), "{log}");
        replicas.push(shared.serve_at(port).await);
        load.goes_on().await;
    }
    // The first of them led: another one has since.
    let made = load.end().await;
    let tokens = |request: &&ReceivedRequest| request.path.ends_with("/token");
    let tokens = sandbox.requests().iter().filter(tokens).count();
    assert!((3..=6).contains(&tokens), "{tokens} token requests of six replicas, one after the other");
    let at_the_partner = at_the_partner(&sandbox).await;
    for name in &made {
        assert_eq!(at_the_partner.iter().filter(|known| *known == name).count(), 1, "{name}: {at_the_partner:?}");
    }
    let pool = PgPool::connect(&shared.url).await.unwrap();
    let recorded = "SELECT count(*) FROM audit_intents JOIN audit_completions ON intent_id = audit_intents.id
         WHERE action = 'create' AND outcome = 'applied'";
    let recorded: i64 = sqlx::query_scalar(recorded).fetch_one(&pool).await.unwrap();
    assert_eq!(usize::try_from(recorded).unwrap(), made.len(), "every write at the partner has its record");
    let observed = "SELECT count(*) FROM audit_intents WHERE action = 'observed'";
    assert_eq!(sqlx::query_scalar::<_, i64>(observed).fetch_one(&pool).await.unwrap(), 0);
    assert!(shared.verified().contains("The audit log is whole"));
}
