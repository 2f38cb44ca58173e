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
mod lookup;
mod observer;
mod offload;
mod pending;
mod selection;
mod snapshot;
mod stored;
mod sweep;
#[cfg(test)]
mod tests;

pub use client_index::ClientIndex;
pub use client_lists::ClientList;
pub use connection::{Connection, Connections};
pub use directory::Directory;
pub use lookup::Served;
pub use observer::{NewFields, ObservedChange, Observer, Unobserved};
pub use offload::off_the_workers;
pub use selection::{OrganisationIds, Selection};
pub use snapshot::Snapshot;
