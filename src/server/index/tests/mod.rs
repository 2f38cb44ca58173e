//! The read model with a partner whose answers a test gives one by one, and a clock that the test moves.

mod age;
mod circles;
mod following;
mod fragments;
mod judging;
mod kept_apart;
mod large;
mod limits;
mod observing;
mod own;
mod reads;
mod set_back;
mod several_lists;
mod sweeps;
mod unlisted;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use time::OffsetDateTime;
use tokio::sync::{Notify, oneshot};

use super::connection_index::Index;
use super::coverage::Coverage;
use super::keeping::Keeping;
use super::lookup::failure;
use super::search::Scope;
use super::settings::IndexSettings;
use super::view::View;
use crate::domain::change::FieldChange;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::clock::{Clock, ManualClock};
use crate::server::oneid::{Answer, Budget, PartnerApi, RemoteObject, Share, Sink};
use crate::server::storage::{self, NumberingSealer, SessionLimits};

/// An entry of a list: its id and its fields.
type Entry = (String, FieldValues);

/// A call that waits for its answer: the ids of a list's entries, or a failure.
struct Call {
    /// The organisation whose clients are asked for; `None` for the list of organisations.
    organisation: Option<String>,
    answer: oneshot::Sender<Result<Vec<Entry>, PartnerFailure>>,
}

impl Call {
    /// Answers with a list. Nobody may be waiting any more.
    fn answer(self, ids: &[&str]) {
        self.answer_with(ids.iter().map(|id| ((*id).to_owned(), FieldValues::default())).collect());
    }

    /// Answers with a list of objects that have fields.
    fn answer_with(self, entries: Vec<Entry>) {
        let _ = self.answer.send(Ok(entries));
    }

    fn fail(self, kind: FailureKind) {
        self.fail_with(failure(kind));
    }

    fn fail_with(self, failure: PartnerFailure) {
        let _ = self.answer.send(Err(failure));
    }
}

/// A partner that answers when a test says so.
#[derive(Debug, Default)]
struct Partner {
    calls: Mutex<(usize, VecDeque<Call>)>,
    called: Notify,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Call({:?})", self.organisation)
    }
}

impl Partner {
    async fn ask(&self, organisation: Option<&str>) -> Result<Vec<Entry>, PartnerFailure> {
        let (answer, answered) = oneshot::channel();
        {
            let mut calls = self.calls.lock().expect("no test panics while it holds the lock");
            calls.0 += 1;
            calls.1.push_back(Call { organisation: organisation.map(str::to_owned), answer });
        }
        self.called.notify_one();
        // A call that the test drops is never answered.
        match answered.await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        }
    }

    /// The next call, as soon as there is one.
    async fn call(&self) -> Call {
        loop {
            let call = self.calls.lock().expect("as above").1.pop_front();
            match call {
                Some(call) => return call,
                None => self.called.notified().await,
            }
        }
    }

    /// How many calls there have been.
    fn count(&self) -> usize {
        self.calls.lock().expect("as above").0
    }
}

/// A share that has room for what a test reads.
fn share() -> Share {
    Budget::divided(1_000_000, 1)[0].share()
}

#[async_trait]
impl PartnerApi for Partner {
    async fn stream_organisations(&self, mut sink: Box<dyn Sink<Organisation>>) -> Result<Share, PartnerFailure> {
        for (id, fields) in self.ask(None).await? {
            sink.take(Organisation { id, fields, unknown: Vec::new() });
        }
        Ok(share())
    }

    async fn stream_clients(
        &self,
        organisation_id: &str,
        mut sink: Box<dyn Sink<OAuthClient>>,
    ) -> Result<Share, PartnerFailure> {
        let organisation_id = Some(organisation_id.to_owned());
        for (id, fields) in self.ask(organisation_id.as_deref()).await? {
            let organisation_id = organisation_id.clone();
            sink.take(OAuthClient { id, organisation_id, fields, unknown: Vec::new() });
        }
        Ok(share())
    }

    async fn get(&self, _: ObjectKind, _: &str) -> Result<RemoteObject, PartnerFailure> {
        std::future::pending().await
    }

    async fn create(&self, _: ObjectKind, _: Option<&str>, _: &FieldValues) -> Result<RemoteObject, PartnerFailure> {
        Err(failure(FailureKind::Refused))
    }

    async fn update(&self, _: ObjectKind, _: &RemoteObject, _: &[FieldChange]) -> Result<Answer, PartnerFailure> {
        Err(failure(FailureKind::Refused))
    }
}

/// An index with its partner and its clock.
struct Rig {
    index: Arc<Index>,
    partner: Arc<Partner>,
    clock: Arc<ManualClock>,
}

impl Rig {
    fn new() -> Self {
        let partner = Arc::new(Partner::default());
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let index = Arc::new(Index::new(partner.clone(), clock.clone(), IndexSettings::default()));
        Self { index, partner, clock }
    }

    /// One in which the organisations have been read.
    async fn with_organisations(ids: &[&str]) -> Self {
        let rig = Self::new();
        let (read, ()) = tokio::join!(rig.index.organisations(), async { rig.partner.call().await.answer(ids) });
        read.expect("the partner has answered");
        rig
    }

    /// One in which so many organisations have been read.
    async fn with_many(count: usize) -> Self {
        let ids: Vec<String> = (0..count).map(|number| format!("o-{number:04}")).collect();
        Self::with_organisations(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    /// The clients of all organisations, as a page asks for them.
    async fn clients(&self) -> (Arc<View>, Coverage) {
        self.index.clients(&self.index.view(), None).await
    }

    /// Lets time pass on the clock by which the age of lists is measured.
    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// Where indexes are kept: a new database in a folder.
async fn keeping_in(folder: &Path, rig: &Rig, is_shared: bool) -> Keeping {
    let clock: Arc<dyn Clock> = rig.clock.clone();
    let url = format!("sqlite:{}", folder.join("test.db").display());
    let stores = storage::open(&url, &clock, SessionLimits::default(), Arc::new(NumberingSealer)).await.unwrap();
    let (snapshots, journal) = (stores.index_snapshots, stores.index_journal);
    Keeping { connection: "sandbox".to_owned(), snapshots, journal, is_shared }
}

/// The ids of all organisations.
fn ids(view: &View) -> Vec<String> {
    view.organisations_read(None).into_iter().map(|(id, _)| id).collect()
}

/// How many clients there are.
fn client_count(view: &View) -> u64 {
    view.count(ObjectKind::OAuthClient, &Scope::All)
}
