//! A partner that outlives the server, people who change things without pause, and what has to hold afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use partner_dashboard::server::sandbox::Sandbox;
use sqlx::FromRow;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqliteRow};

use crate::durability::{HTML, at_the_partner, configured, empty_sandbox};
use crate::support::program::{Configured, Server, command};
use crate::support::{Form, Page};

/// How many people change things at once.
const PEOPLE: usize = 3;
/// The page with the form of a new organisation.
const NEW: &str = "/sandbox/organisations/new";
/// By when after its start a server has found out what became of what the partner shows.
const SETTLED: Duration = Duration::from_secs(5);

pub struct World {
    pub sandbox: Sandbox,
    pub configured: Configured,
    number: AtomicUsize,
    /// The names of what the server said that it had done.
    done: Mutex<BTreeSet<String>>,
    /// The forms of creations that got no answer: people send them again.
    unanswered: Mutex<Vec<Form>>,
}

/// A row of the log: the name that a change gave, and the outcome.
type Recorded = (String, String);

impl World {
    pub async fn new() -> Self {
        let sandbox = empty_sandbox().await;
        let configured = configured(&sandbox);
        let checkpoints = configured.directory.path().join("checkpoints");
        let text = std::fs::read_to_string(&configured.path).unwrap();
        let text =
            text.replacen("[auth]", &format!("[audit]\ncheckpoint_file = \"{}\"\n[auth]", checkpoints.display()), 1);
        std::fs::write(&configured.path, text).unwrap();
        Self {
            sandbox,
            configured,
            number: AtomicUsize::default(),
            done: Mutex::default(),
            unanswered: Mutex::default(),
        }
    }

    /// The server, to be given more variables.
    pub fn command(&self) -> Command {
        let mut program = command();
        program.arg("serve").arg("--config").arg(&self.configured.path);
        program
    }

    /// A server that has opened its database and answers.
    pub async fn serve(&self, program: Command) -> Server {
        let server = Server::start(program).await.read_from_configuration();
        assert_eq!(server.get("/audit", HTML).await.0, 200);
        server
    }

    /// Starts and ends the server once, so that its tables and its key are there.
    pub async fn begin(&self) {
        self.serve(self.command()).await.stop();
    }

    /// People create organisations and rename them, until the server does not answer any more.
    pub async fn load(&self, server: &Server) {
        futures::future::join_all((0..PEOPLE).map(|_| async { while self.change(server).await.is_some() {} })).await;
    }

    /// The same until somebody kills it, after a while.
    pub async fn load_and_kill(&self, server: Server, after: Duration) {
        let killed = async {
            tokio::time::sleep(after).await;
            server.signal("KILL");
        };
        tokio::join!(self.load(&server), killed);
        server.stop();
    }

    /// Starts the server, and kills it after a while, wherever it is then.
    pub async fn start_and_kill(&self, after: Duration) {
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(after).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// One creation and one change of it; `None` when the server is gone.
    pub async fn change(&self, server: &Server) -> Option<()> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let name = format!("fault-{number}-created");
        let (_, page) = server.try_get(NEW, HTML).await?;
        let form = Page::new(&page).try_form("form.form", NEW)?.set("name", &name);
        let Some(created) = server.try_submit(&form, HTML).await else {
            self.unanswered.lock().unwrap().push(form);
            return None;
        };
        let object = self.note(&created.location, name);
        let Some(object) = object else {
            return Some(());
        };
        let name = format!("fault-{number}-renamed");
        let edit = format!("{object}/edit");
        let (_, page) = server.try_get(&edit, HTML).await?;
        let form = Page::new(&page).try_form("form.form", &edit)?.set("name", &name);
        let review = server.try_submit(&form, HTML).await?.location;
        let (_, page) = server.try_get(&review, HTML).await?;
        let Some(save) = Page::new(&page).try_form("form.form", &review) else {
            return Some(());
        };
        let saved = server.try_submit(&save, HTML).await?;
        self.note(&saved.location, name);
        Some(())
    }

    /// Notes what the server says that it has done; the path of the object.
    fn note(&self, location: &str, name: String) -> Option<String> {
        let path = location.split('?').next().unwrap_or_default();
        let is_object = path.strip_prefix("/sandbox/organisations/").is_some_and(|id| id.len() == 36);
        if !is_object || location.contains("draft=") {
            return None;
        }
        self.done.lock().unwrap().insert(name);
        Some(path.to_owned())
    }

    pub async fn log(&self) -> SqlitePool {
        let file = self.configured.directory.path().join("test.db");
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await.unwrap()
    }

    async fn rows<Row: for<'row> FromRow<'row, SqliteRow> + Send + Unpin>(&self, query: &'static str) -> Vec<Row> {
        let log = self.log().await;
        let rows = sqlx::query_as(query).fetch_all(&log).await.unwrap();
        log.close().await;
        rows
    }

    /// What the log says of each change.
    async fn recorded(&self) -> Vec<Recorded> {
        self.rows(
            "SELECT coalesce((SELECT value ->> 'after' FROM json_each(i.changes) WHERE value ->> 'field' = 'name'),
                 i.object_name), coalesce(nullif(c.outcome, 'unknown'), r.outcome, 'unknown')
             FROM audit_intents AS i LEFT JOIN audit_completions AS c ON c.intent_id = i.id
                 LEFT JOIN audit_resolutions AS r ON r.intent_id = i.id
             WHERE i.action IN ('create', 'update')",
        )
        .await
    }

    /// The newest entries of the log, as text.
    async fn newest(&self) -> Vec<String> {
        let entries: Vec<(String,)> = self
            .rows(
                "SELECT concat_ws(' ', i.id, i.intended_at, i.action, i.object_name, i.object_id, i.changes,
                 c.completed_at, c.outcome, c.detail, r.resolved_at, r.outcome, r.detail)
             FROM audit_intents AS i LEFT JOIN audit_completions AS c ON c.intent_id = i.id
                 LEFT JOIN audit_resolutions AS r ON r.intent_id = i.id
             ORDER BY i.id DESC LIMIT 20",
            )
            .await;
        entries.into_iter().map(|(entry,)| entry).collect()
    }

    /// Starts the server once more, and checks everything that has to hold. What is wrong is said, so that a test can show
    /// that it would be found.
    pub async fn broken(&self) -> Vec<String> {
        let Ok(server) = Server::try_start(self.command()).await else {
            return vec!["the server does not start".to_owned()];
        };
        let server = server.read_from_configuration();
        let mut broken = self.settled().await;
        let unanswered = std::mem::take(&mut *self.unanswered.lock().unwrap());
        for form in unanswered {
            // Whatever is answered: it must not be there twice.
            if server.try_submit(&form, HTML).await.is_none() {
                broken.push("a form that is sent again is not answered".to_owned());
            }
        }
        broken.extend(self.settled().await);
        server.stop();
        broken
    }

    /// What is wrong still when outcomes have had the time to be found out.
    async fn settled(&self) -> Vec<String> {
        let began = Instant::now();
        let names = at_the_partner(&self.sandbox).await;
        loop {
            let mut broken = self.differing(&names).await;
            if broken.is_empty() {
                return broken;
            }
            if began.elapsed() > SETTLED {
                broken.extend(self.newest().await);
                return broken;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn differing(&self, at_the_partner: &[String]) -> Vec<String> {
        let by_name: BTreeMap<String, String> = self.recorded().await.into_iter().collect();
        let mut broken = Vec::new();
        let present: BTreeSet<&String> = at_the_partner.iter().collect();
        if present.len() != at_the_partner.len() {
            broken.push("something was created twice".to_owned());
        }
        for name in at_the_partner.iter().filter(|name| name.starts_with("fault-")) {
            match by_name.get(name).map(String::as_str) {
                None => broken.push(format!("{name} is at the partner without a record")),
                Some("applied") => {}
                Some(outcome) => broken.push(format!("{name} is at the partner and recorded as {outcome}")),
            }
        }
        for name in self.done.lock().unwrap().iter() {
            if by_name.get(name).map(String::as_str) != Some("applied") {
                broken.push(format!("{name} was said to be done, and is recorded as {:?}", by_name.get(name)));
            }
            let renamed = name.replace("-created", "-renamed");
            if !present.contains(name) && !present.contains(&renamed) {
                broken.push(format!("{name} was said to be done, and the partner does not have it"));
            }
        }
        broken
    }

    /// How many changes the server said that it had done.
    pub fn done(&self) -> usize {
        self.done.lock().unwrap().len()
    }
}
