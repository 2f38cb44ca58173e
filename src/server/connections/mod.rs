//! Whether each connection works: what every kind is asked, and what was found.
//!
//! [`kinds`] is the table of systems, [`look`] makes one check, [`Monitor`] remembers them all and
//! checks by itself.
//!
//! May import: domain, oauth, reqwest, clock. Never services, audit, auth or axum.

mod answer;
mod delivery;
mod finding;
mod integration;
mod kinds;
mod look;
mod memory;
mod monitor;
mod settings;
mod view;
mod watched;

pub use delivery::Delivery;
pub use kinds::{Expectation, FreshRefusal, Kind, Probe};
pub use monitor::Monitor;
pub use settings::{Access, ConnectionSettings};
pub use watched::Watched;
