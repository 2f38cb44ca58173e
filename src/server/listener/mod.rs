//! Listening: our own accept loop, so that nobody who is silent, slow or many keeps others out, and the server ends
//! when it is asked to.
//!
//! A connection is at every moment in one of two hands: either we work on a request, or we wait for the peer (for a
//! request, for the rest of one, or for an answer to be taken). While we wait there is a deadline, and when there are
//! too many connections, those that we wait for are closed first.
//!
//! May import: domain, clock, auth for the address of the peer, config for where to listen.

mod accept;
mod activity;
mod answer;
mod bind;
mod connection;
mod deadlines;
mod files;
mod protocol;
mod registry;
mod request;
mod serve;
mod socket;

pub use accept::Listener;
pub use bind::{Bound, ListenError};
pub use deadlines::Deadlines;
pub use files::most_connections;

#[cfg(test)]
mod tests;
