//! The read model of a connection: what was read from it, how old that is, and what refreshes it.
//!
//! A visitor asks the [`Index`]; it answers from the present [`View`], or joins the one read that is under way.
//!
//! May import: domain, clock, the `PartnerApi` trait, the traits of storage. Never services, audit, auth or axum.

mod all_clients;
mod arrivals;
mod background;
mod building;
mod cache;
mod changing;
mod comparing;
mod connection;
mod connection_index;
mod coverage;
mod covered;
mod entry;
mod followed;
mod following;
mod fragments;
mod judging;
mod keeping;
mod known;
mod lists;
mod lookup;
mod model;
mod objects;
mod observer;
mod offload;
mod ours;
mod own_changes;
mod pace;
mod pending;
mod places;
mod read_list;
mod readiness;
mod restart;
mod rhythm;
mod search;
mod sending;
mod sent;
mod sent_fields;
mod settings;
mod source;
mod staged;
mod state;
mod status;
mod stored;
mod sweep;
#[cfg(test)]
mod tests;
mod view;
mod view_batch;
mod view_bytes;
mod view_hits;
mod view_impact;
mod view_readiness;
mod view_reading;
mod view_tree;

pub use connection::{Connection, Connections};
pub use connection_index::Index;
pub use coverage::Coverage;
pub use fragments::TreePlace;
pub use judging::Judging;
pub use keeping::Keeping;
pub use lookup::Served;
pub use objects::PatchedObject;
pub use observer::{NewFields, ObservedChange, Observer, Unobserved};
pub use offload::off_the_workers;
pub use pace::{Jitter, Pace, Turn};
pub use search::{Batch, Hit, Hits, Scope};
pub use sending::Sending;
pub use settings::IndexSettings;
pub use status::IndexStatus;
pub use view::View;
pub use view_impact::Caused;
pub use view_readiness::Named;
pub use view_tree::CountsBelow;
