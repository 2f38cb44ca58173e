//! The program as a process of its own, as operators run it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use partner_dashboard::server::oauth::http_client;
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE, ORIGIN};
use tempfile::TempDir;

/// Where a browser believes to be: what its forms say as their origin.
const PUBLIC_URL: &str = "http://127.0.0.1:3999";

/// The program, ready to be given its arguments.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partner-dashboard"));
    command.env_remove("RUST_LOG");
    command
}

/// A configuration in a directory of its own.
pub struct Configured {
    pub directory: TempDir,
    pub path: PathBuf,
}

impl Configured {
    /// `connections` as they stand in the file, with the secret of each in a file of its own.
    pub fn new(head: &str, connections: &[(String, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut text = format!(
            "public_url = \"{PUBLIC_URL}\"\ndatabase = \"sqlite:{}\"\n{head}\n[auth]\nmode = \"header\"\n\
             [auth.header]\nuser = \"x-user\"\ngroups = \"x-groups\"\ntrusted_peers = [\"127.0.0.1/32\"]\n\
             [auth.roles]\nadmin = [\"admins\"]\nviewer = [\"viewers\"]\n",
            directory.path().join("test.db").display(),
        );
        for (number, (connection, secret)) in connections.iter().enumerate() {
            let file = directory.path().join(format!("secret-{number}"));
            std::fs::write(&file, secret).unwrap();
            text = format!("{text}[[connections]]\n{connection}client_secret_file = \"{}\"\n", file.display());
        }
        let path = directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Self { directory, path }
    }
}

/// Runs `check` on a configuration, with further arguments.
pub async fn check(path: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Output {
    let mut command = command();
    command.arg("check").arg("--config").arg(path).args(arguments);
    command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// A running server.
pub struct Server {
    child: Child,
    /// Its address, without a slash at the end.
    pub address: String,
    /// What a browser that posts a form to it says as its origin.
    origin: String,
    http: Client,
    log: std::thread::JoinHandle<String>,
}

impl Server {
    /// Starts a command that says its address on its first line.
    pub async fn start(mut command: Command) -> Self {
        let http = http_client().unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let output = BufReader::new(child.stdout.take().unwrap());
        // From here on the child ends with this, whatever goes wrong.
        let server = Self { child, address: String::new(), origin: String::new(), http, log };
        let (say, hear) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(say.send(line))));
        let line = tokio::task::spawn_blocking(move || hear.recv_timeout(Duration::from_mins(1)).unwrap());
        let line = line.await.unwrap();
        let start = line.find("http://127.0.0.1:").unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = line[start..].split(['/', ' ']).take(3).collect::<Vec<_>>().join("/");
        Self::at(server, address)
    }

    fn at(mut self, address: String) -> Self {
        self.origin.clone_from(&address);
        self.address = address;
        self
    }

    /// The same server, for browsers that know it by the address in its configuration.
    pub fn read_from_configuration(mut self) -> Self {
        PUBLIC_URL.clone_into(&mut self.origin);
        self
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// A GET of a person in a group.
    pub async fn get(&self, path: &str, accept: &str) -> (u16, String) {
        self.try_get(path, accept).await.unwrap()
    }

    /// The same; nothing when it took too long.
    pub async fn try_get(&self, path: &str, accept: &str) -> Option<(u16, String)> {
        let request = self.http.get(format!("{}{path}", self.address)).header(ACCEPT, accept);
        let answer = request.header("x-user", "ada").header("x-groups", "admins").send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// A form that a browser posts from a page of this dashboard; the status, where it leads, and the body.
    pub async fn post(&self, path: &str, form: &[(&str, &str)], accept: &str, group: &str) -> Posted {
        let request = self.http.post(format!("{}{path}", self.address)).form(form);
        let request =
            request.header(ACCEPT, accept).header(ORIGIN, &self.origin).header("sec-fetch-site", "same-origin");
        let answer = request.header("x-user", "ada").header("x-groups", group).send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (status, location, media_type) =
            (answer.status().as_u16(), header("location"), header(CONTENT_TYPE.as_str()));
        Posted { status, location, media_type, body: answer.text().await.unwrap() }
    }

    /// Ends the server, and returns all that it logged.
    pub fn stop(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let log = std::mem::replace(&mut self.log, std::thread::spawn(String::new));
        log.join().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer to a form.
#[derive(Debug)]
pub struct Posted {
    pub status: u16,
    pub location: String,
    pub media_type: String,
    pub body: String,
}
