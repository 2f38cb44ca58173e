//! What is counted while the server works: requests, and calls of partners. A count is some additions to numbers that are
//! there from the start, without a lock and without an allocation; `server/metrics` reads them.
//!
//! May import: domain.

mod calls;
mod durations;
mod reloads;
mod requests;

pub use calls::{CallCounts, Operation, PartnerCall, PartnerCalls, outcomes};
pub use durations::{Durations, Observed};
pub use reloads::Reloads;
pub use requests::{METHODS, OTHER_ROUTE, RequestCounts, RequestInFlight, Requests, STATUSES};
