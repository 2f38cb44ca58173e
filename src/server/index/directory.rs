//! What was read from a connection a moment ago, so that a page does not ask for it all again.
//!
//! The Partner API has no search and no paging, and clients come one organisation at a time. So lists are kept, read
//! once however many pages wait, and shown with their age when the partner does not answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::cache::{Cache, READ_DEADLINE};
use super::client_index::ClientIndex;
use super::client_lists::ClientList;
use super::clients::Clients;
use super::lookup::{Lookup, Served, failure};
use super::offload::off_the_workers;
use super::selection::OrganisationIds;
use super::snapshot::Snapshot;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::object::ObjectKind;
use crate::domain::tree::OrganisationOrder;
use crate::server::clock::{Clock, Moment};
use crate::server::oneid::{PartnerApi, RemoteObject};

/// How long the list of organisations is good.
const FRESH_FOR: Duration = Duration::from_secs(15);
/// How long it is kept, for when the partner does not answer.
const KEPT_FOR: Duration = Duration::from_hours(1);
/// How often visitors may have everything read again.
const REFRESH_PAUSE: Duration = Duration::from_secs(5);

/// What was read from one connection a moment ago.
#[derive(Debug)]
pub struct Directory {
    api: Arc<dyn PartnerApi>,
    clock: Arc<dyn Clock>,
    organisations: Cache<(), Snapshot>,
    clients: Clients,
    refreshed: Mutex<Option<Moment>>,
}

impl Directory {
    /// An empty directory of a connection.
    pub fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        let organisations = Cache::new(Arc::clone(&clock), KEPT_FOR);
        let clients = Clients::new(Arc::clone(&api), Arc::clone(&clock));
        Self { api, clock, organisations, clients, refreshed: Mutex::default() }
    }

    fn find_organisations(&self) -> Lookup<Snapshot> {
        let (api, clock) = (Arc::clone(&self.api), Arc::clone(&self.clock));
        self.organisations.find(&(), FRESH_FOR, move || async move {
            let read_at = clock.now();
            let list = api.list_organisations().await?;
            let count = list.items.len();
            let (organisations, mut share) = (list.items, list.share);
            let arrange = move || {
                let order = OrganisationOrder::of(&organisations);
                let fits = share.grow(order.heap_size());
                fits.then(|| Snapshot::new(organisations, order, read_at, share))
            };
            off_the_workers(count, arrange).await.ok_or_else(|| failure(FailureKind::TooLarge))
        })
    }

    /// All organisations, at most a few seconds old; when the partner fails or is slow, as it last gave them.
    ///
    /// # Errors
    /// When they have to be read and cannot be, and none are kept.
    pub async fn organisations(&self) -> Result<Served<Snapshot>, PartnerFailure> {
        self.find_organisations().served().await
    }

    /// The same, for a visitor who waits no longer than `limit`; `None` when there is nothing by then. The read
    /// goes on.
    pub async fn organisations_within(&self, limit: Duration) -> Option<Result<Served<Snapshot>, PartnerFailure>> {
        self.find_organisations().within(limit).await
    }

    /// All organisations, at most a few seconds old: for what must not be decided on older ones.
    ///
    /// # Errors
    /// When they have to be read and cannot be.
    pub async fn fresh_organisations(&self) -> Result<Arc<Snapshot>, PartnerFailure> {
        self.find_organisations().fresh().await
    }

    /// The clients of one organisation, read now; when the partner fails or is slow, as it last gave them.
    ///
    /// # Errors
    /// When they cannot be read, and none are kept.
    pub async fn clients_of(&self, organisation_id: &str) -> Result<Served<ClientList>, PartnerFailure> {
        self.clients.lists.find(organisation_id, Duration::ZERO).served().await
    }

    /// The clients of many organisations, at most a minute old, as many as can be read in time. The others go on
    /// being read.
    pub async fn clients(&self, organisations: impl OrganisationIds) -> ClientIndex {
        self.clients.of_all(organisations).await
    }

    /// The clients of organisations that are known without asking.
    pub fn known_clients<'a>(&self, ids: impl IntoIterator<Item = &'a String>) -> ClientIndex {
        ClientIndex::of(&self.clients.lists.cache, ids)
    }

    /// How many clients each of a few organisations has, where that is known without asking.
    pub fn known_counts<'a>(&self, ids: impl IntoIterator<Item = &'a String>) -> HashMap<String, u32> {
        let mut counts = HashMap::new();
        let cache = &self.clients.lists.cache;
        cache.look(ids, |id, entry, now| {
            if let Some(stored) = entry.and_then(|entry| entry.known(now, cache.kept_for())) {
                counts.insert(id.clone(), u32::try_from(stored.list.len()).unwrap_or(u32::MAX));
            }
        });
        counts
    }

    /// One object, read now, within the time that a page may take.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure> {
        let read = timeout(READ_DEADLINE, self.api.get(kind, id)).await;
        read.unwrap_or_else(|_| Err(failure(FailureKind::TimedOut)))
    }

    /// Forgets the list of organisations, because it was changed. Never waits; a read that is under way does not
    /// count, because it may have begun before the change.
    pub fn forget_organisations(&self) {
        self.organisations.forget(&());
    }

    /// Forgets the clients of one organisation because they were changed; of all when nobody knows whose.
    pub fn forget_clients(&self, organisation_id: Option<&str>) {
        match organisation_id {
            Some(id) => self.clients.lists.cache.forget(&id.to_owned()),
            None => self.clients.lists.cache.forget_all(),
        }
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
        self.organisations.expire_all();
        self.clients.lists.cache.expire_all();
        true
    }

    /// Drops the lists that are too old to be shown, so that their memory comes back though nobody visits.
    pub fn sweep(&self, now: Moment) {
        self.organisations.sweep(now);
        self.clients.lists.cache.sweep(now);
    }
}
