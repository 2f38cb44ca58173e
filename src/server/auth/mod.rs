//! Who is asking: identity from a trusted proxy, roles from groups, and the visitor's session.
//!
//! May import: domain, axum, tower-sessions. Never services or the partner.

mod header;
mod policy;
mod session;

pub use header::{HeaderAuthentication, HeaderNames, PeerAddress, Rejection};
pub use policy::RoleTable;
pub use session::{SessionError, VisitorSession, session_layer};
