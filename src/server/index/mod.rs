//! The read model of a connection: what was read from it, how old that is, and what refreshes it.
//!
//! May import: domain, clock, the `PartnerApi` trait. Never services, audit, auth or axum.

mod directory;

pub use directory::{Directory, Snapshot};
