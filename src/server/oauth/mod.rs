//! OAuth 2.0 client-credentials tokens: requested once, renewed early, and used through an outage of the issuer.
//!
//! [`TokenSource`] provides the tokens of one connection; [`send_with_token`] makes one API call with such a token. The
//! differences between token endpoints are data ([`Credentials`]), so a new partner needs no code here.
//!
//! May import: clock, `response_body`, reqwest and general crates.

mod backoff;
mod call;
mod claims;
mod credentials;
mod error;
mod failure;
mod fetch;
mod http;
mod redaction;
mod schedule;
mod state;
mod status;
#[cfg(test)]
mod tests;
mod token;
mod token_request;
mod token_response;
mod token_source;

pub use call::{CallError, send_with_token};
pub use claims::{Claim, decode_claims};
pub use credentials::{BasicEncoding, ClientAuthentication, Credentials, TokenRequestFormat};
pub use error::{AnswerFault, Outage, TokenError};
pub use http::{http_client, single_use_http_client};
pub use status::{CachedToken, LastFailure, Renewal, TokenStatus};
pub use token::AccessToken;
pub use token_source::TokenSource;
