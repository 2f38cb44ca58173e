//! What the product does: authorise, record, call the partner, answer.
//!
//! What they work with, they take from the [`RequestContext`](crate::server::context::RequestContext). May import:
//! domain, error, paths, context, index, the `PartnerApi` trait, connections, audit, clock, the traits of storage.
//! Never state, axum, leptos, sqlx or reqwest.

mod access;
mod attention;
pub mod audit_log;
mod audit_times;
pub mod connections;
pub mod decided;
mod error;
pub mod exports;
pub mod find;
pub mod journey;
pub mod judging;
mod listing;
mod messages;
pub mod notifications;
pub mod oauth_clients;
pub mod objects;
pub mod observed;
mod organisation_rows;
mod organisation_tree;
pub mod organisations;
pub mod overview;
mod place;
pub mod posted;
pub mod preferences;
mod reach;
mod readable;
mod readiness;
mod recorded;
pub mod refresh;
pub mod replicas;
pub mod replies;
pub mod reveal;
pub mod saved_views;
mod send_back;
pub mod sessions;
pub mod silenced;
pub mod versions;
pub mod way_back;

pub use error::ServiceError;
