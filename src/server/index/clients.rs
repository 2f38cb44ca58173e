//! The clients of organisations: one list for each, read alone or in one sweep over many.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::timeout;

use super::cache::Cache;
use super::client_index::ClientIndex;
use super::lookup::{Lookup, SLOW};
use super::offload::off_the_workers;
use super::sweep::Sweep;
use crate::domain::oauth_client::OAuthClient;
use crate::server::clock::Clock;
use crate::server::oneid::{PartnerApi, Share};

/// How long an organisation's clients are good for a list of all.
pub(super) const FRESH_FOR: Duration = Duration::from_mins(1);
/// How long they are kept, for when the partner does not answer.
const KEPT_FOR: Duration = Duration::from_mins(15);
/// How long a page waits for the clients of all organisations. What was read by then is shown; the rest goes on
/// being read.
const FIRST_VISIT_WAIT: Duration = Duration::from_secs(6);

/// The clients of one organisation as they were read at one moment.
#[derive(Debug)]
pub struct ClientList {
    clients: Vec<OAuthClient>,
    /// When.
    pub read_at: OffsetDateTime,
    _share: Share,
}

impl Deref for ClientList {
    type Target = [OAuthClient];

    fn deref(&self) -> &[OAuthClient] {
        &self.clients
    }
}

/// The client lists of one connection.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    api: Arc<dyn PartnerApi>,
    clock: Arc<dyn Clock>,
    pub(super) cache: Cache<String, ClientList>,
    sweep: Arc<Sweep>,
}

impl Clients {
    pub(super) fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        let cache = Cache::new(Arc::clone(&clock), KEPT_FOR);
        Self { api, clock, cache, sweep: Arc::default() }
    }

    /// The clients of one organisation, read if none fresher than `fresh_for` are known.
    pub(super) fn find(&self, organisation_id: &str, fresh_for: Duration) -> Lookup<ClientList> {
        let id = organisation_id.to_owned();
        let (api, clock) = (Arc::clone(&self.api), Arc::clone(&self.clock));
        self.cache.find(&id.clone(), fresh_for, move || async move {
            let read_at = clock.now();
            let list = api.list_clients(&id).await?;
            Ok(ClientList { clients: list.items, read_at, _share: list.share })
        })
    }

    /// The clients of many organisations, as many as can be read in time: an organisation of which something is known
    /// is not waited for longer than a moment.
    pub(super) async fn of_all(&self, ids: Vec<String>) -> ClientIndex {
        let (count, ids) = (ids.len(), Arc::new(ids));
        let (this, wanted) = (self.clone(), Arc::clone(&ids));
        let batch = off_the_workers(count, move || {
            let missing = ClientIndex::missing(&this.cache, &wanted);
            let patience = if missing.is_any_unknown { FIRST_VISIT_WAIT } else { SLOW };
            Sweep::want(&this, missing.ids).map(|batch| (batch, patience))
        });
        if let Some((batch, patience)) = batch.await {
            // Running out of patience is no failure: the coverage says what is missing.
            let _ = timeout(patience, batch.done()).await;
        }
        let this = self.clone();
        off_the_workers(count, move || ClientIndex::of(&this.cache, ids.iter())).await
    }

    pub(super) fn sweep_of(&self) -> &Arc<Sweep> {
        &self.sweep
    }
}
