//! Layers around every request: its id, who asks, what the page needs, and headers that keep browsers in check.
//!
//! May import: axum, tower, auth, state, context. Never services, the partner or pages.

pub mod assets;
mod authenticate;
mod document;
mod form_errors;
mod request_id;
mod security_headers;
mod shell;

pub use authenticate::authenticate;
pub use document::{no_blank_page, refuse_cross_site, refuse_panic};
pub use form_errors::form_errors;
pub use request_id::request_id;
pub use security_headers::security_headers;
pub use shell::shell;
