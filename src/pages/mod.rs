//! The pages, one file each, grouped by resource.
//!
//! May import: components, islands, `server_fns`, domain, paths, error. Never server.

pub mod account;
mod address;
pub mod audit_log;
pub mod connections;
mod form_notices;
mod form_values;
pub mod not_found;
pub mod oauth_clients;
pub mod organisations;
pub mod overview;
mod permission;
mod refresh;
mod review;
