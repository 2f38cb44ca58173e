//! Backups: taken beside a running server, checked before they have their name, and recorded.

mod command;
mod existing_log;
mod renamed;
mod restore;
mod scheduled;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use partner_dashboard::server::sandbox::{Sandbox, SandboxOptions, System};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::program::{Configured, Server, command};

const HTML: &str = "text/html";

/// A server with its configuration, and where backups go.
struct Dashboard {
    _sandbox: Sandbox,
    configured: Configured,
}

impl Dashboard {
    /// It has been started once, so that its tables and its key are there. `head` is added to the configuration.
    async fn new(head: &str) -> Self {
        let options = SandboxOptions { seed_data: false, ..SandboxOptions::default() };
        let sandbox = Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap();
        let description = sandbox.description();
        let described = description.connection(System::OneIdSandbox).unwrap();
        let connection = format!(
            "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\nbase_url = \"{}\"\ntoken_url = \"{}\"\n\
             client_id = \"{}\"\n",
            described.base_url, described.token_url, described.client_id
        );
        let head = format!("listen = \"127.0.0.1:0\"\n[checks]\ninterval_s = 0\n{head}");
        let configured = Configured::new(&head, &[(connection, described.client_secret.as_str())]);
        std::fs::create_dir(configured.directory.path().join("backups")).unwrap();
        let dashboard = Self { _sandbox: sandbox, configured };
        dashboard.serve().await.stop();
        dashboard
    }

    fn file(&self, name: &str) -> PathBuf {
        self.configured.directory.path().join(name)
    }

    fn backups(&self) -> PathBuf {
        self.file("backups")
    }

    async fn serve(&self) -> Server {
        let mut program = command();
        program.arg("serve").arg("--config").arg(&self.configured.path);
        let server = Server::start(program).await.read_from_configuration();
        assert_eq!(server.get("/account", HTML).await.0, 200);
        server
    }

    async fn create(&self, server: &Server, name: &str) {
        let form = [("connection", "sandbox"), ("name", name), ("enabled", "true")];
        let answer = server.post("/api/organisations/create", &form, HTML, "admins").await;
        assert!(answer.location.starts_with("/sandbox/organisations/"), "{answer:?}");
    }

    fn arguments(&self, name: &str, to: &Path) -> Command {
        let mut program = command();
        program.arg(name).arg("--config").arg(&self.configured.path).arg(to);
        program
    }

    fn backup(&self, to: &Path) -> (i32, String) {
        said(self.arguments("backup", to).output().unwrap())
    }

    /// The public key of the log, in a file.
    fn key(&self) -> PathBuf {
        let output = command().args(["audit", "key", "--config"]).arg(&self.configured.path).output().unwrap();
        let file = self.file("public.key");
        std::fs::write(&file, output.stdout).unwrap();
        file
    }

    fn verify(&self, database: &Path, checkpoints: Option<&Path>) -> (i32, String) {
        let mut verify = command();
        verify.args(["audit", "verify", "--database"]).arg(database).arg("--public-key").arg(self.key());
        if let Some(checkpoints) = checkpoints {
            verify.arg("--checkpoint").arg(checkpoints);
        }
        said(verify.output().unwrap())
    }

    fn restore(&self, from: &Path) -> (i32, String) {
        said(self.arguments("restore", from).output().unwrap())
    }

    async fn database(&self) -> SqlitePool {
        open(&self.file("test.db")).await
    }

    fn names(&self) -> Vec<String> {
        names(&self.backups())
    }
}

async fn open(file: &Path) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await.unwrap()
}

fn said(output: Output) -> (i32, String) {
    let Output { status, stdout, stderr } = output;
    (status.code().unwrap_or(-1), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// The file that says whose backups a folder has.
const OWNER: &str = ".partner-dashboard-log";

/// What is in a folder, but for that.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != OWNER);
    names.sort();
    names
}
