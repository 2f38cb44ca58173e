//! What the search asks of the objects of a connection.

use std::borrow::Cow;
use std::ops::Range;

use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;

/// What the search needs of the objects. Documents are numbered from 0 for each kind.
pub trait Source {
    /// How many objects of a kind there are.
    fn count(&self, kind: ObjectKind) -> u32;
    /// The whole name as the partner sent it; the id where there is none.
    fn name(&self, kind: ObjectKind, document: u32) -> &str;
    /// The partner's id.
    fn id(&self, kind: ObjectKind, document: u32) -> Cow<'_, str>;
    /// The document with an id.
    fn find(&self, kind: ObjectKind, id: &str) -> Option<u32>;
    /// Product, Scope, `ProviderGroup`, Algorithm: each value once, any order.
    fn values(&self, kind: ObjectKind, document: u32, facet: Facet) -> impl Iterator<Item = &str>;
    /// The return URLs of a client, as they are registered.
    fn return_urls(&self, client: u32) -> impl Iterator<Item = &str>;
    /// Whether a client serves live users, or an organisation may have such clients.
    fn is_production(&self, kind: ObjectKind, document: u32) -> bool;
    /// Whether it was switched off.
    fn is_disabled(&self, kind: ObjectKind, document: u32) -> bool;
    /// Seconds since 1970 when it was last changed here or seen to have changed.
    fn changed_at(&self, kind: ObjectKind, document: u32) -> Option<u32>;
    /// The organisation of a client, the parent of an organisation.
    fn above(&self, kind: ObjectKind, document: u32) -> Option<u32>;
    /// The documents of a kind that are an organisation, below it, or theirs.
    fn below(&self, kind: ObjectKind, organisation: u32) -> Range<u32>;
    /// The number of clients that an organisation itself has.
    fn clients(&self, organisation: u32) -> u32;
}
