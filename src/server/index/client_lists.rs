//! The clients of organisations, one list for each.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::cache::Cache;
use super::lookup::Lookup;
use crate::domain::oauth_client::OAuthClient;
use crate::server::clock::Clock;
use crate::server::oneid::{PartnerApi, Share};

/// How long an organisation's clients are good for a list of all.
pub(super) const FRESH_FOR: Duration = Duration::from_mins(1);
/// How long they are kept, for when the partner does not answer.
const KEPT_FOR: Duration = Duration::from_mins(15);

/// The clients of one organisation as they were read at one moment.
#[derive(Debug)]
pub struct ClientList {
    clients: Vec<OAuthClient>,
    /// When the partner was asked.
    pub read_at: OffsetDateTime,
    _share: Share,
}

impl Deref for ClientList {
    type Target = [OAuthClient];

    fn deref(&self) -> &[OAuthClient] {
        &self.clients
    }
}

/// The client lists of one connection. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub(super) struct ClientLists {
    api: Arc<dyn PartnerApi>,
    clock: Arc<dyn Clock>,
    pub(super) cache: Cache<String, ClientList>,
}

impl ClientLists {
    pub(super) fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        let cache = Cache::new(Arc::clone(&clock), KEPT_FOR);
        Self { api, clock, cache }
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
}
