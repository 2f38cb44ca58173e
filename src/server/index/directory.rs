//! What was read from a connection a moment ago, so that a page does not ask for it all again.
//!
//! The Partner API has no search and no paging, and clients come one organisation at a time. So
//! lists are kept for seconds, read once however many pages wait, and forgotten after a change.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::domain::failure::PartnerFailure;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::organisation::Organisation;
use crate::domain::views::Coverage;
use crate::server::clock::Clock;
use crate::server::oneid::{List, PartnerApi, Share};

/// How long the list of organisations is good.
const ORGANISATIONS_FOR: Duration = Duration::from_secs(15);
/// How long an organisation's clients are good.
const CLIENTS_FOR: Duration = Duration::from_mins(1);
/// Calls at once while the clients of many organisations are read.
const CALLS_AT_ONCE: usize = 8;
/// How long a page waits for the clients of all organisations. What was read by then is shown,
/// and the next look goes on from there.
const PATIENCE: Duration = Duration::from_secs(6);

/// The organisations as they were read at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// All of them.
    pub organisations: Vec<Organisation>,
    /// When.
    pub read_at: OffsetDateTime,
    monotonic: Duration,
    /// Of the memory that lists may take.
    _share: Share,
}

/// The clients of many organisations, as far as they could be read in time.
#[derive(Debug, Default)]
pub struct ClientIndex {
    lists: Vec<Arc<List<OAuthClient>>>,
    /// What is missing.
    pub coverage: Coverage,
}

impl ClientIndex {
    /// The clients, each with its organisation's id.
    pub fn clients(&self) -> impl Iterator<Item = &OAuthClient> {
        self.lists.iter().flat_map(|list| &list.items)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lists.iter().map(|list| list.items.len()).sum()
    }

    /// The organisation in whose list a client is.
    pub fn organisation_of(&self, client_id: &str) -> Option<String> {
        self.clients().find(|client| client.id == client_id)?.organisation_id.clone()
    }
}

#[derive(Debug)]
struct KeptClients {
    read: Result<Arc<List<OAuthClient>>, PartnerFailure>,
    monotonic: Duration,
}

/// What was read from one connection a moment ago.
#[derive(Debug)]
pub struct Directory {
    api: Arc<dyn PartnerApi>,
    clock: Arc<dyn Clock>,
    organisations: Mutex<Option<Arc<Snapshot>>>,
    clients: Mutex<HashMap<String, KeptClients>>,
}

impl Directory {
    /// An empty directory of a connection.
    pub fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        Self { api, clock, organisations: Mutex::default(), clients: Mutex::default() }
    }

    /// All organisations, at most a few seconds old.
    ///
    /// # Errors
    /// When they have to be read and cannot be.
    pub async fn organisations(&self) -> Result<Arc<Snapshot>, PartnerFailure> {
        // Held while reading: whoever comes meanwhile waits and gets the same answer.
        let mut kept = self.organisations.lock().await;
        let now = self.clock.monotonic();
        if let Some(snapshot) = kept.as_ref().filter(|kept| now < kept.monotonic + ORGANISATIONS_FOR) {
            return Ok(Arc::clone(snapshot));
        }
        let read = self.api.list_organisations().await?;
        let (organisations, read_at) = (read.items, self.clock.now());
        let snapshot = Arc::new(Snapshot { organisations, read_at, monotonic: now, _share: read.share });
        *kept = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// The clients of one organisation, read now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn clients_of(&self, organisation_id: &str) -> Result<Vec<OAuthClient>, PartnerFailure> {
        let read = self.api.list_clients(organisation_id).await;
        let clients = read.as_ref().map(|list| list.items.clone()).map_err(PartnerFailure::clone);
        self.keep(organisation_id, read).await;
        clients
    }

    /// The clients of all organisations, at most a minute old, as many as can be read in time.
    pub async fn clients(&self, organisations: &[Organisation]) -> ClientIndex {
        let now = self.clock.monotonic();
        let missing: Vec<String> = {
            let mut kept = self.clients.lock().await;
            kept.retain(|_, clients| now < clients.monotonic + CLIENTS_FOR && clients.read.is_ok());
            let ids = organisations.iter().map(|organisation| &organisation.id);
            ids.filter(|id| !kept.contains_key(*id)).cloned().collect()
        };
        let reading = stream::iter(missing)
            .map(async |id| (self.api.list_clients(&id).await, id))
            .buffer_unordered(CALLS_AT_ONCE)
            .for_each(async |(read, id)| self.keep(&id, read).await);
        // Running out of patience is no failure: the coverage says what is missing.
        let _ = tokio::time::timeout(PATIENCE, reading).await;
        self.known_clients(organisations).await
    }

    /// The clients that are known without asking.
    pub async fn known_clients(&self, organisations: &[Organisation]) -> ClientIndex {
        let kept = self.clients.lock().await;
        let mut index = ClientIndex::default();
        for organisation in organisations {
            index.coverage.of += 1;
            match kept.get(&organisation.id).map(|kept| &kept.read) {
                Some(Ok(list)) => {
                    index.coverage.read += 1;
                    index.lists.push(Arc::clone(list));
                }
                Some(Err(_)) => index.coverage.failed += 1,
                None => {}
            }
        }
        index
    }

    /// How many clients an organisation has, where that is known without asking.
    pub async fn known_counts(&self) -> HashMap<String, u32> {
        let kept = self.clients.lock().await;
        kept.iter()
            .filter_map(|(id, kept)| {
                let list = kept.read.as_ref().ok()?;
                Some((id.clone(), u32::try_from(list.items.len()).unwrap_or(u32::MAX)))
            })
            .collect()
    }

    /// Forgets the list of organisations, because it changed or a fresh one is wanted.
    pub async fn forget_organisations(&self) {
        *self.organisations.lock().await = None;
    }

    /// Forgets the clients of one organisation, or of all.
    pub async fn forget_clients(&self, organisation_id: Option<&str>) {
        let mut kept = self.clients.lock().await;
        match organisation_id {
            Some(id) => drop(kept.remove(id)),
            None => kept.clear(),
        }
    }

    async fn keep(&self, organisation_id: &str, read: Result<List<OAuthClient>, PartnerFailure>) {
        let kept = KeptClients { read: read.map(Arc::new), monotonic: self.clock.monotonic() };
        self.clients.lock().await.insert(organisation_id.to_owned(), kept);
    }
}
