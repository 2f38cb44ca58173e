//! The words of the business: plain data and pure rules, without any input or output.
//!
//! May import: `std`, `serde`, `thiserror`, `time`, `url`. Never a sibling room, never a framework.

pub mod audit;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod check_words;
pub mod connection;
pub mod excerpt;
pub mod failure;
pub mod field;
mod field_values;
pub mod form;
pub mod gather;
pub mod host;
mod memory;
pub mod moment;
pub mod oauth_client;
pub mod organisation;
pub mod overview;
pub mod page;
pub mod principal;
pub mod reference;
pub mod return_url;
pub mod review;
pub mod risk;
pub mod row_button;
pub mod shell;
pub mod staleness;
pub mod validation;
pub mod views;
pub mod visit;
