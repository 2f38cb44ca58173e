//! The clients of many organisations, read in one sweep for all who want them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::client_index::ClientIndex;
use super::client_lists::ClientLists;
use super::lookup::SLOW;
use super::offload::off_the_workers;
use super::selection::OrganisationIds;
use super::sweep::Sweep;
use crate::server::clock::Clock;
use crate::server::oneid::PartnerApi;

/// How long a page waits for the clients of all organisations. What was read by then is shown; the rest goes on
/// being read.
const FIRST_VISIT_WAIT: Duration = Duration::from_secs(6);

/// The client lists of one connection, alone or of many organisations at once.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    pub(super) lists: ClientLists,
    sweep: Arc<Sweep>,
}

impl Clients {
    pub(super) fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        Self { lists: ClientLists::new(api, clock), sweep: Arc::default() }
    }

    /// The clients of many organisations, as many as can be read in time: an organisation of which something is known
    /// is not waited for longer than a moment.
    pub(super) async fn of_all(&self, wanted: impl OrganisationIds) -> ClientIndex {
        let (count, this, asked) = (wanted.count(), self.clone(), wanted.clone());
        let batch = off_the_workers(count, move || {
            let missing = ClientIndex::missing(&this.lists.cache, asked.ids());
            let longest_wait = if missing.is_any_unknown { FIRST_VISIT_WAIT } else { SLOW };
            this.sweep.want(&this.lists, missing.ids).map(|batch| (batch, longest_wait))
        });
        if let Some((batch, longest_wait)) = batch.await {
            // Running out of time is no failure: the coverage says what is missing.
            let _ = timeout(longest_wait, batch.done()).await;
        }
        let lists = self.lists.clone();
        off_the_workers(count, move || ClientIndex::of(&lists.cache, wanted.ids())).await
    }
}
