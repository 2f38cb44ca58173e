//! What the product does: authorise, record, call the partner, answer.
//!
//! May import: domain, error, context, the `PartnerApi` trait, connections, audit, clock, `auth::policy`. Never
//! axum, leptos, sqlx or reqwest.

mod access;
pub mod audit_log;
pub mod connections;
mod error;
mod filter;
mod keyed_locks;
mod messages;
pub mod oauth_clients;
pub mod objects;
mod one_time_secrets;
mod organisation_rows;
pub mod organisations;
pub mod overview;
mod reach;
mod recorded;
pub mod refresh;
pub mod replies;
mod send_back;
pub mod sessions;

pub use error::ServiceError;
pub use keyed_locks::KeyedLocks;
pub use one_time_secrets::OneTimeSecrets;
