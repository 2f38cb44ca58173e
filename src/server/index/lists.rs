//! The lists of a connection: each is read once for all who wait, and goes to the model.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::cache::Cache;
use super::comparing::Answer;
use super::lookup::Lookup;
use super::model::Model;
use super::objects::{Packable, PackedList};
use super::offload::off_the_workers;
use super::read_list::ReadList;
use super::sent_fields::FieldCounts;
use crate::domain::object::ObjectKind;
use crate::server::clock::Clock;
use crate::server::oneid::{PartnerApi, Share, Sink};

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
            let packing = Packing::new(ObjectKind::Organisation);
            let share = this.api.stream_organisations(Box::new(packing.clone())).await?;
            Ok(this.compared(packing.answer(None, share, read_at)).await)
        })
    }

    /// The clients of one organisation, read if none fresher than `fresh_for` are known.
    pub(super) fn find_clients(&self, organisation_id: &str, fresh_for: Duration) -> Lookup<ReadList> {
        let (this, id) = (self.clone(), organisation_id.to_owned());
        self.clients.find(&id.clone(), fresh_for, move || async move {
            let read_at = this.clock.now();
            let packing = Packing::new(ObjectKind::OAuthClient);
            let share = this.api.stream_clients(&id, Box::new(packing.clone())).await?;
            let answer = packing.answer(Some(id.clone()), share, read_at);
            if !this.model.view().has_organisation(&id) {
                let clients = answer.list.iter().map(|client| client.client(&id)).collect();
                return Ok(ReadList::unlisted(Arc::clone(&this.model), clients));
            }
            Ok(this.compared(answer).await)
        })
    }

    /// What was read, without the objects if they are what is known already.
    async fn compared(&self, answer: Answer) -> ReadList {
        let (model, count) = (Arc::clone(&self.model), answer.list.len() as usize);
        off_the_workers(count, move || ReadList::new(Arc::clone(&model), model.compared(answer))).await
    }
}

/// Packs the objects of a list while it arrives.
#[derive(Clone)]
struct Packing(Arc<Mutex<Packed>>);

struct Packed {
    list: PackedList,
    fields: FieldCounts,
}

impl Packing {
    fn new(kind: ObjectKind) -> Self {
        Self(Arc::new(Mutex::new(Packed { list: PackedList::new(kind), fields: FieldCounts::default() })))
    }

    fn packed(&self) -> MutexGuard<'_, Packed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The list, when it has arrived.
    fn answer(&self, owner: Option<String>, share: Share, read_at: OffsetDateTime) -> Answer {
        let mut packed = self.packed();
        let empty = PackedList::new(packed.list.kind());
        let mut list = std::mem::replace(&mut packed.list, empty);
        list.shrink_to_fit();
        Answer { owner, read_at, list, share, fields: std::mem::take(&mut packed.fields) }
    }
}

impl<T: Packable> Sink<T> for Packing {
    fn take(&mut self, object: T) -> Option<usize> {
        let mut packed = self.packed();
        let before = packed.list.heap_size();
        packed.fields.add(&object);
        packed.list.push(&object);
        Some(packed.list.heap_size().saturating_sub(before))
    }

    fn restart(&mut self) {
        let mut packed = self.packed();
        *packed = Packed { list: PackedList::new(packed.list.kind()), fields: FieldCounts::default() };
    }
}
