//! The calls that browsers make, grouped by resource: context, one service, answer.
//!
//! May import: domain, error, paths; inside bodies `server::{context, services}`. Each has an
//! explicit endpoint under `/api`, so that its address never changes.

#![expect(missing_docs, reason = "the fields are those of the structures that the macro makes of arguments")]

pub mod audit_log;
pub mod changes;
pub mod connections;
pub mod find;
pub mod notifications;
pub mod oauth_clients;
pub mod observed;
pub mod organisations;
pub mod overview;
pub mod preferences;
pub mod readiness;
pub mod saved_views;
pub mod sessions;
pub mod unknown_creations;
