//! `/readyz`: whether the server can serve, and if not, what that means and what to do about it.
//!
//! May import: domain, state, and the traits of storage.

mod checks;
mod report;

pub use checks::report;
pub use report::{HealthCheck, HealthReport, ServerState};

/// What a check found: how it is; or how it is and what to do.
type Found<T = String> = Result<T, (String, &'static str)>;
