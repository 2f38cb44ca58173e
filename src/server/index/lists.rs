//! The lists of a connection: each is read once for all who wait, and goes to the model.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::cache::Cache;
use super::lookup::Lookup;
use super::model::Model;
use super::objects::{Packable, PackedList};
use super::offload::off_the_workers;
use super::read_list::ReadList;
use super::staged::ReadObjects;
use crate::domain::failure::PartnerFailure;
use crate::domain::object::ObjectKind;
use crate::server::clock::Clock;
use crate::server::oneid::{List, PartnerApi};

/// The lists of one connection. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub(super) struct Lists {
    api: Arc<dyn PartnerApi>,
    clock: Arc<dyn Clock>,
    pub(super) model: Arc<Model>,
    /// The list of organisations.
    pub(super) organisations: Cache<(), ReadList>,
    /// The clients of organisations, by the organisation's ID.
    pub(super) clients: Cache<String, ReadList>,
}

impl Lists {
    /// Lists of which none was read.
    pub(super) fn new(api: Arc<dyn PartnerApi>, clock: Arc<dyn Clock>) -> Self {
        let (organisations, clients) = (Cache::new(Arc::clone(&clock)), Cache::new(Arc::clone(&clock)));
        Self { api, clock, model: Arc::default(), organisations, clients }
    }

    /// All organisations, read if none fresher than `fresh_for` are known.
    pub(super) fn find_organisations(&self, fresh_for: Duration) -> Lookup<ReadList> {
        let this = self.clone();
        self.organisations.find(&(), fresh_for, move || async move {
            let read_at = this.clock.now();
            let list = this.api.list_organisations().await?;
            this.compared(ObjectKind::Organisation, None, list, read_at).await
        })
    }

    /// The clients of one organisation, read if none fresher than `fresh_for` are known.
    pub(super) fn find_clients(&self, organisation_id: &str, fresh_for: Duration) -> Lookup<ReadList> {
        let (this, id) = (self.clone(), organisation_id.to_owned());
        self.clients.find(&id.clone(), fresh_for, move || async move {
            let read_at = this.clock.now();
            let list = this.api.list_clients(&id).await?;
            if !this.model.view().has_organisation(&id) {
                return Ok(ReadList::unlisted(Arc::clone(&this.model), list.items));
            }
            this.compared(ObjectKind::OAuthClient, Some(id), list, read_at).await
        })
    }

    /// What was read, without the objects if they are what is known already.
    async fn compared<T: Packable + Send + 'static>(
        &self,
        kind: ObjectKind,
        owner: Option<String>,
        list: List<T>,
        read_at: OffsetDateTime,
    ) -> Result<ReadList, PartnerFailure> {
        let model = Arc::clone(&self.model);
        let work = move || {
            let mut packed = PackedList::new(kind);
            list.items.iter().for_each(|object| packed.push(object));
            packed.shrink_to_fit();
            let difference = model.difference(owner.as_deref(), &packed);
            let changed = (!difference.is_empty()).then_some(packed);
            ReadList::new(Arc::clone(&model), ReadObjects { owner, read_at, changed, changed_at: Vec::new() })
        };
        let count = self.model.view().size();
        Ok(off_the_workers(count, work).await)
    }
}
