//! The read model of a connection: what was read from it, how old that is, and what refreshes it.
//!
//! A visitor asks the [`Directory`]; it answers from its caches or joins the one read that is under way.
//!
//! May import: domain, clock, the `PartnerApi` trait. Never services, audit, auth or axum.

mod cache;
mod client_index;
mod client_lists;
mod clients;
mod connection;
mod directory;
mod entry;
mod folding;
mod lookup;
mod objects;
mod offload;
mod pending;
mod search;
mod selection;
mod snapshot;
mod source;
mod stored;
mod sweep;
#[cfg(test)]
mod tests;

pub use client_index::ClientIndex;
pub use client_lists::ClientList;
pub use connection::{Connection, Connections};
pub use directory::Directory;
pub use folding::fold;
pub use lookup::Served;
pub use objects::{
    ChangedAt, Difference, ObjectChanges, Objects, Packable, Packed, PackedList, PatchedObject, SnapshotError,
};
pub use offload::off_the_workers;
pub use search::{Batch, Counted, Hit, Hits, Patch, Question, Scope, SearchIndex};
pub use selection::{OrganisationIds, Selection};
pub use snapshot::Snapshot;
pub use source::Source;
