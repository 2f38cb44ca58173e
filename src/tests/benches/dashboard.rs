//! The dashboard as operators run it, on a large partner, and somebody who is signed in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::http::header;
use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::{Sandbox, SandboxOptions};
use reqwest::Response;

use super::client::Client;
use super::database::Database;
use crate::support::program::{Configured, PUBLIC_URL, Server, command, table};

/// How much the partner has: made up, and always the same.
#[derive(Clone, Copy)]
pub struct Size {
    pub organisations: usize,
    /// `None` for one client for each organisation on average.
    pub clients: Option<usize>,
}

/// What the pages are measured with.
pub const USUAL: Size = Size { organisations: 1_000, clients: None };
/// As fast as the configuration lets it be read, and then not again while it is measured.
const INDEX: &str = "index.calls_at_once = 64\nindex.calls_per_second = 1000\nindex.age_s = 86400\n";
/// Nobody is refused, and no partner is asked while it is measured: the pages are.
const HEAD: &str = "listen = \"127.0.0.1:0\"\n[limits]\nrequests_per_minute = 100000000\n[checks]\ninterval_s = 600\n";
/// What Chromium says that it can read.
pub const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// What is measured.
#[derive(Clone)]
pub struct Setup {
    pub size: Size,
    pub database: Database,
    /// What stands first in the configuration.
    pub head: String,
    /// What each connection to OneID has besides.
    pub index: &'static str,
    /// What the program finds in its environment.
    pub variables: Vec<(&'static str, String)>,
}

impl Setup {
    /// On SQLite, and in a way that nothing but what is asked for runs.
    pub fn of(size: Size) -> Self {
        Self { size, database: Database::Sqlite, head: HEAD.to_owned(), index: INDEX, variables: Vec::new() }
    }

    fn configured(&self, sandbox: &Sandbox) -> Configured {
        let description = sandbox.description();
        let connections: Vec<_> = description
            .connections
            .iter()
            .map(|described| {
                let index = if described.kind == "oneid" { self.index } else { "" };
                let urls = format!("{}token_url = \"{}\"\n{index}", table(described), described.token_url);
                (urls, described.client_secret.as_str())
            })
            .collect();
        Configured::new(&self.head, &connections)
    }

    /// The program, on a configuration, and when its process was started.
    async fn serve(&self, configured: &Configured) -> (Server, Instant) {
        let mut command = command();
        command.arg("serve").arg("--config").arg(&configured.path);
        command.envs(self.variables.iter().cloned());
        self.database.give_to(&mut command, configured.directory.path());
        let started = Instant::now();
        (Server::start(command).await.read_from_configuration(), started)
    }
}

/// A running dashboard, and the session of its visitor.
pub struct Dashboard {
    server: Server,
    started: Instant,
    /// None before the visitor has signed in.
    session: Option<String>,
    setup: Setup,
    configured: Configured,
    sandbox: Sandbox,
}

impl Dashboard {
    /// Starts it, signs in, and waits until everything has been read.
    pub async fn start(setup: Setup) -> Self {
        let dashboard = Self::empty(setup).await;
        dashboard.read_everything().await;
        dashboard
    }

    /// Starts it and signs in. Nothing has been read.
    pub async fn empty(setup: Setup) -> Self {
        let mut dashboard = Self::unvisited(setup).await;
        dashboard.session = Some(sign_in(dashboard.server.socket()).await);
        dashboard
    }

    /// Starts it. Nobody was there yet.
    pub async fn unvisited(setup: Setup) -> Self {
        let options = SandboxOptions {
            generated_organisations: Some(setup.size.organisations),
            generated_clients: setup.size.clients,
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), options).await.unwrap();
        let configured = setup.configured(&sandbox);
        let (server, started) = setup.serve(&configured).await;
        Self { server, started, session: None, setup, configured, sandbox }
    }

    /// Kills it, and starts it again on the same database.
    pub async fn restarted(self) -> Self {
        self.server.stop();
        let (server, started) = self.setup.serve(&self.configured).await;
        Self { server, started, ..self }
    }

    /// Ends it as a service manager does, waits until it is gone, and starts it again on the same database.
    pub async fn replaced(self) -> Self {
        self.server.signal("TERM");
        let (status, _, log) = self.server.ends().await;
        assert!(status.success(), "{log}");
        let (server, started) = self.setup.serve(&self.configured).await;
        Self { server, started, ..self }
    }

    /// The same, with other variables in the environment of the program.
    pub async fn replaced_with(self, variables: Vec<(&'static str, String)>) -> Self {
        Self { setup: Setup { variables, ..self.setup.clone() }, ..self }.replaced().await
    }

    /// How long its process has been there.
    pub fn since_start(&self) -> Duration {
        self.started.elapsed()
    }

    /// Its address, without a slash at the end.
    pub fn address(&self) -> String {
        self.server.address.clone()
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.configured.directory.path().join("test.db")
    }

    /// What kind of database that is.
    pub fn database_kind(&self) -> &Database {
        &self.setup.database
    }

    /// Its partner.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// All that it has logged so far.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// Ends it, and returns all that it logged.
    pub fn stop(self) -> String {
        self.server.stop()
    }

    /// How many requests the partner has received so far.
    pub fn partner_requests(&self) -> u64 {
        self.sandbox.requests().last().map_or(0, |request| request.id)
    }

    /// Presses *Refresh* above a list.
    pub async fn refresh(&self) {
        let form = [("connection", "sandbox"), ("list", "organisations")];
        assert!(post(self.server.socket(), "connections/refresh", &form).await.status().is_redirection());
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.server.process()
    }

    /// A browser that is signed in, and what it can read.
    pub fn client(&self, encodings: Option<&str>) -> Client {
        let own = |text: &str| text.to_owned();
        let mut headers = vec![
            (header::HOST, own(PUBLIC_URL.trim_start_matches("http://"))),
            (header::ACCEPT, own("text/html")),
            ("x-user".parse().unwrap(), own("ada")),
            ("x-groups".parse().unwrap(), own("admins")),
        ];
        headers.extend(self.session.clone().map(|session| (header::COOKIE, session)));
        Client::new(self.server.socket(), &headers, encodings)
    }

    /// Asks for the longest list until nothing is missing from it.
    pub async fn read_everything(&self) {
        let client = self.client(None);
        while client.get("/sandbox/clients").await.text().contains("filling-text") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Leaves a message for the next page, as each change does: from then on there is a session in the database, and it is
/// read for each request. Its cookie.
async fn sign_in(address: SocketAddr) -> String {
    let answer = post(address, "connections/check", &[("name", "sandbox")]).await;
    let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The answer to a form of an admin's browser.
async fn post(address: SocketAddr, function: &str, form: &[(&str, &str)]) -> Response {
    let request = http_client().unwrap().post(format!("http://{address}/api/{function}")).form(form);
    let request = request.header(header::ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin");
    let request = request.header(header::ACCEPT, "text/html").header("x-user", "ada").header("x-groups", "admins");
    request.send().await.unwrap()
}
