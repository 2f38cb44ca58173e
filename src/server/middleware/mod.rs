//! Layers around every request: its id, authentication, limits, the frame of the page, and security headers.
//!
//! May import: axum, tower, auth, state, context. Never services, the partner or pages.

pub mod assets;
mod authenticate;
mod compression;
mod direct_answer;
mod document;
mod form;
mod form_errors;
mod rate_limit;
mod request_id;
mod same_origin;
mod security_headers;
mod shell;
mod target;

pub use authenticate::{authenticate, visitor_session};
pub use compression::compression;
pub use direct_answer::direct_answer;
pub use document::{Message, document, no_blank_page, refuse_panic, request_id_of};
pub use form::{LARGEST_FORM, read_form, unreadable};
pub use form_errors::form_errors;
pub use rate_limit::{RequestLimit, rate_limit};
pub use request_id::request_id;
pub use same_origin::{OwnOrigins, own_host, same_origin};
pub use security_headers::{StrictTransport, security_headers};
pub use shell::shell;
pub use target::target_with_path;
