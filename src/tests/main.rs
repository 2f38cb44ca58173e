//! The product as a whole, asked the way browsers, islands and partners speak to it.
//!
//! Requests go through the real router, the partner is a real HTTP server on loopback, and the
//! database is a real SQLite file. Only the network to the outside is missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod connections;
