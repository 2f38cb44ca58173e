//! All organisations and clients of a connection at one moment, packed, and how they are read.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::changed::Changed;
use super::id::Id;
use super::owners::Owners;
use super::packed::Packed;
use super::packed_list::PackedList;
use super::rows::Rows;
use super::rows_builder::RowsBuilder;
use super::second_lists::SecondLists;
use super::tree::Tree;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;

/// All organisations and clients of a connection at one moment.
///
/// They are numbered from 0: organisations in the order of the tree (each is followed by everything below it, those
/// side by side by folded name, then id), clients in the order of their organisations, then in the partner's order,
/// those whose organisation is unknown last. So what is below an organisation is one range of either. A number means
/// nothing in another generation.
#[derive(Debug)]
pub struct Objects {
    // What a rebuild leaves as it was is shared with the generation before.
    pub(super) organisations: Arc<Rows>,
    pub(super) tree: Arc<Tree>,
    pub(super) clients: Arc<Rows>,
    pub(super) owners: Arc<Owners>,
    // In no snapshot: the lists that are read next say it again.
    pub(super) second_lists: Arc<SecondLists>,
    pub(super) organisations_changed: Changed,
    pub(super) clients_changed: Changed,
    pub(super) lists_read_at: Box<[AtomicU32]>,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            organisations: Arc::new(RowsBuilder::new(ObjectKind::Organisation, 0).finish()),
            tree: Arc::default(),
            clients: Arc::new(RowsBuilder::new(ObjectKind::OAuthClient, 0).finish()),
            owners: Arc::default(),
            second_lists: Arc::default(),
            organisations_changed: Changed::default(),
            clients_changed: Changed::default(),
            lists_read_at: Box::default(),
        }
    }
}

impl Objects {
    pub(super) fn rows(&self, kind: ObjectKind) -> &Rows {
        match kind {
            ObjectKind::Organisation => &self.organisations,
            ObjectKind::OAuthClient => &self.clients,
        }
    }

    pub(super) fn changed(&self, kind: ObjectKind) -> &Changed {
        match kind {
            ObjectKind::Organisation => &self.organisations_changed,
            ObjectKind::OAuthClient => &self.clients_changed,
        }
    }

    /// The id of the organisation above another.
    fn parent_id(&self, document: u32) -> Option<Id<'_>> {
        self.tree.parent(document).map(|parent| self.organisations.id(parent))
    }

    /// The organisation with a number; `None` where there is none.
    pub fn organisation(&self, document: u32) -> Option<Organisation> {
        (document < self.organisations.count()).then(|| Organisation {
            id: self.organisations.id(document).text().into_owned(),
            fields: self.organisations.fields(document, self.parent_id(document)),
            unknown: Vec::new(),
        })
    }

    /// The client with a number, with the id of its organisation; `None` where there is none.
    pub fn client(&self, document: u32) -> Option<OAuthClient> {
        (document < self.clients.count()).then(|| OAuthClient {
            id: self.clients.id(document).text().into_owned(),
            organisation_id: self.organisation_id(document),
            fields: self.clients.fields(document, None),
            unknown: Vec::new(),
        })
    }

    /// What a link to an object says; `None` where there is none.
    pub fn reference(&self, kind: ObjectKind, document: u32) -> Option<ObjectReference> {
        let rows = self.rows(kind);
        (document < rows.count()).then(|| ObjectReference {
            id: rows.id(document).text().into_owned(),
            name: cut(rows.name(document), LONGEST_NAME).into_owned(),
        })
    }

    /// The object with an id.
    pub fn find(&self, kind: ObjectKind, id: &str) -> Option<u32> {
        self.rows(kind).find(Id::of(id))
    }

    /// The organisation directly above another. Of organisations that name each other in a circle one has none.
    pub fn parent(&self, organisation: u32) -> Option<u32> {
        self.tree.parent(organisation)
    }

    /// The organisations without one above them, in order.
    pub fn roots(&self) -> impl Iterator<Item = u32> {
        self.tree.children(None)
    }

    /// The organisations directly below another, in order.
    pub fn children(&self, organisation: u32) -> impl Iterator<Item = u32> {
        self.tree.children(Some(organisation))
    }

    /// How many organisations are directly below another.
    pub fn child_count(&self, organisation: u32) -> u32 {
        self.tree.child_count(organisation)
    }

    /// The organisations above another, a root first.
    pub fn ancestors(&self, organisation: u32) -> Vec<u32> {
        let parent = |document: &u32| self.tree.parent(*document);
        let mut ancestors: Vec<u32> = std::iter::successors(self.tree.parent(organisation), parent).collect();
        ancestors.reverse();
        ancestors
    }

    /// The organisation at the top of the branch that one is in: itself where none is above it.
    pub fn root(&self, organisation: u32) -> u32 {
        let parent = |document: &u32| self.tree.parent(*document);
        std::iter::successors(Some(organisation), parent).last().unwrap_or(organisation)
    }

    /// The objects of a kind that are an organisation, below it at any depth, or theirs.
    pub fn below(&self, kind: ObjectKind, organisation: u32) -> Range<u32> {
        let subtree = self.tree.subtree(organisation);
        match kind {
            ObjectKind::Organisation => subtree,
            ObjectKind::OAuthClient => self.owners.clients(subtree),
        }
    }

    /// The clients that an organisation itself has.
    pub fn clients_of(&self, organisation: u32) -> Range<u32> {
        self.owners.clients(organisation..organisation.saturating_add(1))
    }

    /// The clients that the list of an organisation has too, and that stand with another one.
    pub fn second_lists(&self, organisation: u32) -> impl Iterator<Item = u32> {
        self.second_lists.clients(organisation)
    }

    /// The organisations whose lists have a client that stands with another one.
    pub fn others_listing(&self, client: u32) -> impl Iterator<Item = u32> {
        self.second_lists.organisations(client)
    }

    /// The clients whose organisation is unknown.
    pub fn strays(&self) -> Range<u32> {
        self.owners.unknown()
    }

    /// What two clients have in common that differ at most in the texts of their own: name, return URLs and ID.
    pub fn values_in_common(&self, client: u32) -> (u32, &[u32]) {
        let (rows, width) = (&self.clients, self.clients.layout.width);
        let start = client as usize * width;
        let shape = rows.shape(client).with_id(false, false);
        (shape.bits(), rows.shared.get(start..start + width).unwrap_or_default())
    }

    /// The organisation of a client; `None` where it is unknown.
    pub fn owner(&self, client: u32) -> Option<u32> {
        self.owners.organisation(client)
    }

    /// The id of the organisation of a client, as far as it is said.
    pub fn organisation_id(&self, client: u32) -> Option<String> {
        let known =
            self.owners.organisation(client).map(|document| self.organisations.id(document).text().into_owned());
        known.or_else(|| self.owners.stray(client).map(str::to_owned))
    }

    /// Seconds since 1970 when the clients of an organisation were last read; 0 where they never were.
    pub fn list_read_at(&self, organisation: u32) -> u32 {
        self.lists_read_at.get(organisation as usize).map_or(0, |at| at.load(Ordering::Relaxed))
    }

    /// Records when the clients of an organisation were read, in seconds since 1970.
    pub fn record_list_read(&self, organisation: u32, at: u32) {
        if let Some(read_at) = self.lists_read_at.get(organisation as usize) {
            read_at.store(at, Ordering::Relaxed);
        }
    }

    /// The organisations as a list, in the order of the tree.
    pub fn packed_organisations(&self) -> PackedList {
        let mut list = PackedList::new(ObjectKind::Organisation);
        let mut bytes = Vec::new();
        for document in 0..self.organisations.count() {
            bytes.clear();
            self.organisations.pack(document, self.parent_id(document), &mut bytes);
            list.push_packed(Packed::new(ObjectKind::Organisation, &bytes));
        }
        list
    }

    /// The clients of an organisation as a list: those that stand with it in the partner's order, then those that stand with
    /// another one. It holds what the list that was read does, but of a client in several lists what the one says with whose
    /// organisation it stands.
    pub fn packed_clients(&self, organisation: u32) -> PackedList {
        let mut list = PackedList::new(ObjectKind::OAuthClient);
        let mut bytes = Vec::new();
        for document in self.clients_of(organisation).chain(self.second_lists(organisation)) {
            bytes.clear();
            self.clients.pack(document, None, &mut bytes);
            list.push_packed(Packed::new(ObjectKind::OAuthClient, &bytes));
        }
        list
    }

    /// The memory that they take, in bytes; what is shared with another generation is counted in both.
    pub fn heap_size(&self) -> usize {
        let rows = self.organisations.heap_size() + self.clients.heap_size();
        let places = self.tree.heap_size() + self.owners.heap_size() + self.second_lists.heap_size();
        let changed = self.organisations_changed.heap_size() + self.clients_changed.heap_size();
        rows + places + changed + self.lists_read_at.len() * size_of::<AtomicU32>()
    }
}
