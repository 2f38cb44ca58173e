//! The server as its operator meets it: asked to end, crowded, and sent what is no request.

mod commands;
mod crowds;
mod ending;
mod exposed;
mod init;
mod log_lines;
mod metrics;
mod queries;
mod ready;
mod reloads;
mod rules;
mod targets;
mod traces;
mod values;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::Method;
use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, System};
use reqwest::header::{ACCEPT, COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::support::program::{Configured, PUBLIC_URL, Server, command, free_address, table};
use crate::support::{Form, Page};

/// How often connections are checked: never, unless a test says so.
pub const CHECK_INTERVAL: &str = "PARTNER_DASHBOARD_CHECKS__INTERVAL_S";

/// The dashboard as a process, with a sandbox that the test holds.
struct Dashboard {
    server: Server,
    sandbox: Sandbox,
    configured: Configured,
    /// Where `/readyz` is.
    operations: String,
}

impl Dashboard {
    async fn start(command: Command) -> Self {
        Self::start_with(command, &[]).await
    }

    /// The same, with further arguments of `serve`.
    async fn start_with(mut command: Command, arguments: &[&str]) -> Self {
        let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), SandboxOptions::default()).await.unwrap();
        let free = free_address();
        let description = sandbox.description();
        let described = description.connection(System::OneIdSandbox).unwrap();
        let head = format!("listen = \"127.0.0.1:0\"\nops_listen = \"{free}\"");
        let configured = Configured::new(&head, &[(table(described), described.client_secret.as_str())]);
        command.arg("serve").args(arguments).arg("--config").arg(&configured.path);
        if command.get_envs().all(|(name, _)| name != CHECK_INTERVAL) {
            command.env(CHECK_INTERVAL, "0");
        }
        let server = Server::start(command).await;
        let dashboard = Self { server, sandbox, configured, operations: format!("http://{free}") };
        // It listens before it answers.
        assert_eq!(dashboard.visitor().get("/").await.status().as_u16(), 200);
        dashboard
    }

    fn visitor(&self) -> Visitor {
        let address = self.server.address.clone();
        Visitor { http: http_client().unwrap(), address, cookies: Mutex::default() }
    }

    /// Makes the partner take its time over what it is sent.
    fn slow_partner(&self, method: &Method, latency: Duration) {
        let fault = Fault::new(System::OneIdSandbox, FaultKind::Latency(latency));
        self.sandbox.inject(fault.on(method, "/v1/organisations"));
    }

    /// Waits until a request is at the partner.
    async fn asks_the_partner(&self, method: &Method) {
        let is_there = || {
            let requests = self.sandbox.requests();
            requests.iter().any(|request| request.method == method.as_str() && request.path.starts_with("/v1/org"))
        };
        tokio::time::timeout(Duration::from_secs(30), async {
            while !is_there() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("the partner is not asked");
    }

    /// The database, beside the server.
    async fn database(&self) -> SqliteConnection {
        database(self.configured.directory.path().join("test.db")).await
    }

    /// The outcome of every change in the audit log; none where there is no completion.
    async fn outcomes(database: &mut SqliteConnection) -> Vec<Option<String>> {
        let entries = "SELECT outcome FROM audit_intents LEFT JOIN audit_completions ON intent_id = id
             WHERE connection IS NOT NULL ORDER BY id";
        sqlx::query_scalar(entries).fetch_all(database).await.unwrap()
    }
}

async fn database(path: PathBuf) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

/// An admin behind the proxy that the configuration believes.
struct Visitor {
    http: Client,
    address: String,
    cookies: Mutex<Vec<String>>,
}

impl Visitor {
    async fn send(&self, request: RequestBuilder) -> reqwest::Result<Response> {
        let cookies = self.cookies.lock().unwrap().join("; ");
        let request = request.header(COOKIE, cookies).header(ACCEPT, "text/html").header(ORIGIN, PUBLIC_URL);
        let answer = request.header("x-user", "ada").header("x-groups", "admins").send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookies.lock().unwrap().push(pair);
        }
        Ok(answer)
    }

    async fn get(&self, path: &str) -> Response {
        self.send(self.http.get(format!("{}{path}", self.address))).await.unwrap()
    }

    /// The form for a new organisation, filled in.
    async fn new_organisation(&self, name: &str) -> Form {
        let path = "/sandbox/organisations/new";
        let page = Page::new(&self.get(path).await.text().await.unwrap());
        page.form("form.form", path).set("name", name)
    }

    async fn submit(&self, form: &Form) -> reqwest::Result<Response> {
        // A save may take longer than the client that partners are called with would wait.
        let request = self.http.post(format!("{}{}", self.address, form.action)).timeout(Duration::from_mins(1));
        self.send(request.form(&form.fields)).await
    }
}

#[tokio::test]
async fn a_log_that_is_no_terminal_has_no_colours() {
    let dashboard = Dashboard::start(command()).await;
    dashboard.server.signal("TERM");
    let (_, _, log) = dashboard.server.ends().await;
    assert!(log.contains("INFO") && !log.contains('\u{1b}'), "{log:?}");
}
