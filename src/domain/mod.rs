//! The business types: plain data and pure rules, without I/O.
//!
//! May import: `std`, `serde`, `thiserror`, `time`, `url`. Never a sibling module, never a framework.

pub mod audit;
pub mod branches;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod check_text;
pub mod connection;
pub mod excerpt;
pub mod export;
pub mod facet;
pub mod failure;
pub mod field;
pub mod field_error;
pub mod field_values;
pub mod find;
pub mod form;
pub mod fragment;
pub mod gather;
pub mod host;
pub mod listing;
mod memory;
pub mod oauth_client;
pub mod object;
pub mod object_query;
pub mod observed;
pub mod organisation;
pub mod overview;
pub mod page;
pub mod place;
pub mod posted;
pub mod principal;
pub mod readiness;
pub mod reference;
pub mod return_url;
pub mod review;
pub mod risk;
pub mod rows;
pub mod saved_view;
pub mod session_summary;
pub mod shell;
pub mod sort;
pub mod staleness;
pub mod time_format;
pub mod validation;
pub mod views;
