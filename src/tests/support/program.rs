//! The program as a process of its own, as operators run it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
#[cfg(feature = "failpoints")]
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::time::{Duration, Instant};

use partner_dashboard::server::oauth::http_client;
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE, ORIGIN};

use super::form::Form;

pub use super::configuration::{Configured, PUBLIC_URL, access_token, another_table, free_address, table};

/// Longer than anything takes that a server does by itself.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often it is looked at what nothing announces.
const TICK: Duration = Duration::from_millis(5);
/// What is gone by then was about to go.
#[cfg(feature = "failpoints")]
const SOON: Duration = Duration::from_secs(1);
/// The signal that ends a program at once.
#[cfg(feature = "failpoints")]
const KILLED: i32 = rustix::process::Signal::KILL.as_raw();

/// The program, ready to be given its arguments.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partner-dashboard"));
    command.env_remove("RUST_LOG").env_remove("NO_COLOR");
    command
}

/// The program, allowed to open so many files and no more.
pub fn command_with_files(files: u32) -> Command {
    let mut command = Command::new("bash");
    command
        .env_remove("RUST_LOG")
        .env_remove("NO_COLOR")
        .arg("-c")
        .arg(format!("ulimit -n {files}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_partner-dashboard"));
    command
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
    /// Made when something is asked: it reads the TLS roots, and a start that is measured has the processors for itself.
    http: LazyLock<Client>,
    log: Log,
}

/// What a server has logged so far.
struct Log {
    text: Arc<Mutex<String>>,
    reading: std::thread::JoinHandle<()>,
}

impl Log {
    fn of(child: &mut Child) -> Self {
        let errors = BufReader::new(child.stderr.take().unwrap());
        let text = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&text);
        let reading = std::thread::spawn(move || {
            for line in errors.split(b'\n').map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&String::from_utf8_lossy(&line));
                kept.push('\n');
            }
        });
        Self { text, reading }
    }

    fn so_far(&self) -> String {
        self.text.lock().unwrap().clone()
    }
}

impl Server {
    /// Starts a command that says its address on its first line.
    pub async fn start(command: Command) -> Self {
        let started = Self::try_start(command).await;
        started.unwrap_or_else(|log| panic!("the server ended before it said its address: {log}"))
    }

    /// The same; what it logged when it ends before.
    pub async fn try_start(mut command: Command) -> Result<Self, String> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Log::of(&mut child);
        let output = BufReader::new(child.stdout.take().unwrap());
        // From here on the child ends with this, whatever goes wrong.
        let server = Self {
            child,
            address: String::new(),
            origin: String::new(),
            http: LazyLock::new(|| http_client().unwrap()),
            log,
        };
        let (say, hear) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(say.send(line))));
        let line = tokio::task::spawn_blocking(move || hear.recv_timeout(TIMEOUT));
        let line = match line.await.unwrap() {
            Ok(line) => line,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(server.stop()),
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the server says nothing"),
        };
        let start = line.find("http://127.0.0.1:").unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = line[start..].split(['/', ' ']).take(3).collect::<Vec<_>>().join("/");
        Ok(Self::at(server, address))
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
        self.try_post(path, form, accept, group).await.unwrap()
    }

    /// A form as it stands on a page; nothing when the server is gone.
    pub async fn try_submit(&self, form: &Form, accept: &str) -> Option<Posted> {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.try_post(&form.action, &fields, accept, "admins").await
    }

    /// The same as [`post`](Self::post); nothing when the server is gone.
    pub async fn try_post(&self, path: &str, form: &[(&str, &str)], accept: &str, group: &str) -> Option<Posted> {
        let request = self.http.post(format!("{}{path}", self.address)).form(form);
        let request =
            request.header(ACCEPT, accept).header(ORIGIN, &self.origin).header("sec-fetch-site", "same-origin");
        let answer = request.header("x-user", "ada").header("x-groups", group).send().await.ok()?;
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (status, location, media_type) =
            (answer.status().as_u16(), header("location"), header(CONTENT_TYPE.as_str()));
        Some(Posted { status, location, media_type, body: answer.text().await.ok()? })
    }

    /// Whether a signal has killed its process, or does soon, as it does at a point. Its connections end before it does.
    #[cfg(feature = "failpoints")]
    pub async fn was_killed(&mut self) -> bool {
        self.is_killed_within(SOON).await
    }

    /// Waits until a signal has killed its process. Whether one has.
    #[cfg(feature = "failpoints")]
    pub async fn is_killed(&mut self) -> bool {
        self.is_killed_within(TIMEOUT).await
    }

    #[cfg(feature = "failpoints")]
    async fn is_killed_within(&mut self, time: Duration) -> bool {
        let ended = tokio::time::timeout(time, self.end()).await;
        ended.is_ok_and(|status| status.signal() == Some(KILLED))
    }

    /// Waits until its process is gone, however long that takes.
    async fn end(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> SocketAddr {
        self.address.trim_start_matches("http://").parse().unwrap()
    }

    /// The number of its process.
    pub fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("bash").arg("-c").arg(kill).status().unwrap().success());
    }

    /// All that it has logged.
    pub fn log(&self) -> String {
        self.log.so_far()
    }

    /// How often it has logged something.
    pub fn logged(&self, text: &str) -> usize {
        self.log().matches(text).count()
    }

    /// Waits until it logs something.
    pub async fn logs(&self, text: &str) {
        let start = Instant::now();
        while !self.log.so_far().contains(text) {
            assert!(start.elapsed() < TIMEOUT, "{text:?} is not logged: {}", self.log.so_far());
            tokio::time::sleep(TICK).await;
        }
    }

    /// Waits until it has ended by itself; how, how long that took, and all that it logged.
    pub async fn ends(mut self) -> (ExitStatus, Duration, String) {
        let start = Instant::now();
        let ended = tokio::time::timeout(TIMEOUT, self.end()).await;
        let status = ended.unwrap_or_else(|_| panic!("it does not end: {}", self.log.so_far()));
        (status, start.elapsed(), self.stop())
    }

    /// Ends the server, and returns all that it logged.
    pub fn stop(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let log = &mut self.log;
        let reading = std::mem::replace(&mut log.reading, std::thread::spawn(|| {}));
        reading.join().unwrap();
        self.log.so_far()
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
