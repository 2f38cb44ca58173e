//! The clients of many organisations, as far as they are known at one moment. Nothing is copied.

use std::sync::Arc;

use time::OffsetDateTime;

use super::cache::Cache;
use super::client_lists::{ClientList, FRESH_FOR};
use crate::domain::failure::PartnerFailure;
use crate::domain::list::Coverage;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::staleness::Staleness;

/// The clients of many organisations, as far as they are known.
#[derive(Debug, Default)]
pub struct ClientIndex {
    lists: Vec<Arc<ClientList>>,
    /// How many of the organisations it covers.
    pub coverage: Coverage,
    /// When the oldest of them was read.
    pub read_at: Option<OffsetDateTime>,
    /// How old they are and why, when some are not what the partner has now.
    pub stale: Option<Staleness>,
}

/// The organisations whose clients have to be read.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) ids: Vec<String>,
    /// Whether nothing at all is known of some.
    pub(super) is_any_unknown: bool,
}

impl ClientIndex {
    /// What is known of these organisations without asking.
    pub(super) fn of<'a>(cache: &Cache<String, ClientList>, ids: impl IntoIterator<Item = &'a String>) -> Self {
        let mut index = Self::default();
        let (mut is_stale, mut last_failure) = (false, None::<PartnerFailure>);
        cache.look(ids, |_, entry, now| {
            index.coverage.of += 1;
            let known = entry.and_then(|entry| entry.known(now, cache.kept_for()));
            let failure = entry.and_then(|entry| entry.last_failure());
            if let Some(stored) = known {
                index.coverage.read += 1;
                index.lists.push(Arc::clone(&stored.list));
                let read_at = stored.read_at.wall;
                index.read_at = Some(index.read_at.map_or(read_at, |oldest| oldest.min(read_at)));
                if entry.is_none_or(|entry| entry.fresh(now, FRESH_FOR).is_none()) {
                    is_stale = true;
                    last_failure = last_failure.take().or_else(|| failure.cloned());
                }
            } else if failure.is_some() {
                index.coverage.failed += 1;
            }
        });
        index.stale = index.read_at.filter(|_| is_stale).map(|read_at| Staleness { read_at, failure: last_failure });
        index
    }

    /// Those of these organisations whose clients are not known well enough, and for which the partner may be asked.
    pub(super) fn missing<'a>(cache: &Cache<String, ClientList>, ids: impl IntoIterator<Item = &'a String>) -> Missing {
        let mut missing = Missing::default();
        cache.look(ids, |id, entry, now| {
            if entry.is_some_and(|entry| entry.fresh(now, FRESH_FOR).is_some() || entry.recent_failure(now).is_some()) {
                return;
            }
            let known = entry.and_then(|entry| entry.known(now, cache.kept_for()));
            missing.is_any_unknown |= known.is_none_or(|stored| !stored.may_stand_in());
            missing.ids.push(id.clone());
        });
        missing
    }

    /// The clients, each with its organisation's id.
    pub fn clients(&self) -> impl Iterator<Item = &OAuthClient> {
        self.lists.iter().flat_map(|list| list.iter())
    }

    /// The organisation in whose list a client is.
    pub fn organisation_of(&self, client_id: &str) -> Option<String> {
        self.clients().find(|client| client.id == client_id)?.organisation_id.clone()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lists.iter().map(|list| list.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.is_empty())
    }
}
