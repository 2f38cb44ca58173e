//! What is known of a connection at one moment: the objects as they were built, and own changes since.

use std::sync::Arc;

use time::OffsetDateTime;

use super::fragments::Fragments;
use super::objects::Objects;
use super::readiness::Readiness;
use super::search::{Counted, Hit, Hits, Patch, Question, Scope, SearchIndex};
use super::sent_fields::SentFields;
use super::source::Source as _;
use crate::domain::facet::Facet;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;

/// What is known of a connection at one moment. It never changes: a change makes another view.
#[derive(Clone, Debug)]
pub struct View {
    pub(super) objects: Arc<Objects>,
    pub(super) search: Arc<SearchIndex>,
    pub(super) patch: Arc<Patch>,
    /// What the readiness rules find of the objects.
    pub(super) readiness: Arc<Readiness>,
    /// The fields that the partner was ever seen to send.
    pub(super) sent: Arc<SentFields>,
    /// The rows that were made of it. Another view has its own, unless it has the same objects.
    pub fragments: Arc<Fragments>,
    /// When the organisations were read; `None` when they never were.
    pub read_at: Option<OffsetDateTime>,
}

impl Default for View {
    /// Nothing.
    fn default() -> Self {
        let objects = Arc::<Objects>::default();
        let search = Arc::new(SearchIndex::build(&*objects));
        Self {
            objects,
            search,
            patch: Arc::default(),
            readiness: Arc::default(),
            sent: Arc::default(),
            fragments: Arc::default(),
            read_at: None,
        }
    }
}

impl View {
    /// An organisation, as the index has it.
    pub fn organisation(&self, id: &str) -> Option<Organisation> {
        match self.patch.find(ObjectKind::Organisation, id) {
            Some(place) => self.patch.organisation(place).cloned(),
            None => self.objects.organisation(self.objects.find(ObjectKind::Organisation, id)?),
        }
    }

    /// A client, as the index has it, with its organisation's ID.
    pub fn client(&self, id: &str) -> Option<OAuthClient> {
        match self.patch.find(ObjectKind::OAuthClient, id) {
            Some(place) => self.patch.client(place).cloned(),
            None => self.objects.client(self.objects.find(ObjectKind::OAuthClient, id)?),
        }
    }

    /// What a link to an object says.
    pub fn reference(&self, kind: ObjectKind, id: &str) -> Option<ObjectReference> {
        if let Some(place) = self.patch.find(kind, id) {
            return match kind {
                ObjectKind::Organisation => self.patch.organisation(place).map(Organisation::reference),
                ObjectKind::OAuthClient => self.patch.client(place).map(OAuthClient::reference),
            };
        }
        self.objects.reference(kind, self.objects.find(kind, id)?)
    }

    /// Whether there is such an organisation.
    pub fn has_organisation(&self, id: &str) -> bool {
        self.patch.find(ObjectKind::Organisation, id).is_some() || self.is_built(id)
    }

    /// The ID of the organisation that a client belongs to.
    pub fn owner_of(&self, client_id: &str) -> Option<String> {
        let patched = self.patch.find(ObjectKind::OAuthClient, client_id).and_then(|place| self.patch.client(place));
        match patched {
            Some(client) => client.organisation_id.clone(),
            None => self.objects.organisation_id(self.objects.find(ObjectKind::OAuthClient, client_id)?),
        }
    }

    /// How many objects of a kind are below an organisation, at any depth: organisations without itself, clients with
    /// its own.
    pub fn count_below(&self, kind: ObjectKind, id: &str) -> u64 {
        let within = ObjectQuery::default().with(Facet::Within, false, id);
        let all = self.count_matching(kind, &within, &Scope::All);
        all - u64::from(kind == ObjectKind::Organisation && all > 0)
    }

    /// The clients of one organisation: in the partner's order, those that stand with another one and new ones last.
    pub fn clients_of(&self, organisation_id: &str) -> Vec<OAuthClient> {
        let document = self.objects.find(ObjectKind::Organisation, organisation_id);
        let of = |document| self.objects.clients_of(document).chain(self.objects.second_lists(document));
        let listed = document.into_iter().flat_map(of);
        let listed = listed.filter_map(|client| {
            let id = self.objects.id(ObjectKind::OAuthClient, client);
            match self.patch.find(ObjectKind::OAuthClient, &id) {
                Some(place) => self.patch.client(place).cloned(),
                None => self.objects.client(client),
            }
        });
        let mut clients: Vec<OAuthClient> = listed.collect();
        let is_new = |client: &&OAuthClient| {
            client.organisation_id.as_deref() == Some(organisation_id)
                && self.objects.find(ObjectKind::OAuthClient, &client.id).is_none()
        };
        clients.extend(self.patch.clients().filter(is_new).cloned());
        clients
    }

    /// How many clients an organisation itself has; `None` while they were not read.
    pub fn client_count(&self, organisation_id: &str) -> Option<u32> {
        let document = self.objects.find(ObjectKind::Organisation, organisation_id)?;
        if self.objects.list_read_at(document) == 0 {
            return None;
        }
        let new = self.patch.clients().filter(|client| {
            client.organisation_id.as_deref() == Some(organisation_id)
                && self.objects.find(ObjectKind::OAuthClient, &client.id).is_none()
        });
        Some(self.objects.clients(document).saturating_add(u32::try_from(new.count()).unwrap_or(u32::MAX)))
    }

    /// About how many objects there are, of both kinds: what building another view takes.
    pub fn size(&self) -> usize {
        ObjectKind::ALL.into_iter().map(|kind| self.objects.count(kind) as usize).sum()
    }

    /// How many organisations there are.
    pub fn organisation_count(&self) -> u64 {
        self.count(ObjectKind::Organisation, &Scope::All)
    }

    /// How many objects of a kind there are, as far as they may be seen.
    pub fn count(&self, kind: ObjectKind, scope: &Scope) -> u64 {
        if *scope == Scope::All && self.patch.is_empty() {
            return self.objects.count(kind).into();
        }
        self.count_matching(kind, &ObjectQuery::default(), scope)
    }

    /// How many objects of a kind match. A filter by age finds nothing.
    pub fn count_matching(&self, kind: ObjectKind, query: &ObjectQuery, scope: &Scope) -> u64 {
        let question = self.question(kind, query, scope, OffsetDateTime::UNIX_EPOCH);
        self.search.query(&*self.objects, &self.patch, &question, Counted::No).matching
    }

    pub(super) fn question<'q>(
        &'q self,
        kind: ObjectKind,
        query: &'q ObjectQuery,
        scope: &'q Scope,
        now: OffsetDateTime,
    ) -> Question<'q> {
        Question { kind, query, scope, now, readiness: &self.readiness }
    }

    /// The page of a list that a query asks for, with its counts.
    pub fn page(&self, kind: ObjectKind, query: &ObjectQuery, scope: &Scope, now: OffsetDateTime) -> Hits {
        let question = self.question(kind, query, scope, now);
        let find = |counted| self.search.query(&*self.objects, &self.patch, &question, counted);
        // What was changed lately is another list with each second that goes by.
        let goes_by = query.has_filter_of(Facet::Changed);
        if *scope == Scope::All && !goes_by {
            return self.fragments.counted(kind, query, now, find);
        }
        find(Counted::Yes)
    }

    /// The first page of what a query finds, with the counts of every value: see [`Counted::Whole`].
    pub fn first_with_counts(&self, kind: ObjectKind, query: &ObjectQuery, scope: &Scope, now: OffsetDateTime) -> Hits {
        let question = self.question(kind, query, scope, now);
        self.search.query(&*self.objects, &self.patch, &question, Counted::Whole)
    }

    /// The first objects that a query finds, at most `limit`, and how many match.
    pub fn first(
        &self,
        kind: ObjectKind,
        query: &ObjectQuery,
        scope: &Scope,
        limit: usize,
        now: OffsetDateTime,
    ) -> (Vec<Hit>, u64) {
        let question = self.question(kind, query, scope, now);
        let mut hits = self.search.query(&*self.objects, &self.patch, &question, Counted::No);
        hits.rows.truncate(limit);
        (hits.rows, hits.matching)
    }

    /// The memory that it takes, in bytes.
    pub(super) fn heap_size(&self) -> usize {
        self.objects.heap_size() + self.search.heap_size() + self.readiness.heap_size()
    }
}
