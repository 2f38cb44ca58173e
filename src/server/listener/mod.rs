//! The listener: an accept loop of our own, so that silent, slow or numerous peers cannot keep others out, and the
//! server shuts down when it is asked to.
//!
//! At every moment, either the server works on a request of a connection, or it waits for the peer (for a request, for
//! the rest of one, or for an answer to be read). While it waits there is a deadline, and when there are too many
//! connections, those that keep it waiting are closed first.
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
pub use bind::{Bound, ListenError, Reserved};
pub use deadlines::Deadlines;
pub use files::most_connections;

#[cfg(test)]
mod tests;
