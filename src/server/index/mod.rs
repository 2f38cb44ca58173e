//! The read model of a connection: what was read from it, how old that is, and what refreshes it.
//!
//! A visitor asks the [`Directory`]; it answers from its caches or joins the one read that is under way.
//!
//! May import: domain, clock, the `PartnerApi` trait. Never services, audit, auth or axum.

mod cache;
mod client_index;
mod clients;
mod directory;
mod entry;
mod lookup;
mod offload;
mod sweep;
#[cfg(test)]
mod tests;

pub use client_index::ClientIndex;
pub use clients::ClientList;
pub use directory::{Directory, Snapshot};
pub use lookup::Served;
pub use offload::off_the_workers;
