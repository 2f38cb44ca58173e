//! OAuth 2.0 client-credentials tokens: fetched once, renewed early, kept through an issuer's outage.
//!
//! [`TokenSource`] is the whole of it for one connection; [`send_with_token`] makes one API call with
//! its token. A dialect ([`Credentials`]) is data, so a new partner needs no code here.
//!
//! This module may import `clock`, `reqwest` and general crates. Nothing else of this crate.

mod backoff;
mod byte_order_mark;
mod cache;
mod call;
mod claims;
mod dialect;
mod error;
mod failure;
mod fetch;
mod http;
mod request;
mod response;
mod schedule;
mod scrub;
mod state;
mod status;
#[cfg(test)]
mod tests;
mod token;

pub use byte_order_mark::without_byte_order_mark;
pub use cache::TokenSource;
pub use call::{CallError, send_with_token};
pub use claims::{Claim, decode_claims};
pub use dialect::{BasicEncoding, ClientAuthentication, Credentials, TokenRequestFormat};
pub use error::{AnswerFault, Outage, TokenError};
pub use http::{http_client, single_use_http_client};
pub use status::{HeldToken, LastFailure, Renewal, TokenStatus};
pub use token::AccessToken;
