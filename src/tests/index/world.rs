//! A dashboard with its partner, in which people, others and failures do what a sequence of steps says.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use partner_dashboard::server::clock::ManualClock;
use partner_dashboard::server::index::{Connection, Index};
use partner_dashboard::server::sandbox::{Fault, FaultKind, System};
use serde_json::Value;
use time::macros::datetime;

use super::WORDS;
use super::plain::Plain;
use super::steps::{By, Change, Step};
use super::target::target;
use crate::support::{Form, Partner, TestApp, TestOptions};

/// What became of one change.
pub struct Made {
    pub by: By,
    pub id: String,
    /// The organisation of a client.
    pub owner: Option<String>,
    pub what: What,
}

/// What was done to it.
pub enum What {
    Named(String),
    Moved,
    Removed,
}

pub struct World {
    pub app: TestApp,
    pub partner: Partner,
    clock: Arc<ManualClock>,
    fault: Option<Fault>,
    /// How many names were given.
    names: usize,
    /// What was changed since this was last emptied.
    pub made: Vec<Made>,
}

impl World {
    pub async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
        let options = TestOptions { is_kept: true, clock: clock.clone(), ..TestOptions::empty() };
        let app = TestApp::with(options).await;
        let partner = app.partner().await;
        Self { app, partner, clock, fault: None, names: 0, made: Vec::new() }
    }

    pub fn connection(&self) -> &Connection {
        self.app.connections.find("sandbox").unwrap()
    }

    pub fn index(&self) -> Arc<Index> {
        Arc::clone(&self.connection().index)
    }

    /// Lets one step happen.
    pub async fn step(mut self, step: &Step) -> Self {
        match step {
            Step::Change(by, change) => self.change(*by, change).await,
            Step::Remove => self.remove().await,
            Step::Fault(kind) => self.break_partner(Some(Fault::new(System::OneIdSandbox, kind.clone()))),
            Step::Mend => {
                self.break_partner(None);
                // A failure is remembered, and whoever comes within that time is told of it.
                self.clock.advance(Duration::from_mins(2));
            }
            Step::Visit => {
                self.clock.advance(Duration::from_secs(20));
                for list in ["organisations", "clients"] {
                    self.app.browser().get(&format!("/sandbox/{list}")).await;
                }
            }
            Step::Refresh => {
                self.clock.advance(Duration::from_secs(10));
                self.index().refresh();
                self.read().await;
            }
            Step::Restart => {
                self.app.writing.close();
                self.app.writing.wait().await;
                self.app.observed_recorded().await;
                self.index().keep().await;
                self.app = self.app.restarted().await;
            }
            Step::Crash => self.app = self.app.restarted().await,
        }
        self
    }

    /// Reads whatever is old.
    async fn read(&self) {
        let index = self.index();
        if let Ok(organisations) = index.organisations().await {
            index.clients(&organisations.list(), None).await;
        }
    }

    /// Reads everything again, from a partner that answers.
    pub async fn read_all(&mut self) {
        self.break_partner(None);
        self.clock.advance(Duration::from_mins(2));
        assert!(self.index().refresh());
        self.read().await;
        let (view, coverage) = self.index().clients(&self.index().view(), None).await;
        assert!(coverage.is_whole() && coverage.stale.is_none(), "{coverage:?} of {}", view.organisation_count());
    }

    fn break_partner(&mut self, fault: Option<Fault>) {
        self.app.sandbox.clear_faults();
        if let Some(fault) = &fault {
            self.app.sandbox.inject(fault.clone());
        }
        self.fault = fault;
    }

    /// What the partner has now, whatever is broken for others.
    pub async fn plain(&self) -> Plain {
        self.app.sandbox.clear_faults();
        let plain = Plain::read(&self.partner).await;
        if let Some(fault) = &self.fault {
            self.app.sandbox.inject(fault.clone());
        }
        plain
    }

    async fn change(&mut self, by: By, change: &Change) {
        let plain = self.plain().await;
        let name = format!("{} {}", WORDS[change.word() % WORDS.len()], self.names);
        self.names += 1;
        let Some((path, members)) = target(&plain, change, &name) else {
            return;
        };
        if by == By::Others {
            self.app.sandbox.clear_faults();
            let id = if let Some(list) = path.strip_suffix("/new") {
                self.partner.create(list, &members).await
            } else {
                self.partner.change(&path, members.clone()).await;
                path.rsplit('/').next().unwrap().to_owned()
            };
            self.break_partner(self.fault.clone());
            self.note(by, id, &members).await;
        } else {
            let reads = (by == By::UsDuringReads).then(|| self.begin_reads());
            self.change_here(&plain, &path, &members).await;
            if let Some(reads) = reads {
                reads.await.unwrap();
            }
        }
    }

    async fn note(&mut self, by: By, id: String, members: &Value) {
        let owner = self.plain().await.clients.get(&id).map(|(owner, _)| owner.clone());
        let what = members["name"].as_str().map_or(What::Moved, |name| What::Named(name.to_owned()));
        self.made.push(Made { by, id, owner, what });
    }

    async fn remove(&mut self) {
        let before = self.plain().await;
        self.app.sandbox.reset();
        self.break_partner(self.fault.clone());
        let after = self.plain().await;
        let organisations = before.organisations.keys().map(|id| (id.clone(), None));
        let clients = before.clients.iter().map(|(id, (owner, _))| (id.clone(), Some(owner.clone())));
        let gone = organisations.chain(clients).filter(|(id, _)| after.object(id).is_none());
        self.made.extend(gone.map(|(id, owner)| Made { by: By::Others, id, owner, what: What::Removed }));
    }

    /// Begins to read everything, slowly.
    fn begin_reads(&self) -> tokio::task::JoinHandle<()> {
        let late = Fault::new(System::OneIdSandbox, FaultKind::Latency(Duration::from_millis(15)));
        self.app.sandbox.inject(late.on(&Method::GET, "/v1/organisations").times(3));
        self.clock.advance(Duration::from_secs(6));
        let index = self.index();
        index.refresh();
        tokio::spawn(async move {
            if let Ok(organisations) = index.organisations().await {
                index.clients(&organisations.list(), None).await;
            }
        })
    }

    /// Somebody changes something through the pages. Whatever reads are under way, the next list has it.
    async fn change_here(&mut self, before: &Plain, path: &str, members: &Value) {
        let kind = if path.contains("/clients") { "clients" } else { "organisations" };
        let is_new = path.ends_with("/new");
        let page = if is_new { format!("/sandbox{path}") } else { format!("/sandbox{path}/edit") };
        let sent = self.send(&page, members).await;
        let after = self.plain().await;
        let objects: Vec<&String> =
            if kind == "clients" { after.clients.keys().collect() } else { after.organisations.keys().collect() };
        let id = if is_new {
            objects.into_iter().find(|id| before.object(id).is_none()).cloned()
        } else {
            path.rsplit('/').next().map(str::to_owned)
        };
        let is_done = id.as_ref().is_some_and(|id| before.object(id) != after.object(id));
        assert!(sent.is_some() == is_done || self.fault.is_some(), "{page} {members}: {sent:?}");
        if let Some(id) = id {
            self.note(By::Us, id, members).await;
        }
        let Some(name) = members["name"].as_str().filter(|_| sent.is_some() && is_done) else {
            return;
        };
        let list = format!("/sandbox/{kind}?q={}", name.replace(' ', "+"));
        let shown = self.app.browser().page(&list).await.texts("tbody th");
        assert!(shown.iter().any(|shown| shown.contains(name)), "{list}: {shown:?}");
    }

    /// Sends the form of a page, and the review after it. `None` when the partner does not have the change.
    async fn send(&self, page: &str, members: &Value) -> Option<String> {
        let browser = self.app.browser();
        let mut form = self.form(page).await?;
        for (member, value) in members.as_object().unwrap() {
            form = match value.as_array() {
                Some(items) => form.set(&format!("{member}[]"), items[0].as_str().unwrap()),
                None => form.set(member, value.as_str().unwrap()),
            };
        }
        let location = browser.submit(&form).await.location();
        if !location.contains("step=review") {
            return Some(location).filter(|location| !location.contains("draft="));
        }
        let review = self.form(&location).await?;
        let location = browser.submit(&review).await.location();
        Some(location).filter(|location| !location.contains("draft="))
    }

    async fn form(&self, page: &str) -> Option<Form> {
        let answer = self.app.browser().get(page).await;
        let found = answer.status == StatusCode::OK && answer.page().has("form.form");
        assert!(found || self.fault.is_some(), "{page}: {}", answer.body);
        found.then(|| answer.page().form("form.form", page))
    }
}
