//! The index of a connection: what its lists and pages show, how old that is, and what has it read again.
//!
//! The Partner API has no search and no paging, and clients come one organisation at a time. So everything is read into
//! one view, each list once however many pages wait, and shown with its age when the partner does not answer.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::covered::Covered;
use super::followed::Followed;
use super::judging::Judging;
use super::keeping::{Keeping, Kept};
use super::lists::Lists;
use super::lookup::{Lookup, Served, failure, while_a_page_waits};
use super::observer::Observer;
use super::offload::off_the_workers;
use super::pace::{Jitter, Pace};
use super::read_list::ReadList;
use super::settings::IndexSettings;
use super::staged::seconds;
use super::stored::Validity;
use super::sweep::Sweep;
use super::view::View;
use super::view_impact::Caused;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::clock::{Clock, Moment};
use crate::server::oneid::{PartnerApi, RemoteObject};

/// How long the list of organisations is good.
const FRESH_FOR: Duration = Duration::from_secs(15);
/// How often visitors may have everything read again.
const REFRESH_PAUSE: Duration = Duration::from_secs(5);
/// Of more organisations than this the clients are read in the background alone, at the pace of the configuration.
pub(super) const READ_ON_VISIT: u64 = 5_000;
/// How often a list is read at most for somebody, when it changes again and again meanwhile. Where no list is known yet, as at a
/// replica that has just started while people work at the others, they would get an error after that.
const ATTEMPTS: usize = 20;

/// The index of one connection.
#[derive(Debug)]
pub struct Index {
    api: Arc<dyn PartnerApi>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lists: Lists,
    pub(super) settings: IndexSettings,
    pub(super) pace: Pace,
    /// How far the changes of other replicas are in it.
    pub(super) followed: Followed,
    /// Whether a change from here may not be in the journal: then it has to be in a snapshot.
    pub(super) is_unrecorded: AtomicBool,
    /// Where it is kept, once that is known.
    pub(super) keeping: OnceLock<Keeping>,
    /// What was kept last. Held by whoever keeps the next.
    pub(super) kept: tokio::sync::Mutex<Option<Kept>>,
    pub(super) sweep: Arc<Sweep>,
    /// How much was read, as it was worked out last.
    pub(super) covered: Covered,
    refreshed: Mutex<Option<Moment>>,
    /// Whether its connection is no longer configured.
    pub(super) ended: CancellationToken,
}

impl Index {
    /// The index of a connection of which nothing has been read yet.
    pub fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>, settings: IndexSettings) -> Self {
        let jitter: Jitter = Arc::new(rand::random::<f64>);
        Self {
            lists: Lists::new(Arc::clone(&api), Arc::clone(&clock)),
            pace: Pace::new(&settings, Arc::clone(&clock), jitter),
            api,
            clock,
            settings,
            followed: Followed::default(),
            is_unrecorded: AtomicBool::new(false),
            keeping: OnceLock::new(),
            kept: tokio::sync::Mutex::default(),
            sweep: Arc::default(),
            covered: Covered::default(),
            refreshed: Mutex::default(),
            ended: CancellationToken::new(),
        }
    }

    /// How long the list of organisations is good for a page. That of a large partner takes so long to read that nobody
    /// waits for it: it is read in the background, or when somebody asks for it.
    fn fresh_for(&self) -> Duration {
        if self.view().organisation_count() > READ_ON_VISIT { self.settings.age.max(FRESH_FOR) } else { FRESH_FOR }
    }

    /// All organisations, at most a few seconds old; when the partner fails or is slow, as it last gave them.
    ///
    /// # Errors
    /// When they have to be read and cannot be, and none are known.
    pub async fn organisations(&self) -> Result<Served<View>, PartnerFailure> {
        let served = match self.lists.organisations.kept(&()) {
            Some(kept) => Served::kept(&kept),
            None => counted(|| self.lists.find_organisations(self.fresh_for()).served()).await?,
        };
        Ok(served.with(self.lists.model.latest().await))
    }

    /// The same, for a visitor who waits no longer than `limit`; `None` when there is nothing by then. The read goes on.
    pub async fn organisations_within(&self, limit: Duration) -> Option<Result<Served<View>, PartnerFailure>> {
        if let Some(kept) = self.lists.organisations.kept(&()) {
            return Some(Ok(Served::kept(&kept).with(self.lists.model.latest().await)));
        }
        let lookup = self.lists.find_organisations(self.fresh_for());
        let old = lookup.old.clone();
        let find = || self.lists.find_organisations(self.fresh_for()).served();
        let served = match timeout(limit, counted(find)).await {
            Ok(served) => served,
            Err(_) => Ok(Served::old(&old?, None)),
        };
        Some(match served {
            Ok(served) => Ok(served.with(self.lists.model.latest().await)),
            Err(failure) => Err(failure),
        })
    }

    /// All organisations, as they were a few seconds ago: for what must not be decided on older ones. The seconds count from the end
    /// of a reading. If they counted from its beginning, a list that takes longer than that to be read would never be good, and
    /// whoever is limited to a part of the tree would see nothing. A limit is no less safe for that: a change from here ends what is
    /// good of a list, and one of a reading under way, at once. What others move reaches no reader before it is read in either case,
    /// and takes longer by the time of one reading.
    ///
    /// # Errors
    /// When they have to be read and cannot be.
    pub async fn fresh_organisations(&self) -> Result<Arc<View>, PartnerFailure> {
        let find = || {
            let answered = self.lists.organisations.answered(&(), FRESH_FOR);
            let lookup = answered.map_or_else(|| self.lists.find_organisations(FRESH_FOR), Lookup::known);
            async { lookup.fresh_for_a_page().await.map(Served::fresh) }
        };
        counted(find).await?;
        Ok(self.lists.model.latest_tree().await)
    }

    /// The clients of one organisation, read now; when the partner fails or is slow, as it last gave them.
    ///
    /// # Errors
    /// When they cannot be read, and none are known.
    pub async fn clients_of(&self, organisation_id: &str) -> Result<Served<Vec<OAuthClient>>, PartnerFailure> {
        if let Some(read_at) = self.view().clients_read_at(organisation_id) {
            let (id, list) = (organisation_id.to_owned(), ReadList::known(Arc::clone(&self.lists.model)));
            self.lists.clients.start_from(id, list, Moment { wall: read_at, ..self.clock.moment() }, Validity::Due);
        }
        let find = || self.lists.find_clients(organisation_id, Duration::ZERO).served();
        let served = counted(find).await?;
        Ok(served.with(Arc::new(served.clients_of(organisation_id))))
    }

    /// What is known without asking.
    pub fn view(&self) -> Arc<View> {
        self.lists.model.view()
    }

    /// Tells somebody what others change, from now on. The connection has this name.
    pub(super) fn observe(&self, connection: String, observer: Arc<dyn Observer>) {
        // It is called once.
        let _ = self.lists.model.observer.set((connection, observer));
    }

    /// Judges all objects by something else from now on. Of a large connection lists show it some seconds later.
    pub fn judge_by(&self, change: impl FnOnce(&mut Judging)) {
        self.lists.model.judge_by(change);
    }

    /// Notes whether anything was changed of a client since it was a sandbox client, before its change is taken in.
    pub fn is_unchanged_since_sandbox(&self, id: &str, is_unchanged: bool) {
        if self.judging().unchanged_since_sandbox.contains(id) == is_unchanged {
            return;
        }
        self.lists.model.judge_next_by(|judging| {
            let unchanged = Arc::make_mut(&mut judging.unchanged_since_sandbox);
            if is_unchanged {
                unchanged.insert(id.to_owned());
            } else {
                unchanged.remove(id);
            }
        });
    }

    /// What objects are judged by now.
    pub fn judging(&self) -> Arc<Judging> {
        self.lists.model.judging.load_full()
    }

    /// What the readiness rules would find below an organisation if it were `after`, and do not find while it is `before`.
    pub async fn caused_below(&self, view: Arc<View>, before: Organisation, after: Organisation) -> Vec<Caused> {
        let judging = self.lists.model.judging.load_full();
        off_the_workers(view.size(), move || view.caused_below(&judging, &before, &after)).await
    }

    /// When everything was last asked to be read again, in seconds since 1970.
    pub(super) fn refreshed_at(&self) -> u32 {
        let refreshed = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner);
        refreshed.map_or(0, |at| seconds(at.wall))
    }

    /// One object, read now, within the time that a page may take.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure> {
        while_a_page_waits(self.api.get(kind, id)).await
    }

    /// Makes the next visitor have everything read again, unless that was asked for some seconds ago. Whether it
    /// will be.
    pub fn refresh(&self) -> bool {
        let now = self.clock.moment();
        let mut refreshed = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner);
        if refreshed.is_some_and(|last| !last.after(REFRESH_PAUSE).is_past(now)) {
            return false;
        }
        *refreshed = Some(now);
        self.lists.organisations.expire_all();
        self.lists.clients.expire_all();
        true
    }

    /// Drops what is remembered of organisations that are no longer listed, and of a large partner what the view knows.
    pub fn sweep(&self, now: Moment) {
        let view = self.view();
        let is_large = view.organisation_count() > READ_ON_VISIT;
        self.lists.clients.sweep(now, |id| view.has_organisation(id), is_large);
    }
}

/// Asks for a list until an answer counts: one that was read before a change from here, or that somebody wanted anew while
/// it was read, lacks what is known.
async fn counted<F>(find: impl Fn() -> F) -> Result<Served<ReadList>, PartnerFailure>
where
    F: Future<Output = Result<Served<ReadList>, PartnerFailure>>,
{
    for _ in 0..ATTEMPTS {
        let served = find().await?;
        if served.counts() {
            return Ok(served);
        }
    }
    Err(failure(FailureKind::Interrupted))
}
