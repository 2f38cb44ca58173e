//! What the product does: authorise, record, call the partner, answer.
//!
//! What they work with, they take from the [`RequestContext`](crate::server::context::RequestContext). May import:
//! domain, error, paths, context, index, the `PartnerApi` trait, connections, audit, clock, the traits of storage.
//! Never state, axum, leptos, sqlx or reqwest.

mod access;
pub mod audit_log;
pub mod connections;
mod error;
mod filter;
mod messages;
pub mod oauth_clients;
pub mod objects;
pub mod observed;
mod organisation_rows;
pub mod organisations;
pub mod overview;
mod place;
pub mod posted;
mod reach;
mod recorded;
pub mod refresh;
pub mod replies;
mod send_back;
pub mod sessions;

pub use error::ServiceError;
