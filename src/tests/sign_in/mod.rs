//! Signing in, being recognised, and signing out, in each of the ways in which people are known.

mod another_provider;
mod assertions;
mod behind_nginx;
mod conformance;
mod coverage;
mod demo;
mod ended_sessions;
mod examples;
mod header_matrix;
pub mod journey;
mod limited_changes;
mod limits;
mod reloads;
mod rotation;
mod sessions;
pub mod sign_out;
mod subtrees;
mod unavailable;
mod user_info;

use crate::support::Person;

/// Somebody with every role.
pub const ADA: Person = Person { subject: "u-ada", groups: &["admins", "staff"], session: "session-of-ada" };
