//! Layers around every request: its id, authentication, limits, the frame of the page, and security headers.
//!
//! May import: axum, tower, auth, state, context. Never services, the partner or pages.

mod admission;
pub mod assets;
mod authenticate;
mod compression;
mod direct_answer;
mod document;
mod edge;
mod ended_session;
mod form;
mod form_errors;
mod guard;
mod peer;
mod rate_limit;
mod request_id;
mod same_origin;
mod security_headers;
mod shell;
mod target;

pub use admission::{Admission, admission};
pub use authenticate::visitor_session;
pub use compression::compression;
pub use direct_answer::direct_answer;
pub use document::{Message, departure, document, refuse_panic, request_id_of};
pub use edge::{Edge, edge};
pub use form::{FORMS, LARGEST_FORM, read_form, unreadable};
pub use form_errors::form_errors;
pub use guard::guard;
pub use peer::peer;
pub use rate_limit::{count, rate_limit};
pub use same_origin::OwnOrigins;
pub use target::target_with_path;
