//! Dashboards on a PostgreSQL server: all answer, one leads, and the log is the same wherever it is kept.

mod balanced;
mod behind_load_balancers;
mod encrypted;
mod following;
mod migration;
mod notifications;
mod people;
mod reloads;
mod restored;
mod takeover;
mod together;
mod under_way;
mod upgrade;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use partner_dashboard::server::sandbox::Sandbox;

use crate::durability::{HTML, configured};
use crate::operations::CHECK_INTERVAL;
use crate::support::get;
use crate::support::postgres_server::{PostgresServer, free_port};
use crate::support::program::{Configured, Posted, Server, command};

/// A key that nobody else has.
const SEALING_KEY: &str = "canary-sealing-key-of-32-characters-or-more";

/// What several dashboards share.
pub(super) struct Shared {
    pub(super) configured: Configured,
    /// The URL of the database.
    pub(super) url: String,
}

impl Shared {
    /// A new database on a server.
    pub(super) async fn new(server: &PostgresServer, sandbox: &Sandbox) -> Self {
        Self { configured: configured(sandbox), url: server.new_database().await }
    }

    /// Adds a table to the file that all replicas read.
    fn add_table(&self, table: &str) {
        let text = fs::read_to_string(&self.configured.path).unwrap();
        fs::write(&self.configured.path, text + table).unwrap();
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.configured.directory.path().join("key.pem")
    }

    /// A command of the program that uses the database.
    pub(super) fn command(&self) -> Command {
        let mut command = command();
        command.env("PARTNER_DASHBOARD_DATABASE", &self.url);
        command.env("PARTNER_DASHBOARD_AUDIT__SIGNING_KEY_FILE", self.key_file());
        command.env("PARTNER_DASHBOARD_SEALING_KEY", SEALING_KEY);
        // A test that waits for something asks again and again.
        command.env("PARTNER_DASHBOARD_LIMITS__REQUESTS_PER_MINUTE", "1000000");
        command
    }

    /// The command that serves.
    pub(super) fn serving(&self) -> Command {
        let mut command = self.command();
        command.arg("serve").arg("--config").arg(&self.configured.path);
        command
    }

    /// A dashboard, once it answers.
    pub(super) async fn serve(&self) -> Server {
        Server::start(self.serving()).await.read_from_configuration()
    }

    /// A dashboard, once it answers, and the port of its metrics. It checks connections when it starts, and not soon again.
    async fn serve_measured(&self) -> (Server, u16) {
        let (mut serving, port) = (self.serving(), free_port());
        serving.env("PARTNER_DASHBOARD_OPS_LISTEN", format!("127.0.0.1:{port}"));
        serving.env(CHECK_INTERVAL, "3600");
        (Server::start(serving).await.read_from_configuration(), port)
    }

    /// The public key of the log, as a file.
    pub(super) fn public_key(&self) -> PathBuf {
        let key = succeeded(self.command().args(["audit", "key", "--config"]).arg(&self.configured.path));
        let file = self.configured.directory.path().join("key.pub");
        fs::write(&file, key.stdout).unwrap();
        file
    }

    /// What `audit verify` says of the log on the server.
    pub(super) fn verified(&self) -> String {
        let mut verify = self.command();
        verify.args(["audit", "verify", "--database", &self.url, "--public-key"]).arg(self.public_key());
        String::from_utf8(succeeded(&mut verify).stdout).unwrap()
    }
}

/// The ID of an object, from where its creation led.
fn id_of(location: &str) -> &str {
    location.rsplit('/').next().unwrap().split('?').next().unwrap()
}

/// What a dashboard measures, from the port of its metrics.
async fn metrics(port: u16) -> String {
    get(format!("http://127.0.0.1:{port}/metrics")).await.text().await.unwrap()
}

/// Runs a command that must succeed.
pub(super) fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Creates an organisation.
pub(super) async fn create(server: &Server, name: &str) -> Posted {
    let form = [("connection", "sandbox"), ("draft", ""), ("name", name), ("enabled", "true")];
    server.post("/api/organisations/create", &form, HTML, "admins").await
}
