//! A PostgreSQL server for tests: in a folder of its own, on a socket there, gone when it is dropped.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;

/// Where Debian has the programs of the server, which are not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The port that PostgreSQL has by default, which is a part of the name of its socket.
const PORT: u16 = 5432;
/// PostgreSQL refuses to run as root: then it runs as the account that Debian makes for it.
const ACCOUNT: &str = "postgres";

/// A server that runs.
#[derive(Debug)]
pub struct PostgresServer {
    folder: TempDir,
    /// The port on loopback, of one that listens there too.
    port: Option<u16>,
    /// How many databases were made.
    databases: AtomicUsize,
}

impl PostgresServer {
    /// Makes a cluster and starts a server on it.
    pub fn start() -> Self {
        Self::start_on(false)
    }

    /// The same, which can be reached by TCP too.
    pub fn start_on_loopback() -> Self {
        Self::start_on(true)
    }

    fn start_on(loopback: bool) -> Self {
        let mut server = Self { folder: tempfile::tempdir().unwrap(), port: None, databases: AtomicUsize::new(0) };
        let path = server.folder.path();
        if is_root(path) {
            let given = Command::new("chown").arg(ACCOUNT).arg(path).status().unwrap();
            assert!(given.success(), "there is no account {ACCOUNT}: install Debian's package postgresql");
        }
        fs::set_permissions(path, Permissions::from_mode(0o700)).unwrap();
        let data = server.data();
        let mut make = server.program("initdb");
        make.arg("--pgdata").arg(&data).args([
            "--auth=trust",
            "--username=dashboard",
            "--encoding=UTF8",
            // Not that of the machine, so that tests are the same on each.
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        succeeded(&make.output().unwrap());
        server.port = loopback.then(free_port);
        server.run();
        server
    }

    /// Starts the server, and waits until it answers.
    fn run(&self) {
        let listen = self.port.map_or_else(
            || "-c listen_addresses=''".to_owned(),
            |port| format!("-c listen_addresses='{}' -c port={port}", Ipv4Addr::LOCALHOST),
        );
        let options = format!("{listen} -c unix_socket_directories='{}'", self.folder.path().display());
        let mut start = self.program("pg_ctl");
        start.arg("start").arg("--pgdata").arg(self.data()).args([
            "--wait",
            "--silent",
            "--options",
            &options,
            "--log",
        ]);
        // What it starts keeps an output that is read open.
        let started = start.arg(self.folder.path().join("log")).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(
            started.unwrap().success(),
            "{}",
            fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        );
    }

    /// Starts it again as a standby, which can be read and promoted.
    pub fn become_standby(&self) {
        let mut stop = self.program("pg_ctl");
        stop.arg("--pgdata").arg(self.data()).args(["stop", "--mode", "fast", "--wait", "--silent"]);
        assert!(stop.stdout(Stdio::null()).status().unwrap().success());
        fs::write(self.data().join("standby.signal"), "").unwrap();
        self.run();
    }

    /// The URL of a database, which may not be there.
    pub fn url(&self, database: &str) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        let port = self.port.unwrap_or(PORT);
        format!("postgres://dashboard@{socket}:{port}/{database}")
    }

    /// The URL of a database by TCP.
    pub fn url_on_loopback(&self, database: &str) -> String {
        format!("postgres://dashboard@{}:{}/{database}", Ipv4Addr::LOCALHOST, self.port.unwrap())
    }

    /// Makes a database, with what is in `template1`; its URL.
    pub async fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut server = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut server).await.unwrap();
        server.close().await.unwrap();
        self.url(&name)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let program = programs().join(name);
        if !is_root(self.folder.path()) && !is_given(self.folder.path()) {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups", "--"]).arg(program);
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.arg("--pgdata").arg(self.data()).args(["stop", "--mode", "immediate", "--silent"]);
        drop(stop.stdout(Stdio::null()).stderr(Stdio::null()).status());
    }
}

/// Ports that neither a connection nor another test gets by chance: they are below those that Linux hands out by default.
const PORTS: Range<u16> = 20_000..32_000;

/// A port on loopback that nobody has, and that no other test gets as long as this process runs. A socket with a name of its own
/// stands for it meanwhile: whoever is to listen there may start late, or stop and start again.
pub fn free_port() -> u16 {
    static TAKEN: Mutex<Vec<UnixListener>> = Mutex::new(Vec::new());
    let is_free = |port: &u16| {
        let name = SocketAddr::from_abstract_name(format!("partner-dashboard-test-port-{port}")).unwrap();
        let taken = match UnixListener::bind_addr(&name) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => return false,
            taken => taken.unwrap(),
        };
        let is_free = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
        if is_free {
            TAKEN.lock().unwrap().push(taken);
        }
        is_free
    };
    let first = rand::random_range(PORTS);
    (first..PORTS.end).chain(PORTS.start..first).find(is_free).expect("all ports are taken")
}

/// Whether a folder that this process made is root's.
fn is_root(path: &Path) -> bool {
    fs::metadata(path).unwrap().uid() == 0
}

/// Whether a folder was given to another account.
fn is_given(path: &Path) -> bool {
    fs::metadata(path).unwrap().uid() != fs::metadata("/proc/self").unwrap().uid()
}

/// The folder with the programs of the newest server that Debian installed.
fn programs() -> PathBuf {
    let versions = fs::read_dir(DEBIAN).map(|versions| versions.flatten().map(|version| version.path().join("bin")));
    let newest = versions.ok().and_then(|versions| versions.filter(|bin| bin.join("initdb").exists()).max());
    newest.expect("PostgreSQL is missing: install Debian's package postgresql")
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
