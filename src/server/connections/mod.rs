//! Monitoring of the connections: whether each one works.
//!
//! [`kinds`] is the table of partner systems, [`check`] makes one check, and [`Monitor`] runs the checks at an interval
//! and keeps their history.
//!
//! May import: domain, oauth, reqwest, clock. Never services, audit, auth or axum.

mod check;
mod check_result;
mod history;
mod integration;
mod kinds;
mod monitor;
mod monitored_connection;
mod probe_answer;
mod settings;
mod test_message;
mod unkept;
mod view;

pub use kinds::{Expectation, FreshRefusal, Kind, Probe};
pub use monitor::Monitor;
pub use monitored_connection::MonitoredConnection;
pub use settings::{ConnectionClient, ConnectionSettings};
pub use test_message::MessageResult;
